"""The use cases of the catalog, and its only access to MongoDB."""

from gigsta_catalog.crud.categories import Categories
from gigsta_catalog.crud.copies import KeptRatings, services_told
from gigsta_catalog.crud.providers import Providers
from gigsta_catalog.crud.services import Services
from gigsta_catalog.settings import Settings
from gigsta_common.app import Runtime


class Catalog:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self.categories = Categories(runtime.db, runtime.clock)
        self.providers = Providers(runtime.db, runtime.clock)
        self.services = Services(runtime, self.categories, self.providers)
        self.services_told = services_told(runtime.db)
        self.service_ratings = KeptRatings(runtime.db["services"])
        self.provider_ratings = KeptRatings(runtime.db["providers"])


__all__ = ["Catalog"]
