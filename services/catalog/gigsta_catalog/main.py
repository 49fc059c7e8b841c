"""The catalog service: categories, services and the public profiles of providers."""

from gigsta_catalog.consumers import handlers
from gigsta_catalog.crud import Catalog
from gigsta_catalog.routes import router
from gigsta_catalog.settings import Settings
from gigsta_common.app import Service, app_factory
from gigsta_common.replay import ReadModel

SERVICE = Service(
    name="catalog",
    title="GigSta catalog",
    router=router,
    build=Catalog,
    handlers=handlers,
    outbox_collections=("services",),
    background=(Catalog.keep_sweeping,),
    sources={"services": lambda catalog: catalog.services_told},
    read_models=(
        ReadModel(
            "providers",
            "auth.accounts",
            lambda catalog, *page: catalog.kept_providers.known(*page),
            lambda catalog, *provider: catalog.kept_providers.forget(*provider),
        ),
        ReadModel(
            "service ratings",
            "ratings.service_summaries",
            lambda catalog, *page: catalog.service_ratings.known(*page),
            lambda catalog, *rating: catalog.service_ratings.forget(*rating),
        ),
        ReadModel(
            "provider ratings",
            "ratings.provider_summaries",
            lambda catalog, *page: catalog.provider_ratings.known(*page),
            lambda catalog, *rating: catalog.provider_ratings.forget(*rating),
        ),
    ),
)

create_app = app_factory(SERVICE, Settings)
