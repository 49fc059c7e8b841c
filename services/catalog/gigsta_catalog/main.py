"""The catalog service: categories, services and the public profiles of providers."""

from gigsta_catalog.consumers import handlers
from gigsta_catalog.crud import Catalog
from gigsta_catalog.routes import router
from gigsta_catalog.settings import Settings
from gigsta_common.app import Service, app_factory

SERVICE = Service(
    name="catalog",
    title="GigSta catalog",
    router=router,
    build=Catalog,
    handlers=handlers,
    outbox_collections=("services",),
)

create_app = app_factory(SERVICE, Settings)
