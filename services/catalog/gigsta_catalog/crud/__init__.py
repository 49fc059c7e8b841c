"""The use cases of the catalog, and its only access to MongoDB."""

from collections.abc import Iterable

from gigsta_catalog.crud.categories import Categories
from gigsta_catalog.crud.copies import KeptProviders, KeptRatings, services_told
from gigsta_catalog.crud.files import Files
from gigsta_catalog.crud.images import Images
from gigsta_catalog.crud.providers import Providers
from gigsta_catalog.crud.services import Services
from gigsta_catalog.encoder import Encoder
from gigsta_catalog.models import ServiceDocument
from gigsta_catalog.schemas import ServiceView
from gigsta_catalog.settings import Settings
from gigsta_catalog.storage import Storage
from gigsta_catalog.storage.local import LocalStorage
from gigsta_catalog.storage.s3 import S3Storage
from gigsta_common.app import Runtime
from gigsta_common.security import Principal


class Catalog:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        db, clock, settings = runtime.db, runtime.clock, runtime.settings
        self.local_files = None if settings.s3 else LocalStorage(settings.media_folder, settings.media_url)
        self.storage = self.local_files or _s3(runtime)
        self.files = Files(db, self.storage, clock, interval=settings.media_sweep_interval)
        self.categories = Categories(db, clock)
        self.providers = Providers(db, clock)
        self.services = Services(runtime, self.categories, self.providers, self.files, self.storage.url_of)
        encoder = Encoder(settings.image_workers)
        self.images = Images(db, self.services, self.files, self.storage, encoder, clock, runtime.outbox)
        self.services_told = services_told(db, self.storage.url_of)
        self.service_ratings = KeptRatings(db["services"])
        self.provider_ratings = KeptRatings(db["providers"])
        self.kept_providers = KeptProviders(db["providers"])

    async def show(self, service: ServiceDocument, caller: Principal | None) -> ServiceView:
        """A service as the caller sees it."""
        return (await self.show_all([service], caller))[0]

    async def show_all(self, services: Iterable[ServiceDocument], caller: Principal | None) -> list[ServiceView]:
        viewer = await self.providers.viewer(caller)
        return [ServiceView.of(service, viewer, self.storage.url_of) for service in services]

    async def keep_sweeping(self) -> None:
        await self.files.run()


def _s3(runtime: Runtime[Settings]) -> Storage:
    settings = runtime.settings
    if settings.s3 is None:
        raise ValueError("there is no S3 in the settings")
    return S3Storage(settings.s3, settings.media_url, runtime.http)


__all__ = ["Catalog"]
