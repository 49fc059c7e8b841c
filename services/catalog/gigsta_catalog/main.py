"""The catalog service: categories, services and the public profiles of providers."""

from fastapi import FastAPI

from gigsta_catalog.consumers import handlers
from gigsta_catalog.crud import Catalog
from gigsta_catalog.routes import router
from gigsta_catalog.settings import Settings
from gigsta_common.app import Service, create_service
from gigsta_common.clock import Clock
from gigsta_common.messaging import Bus
from gigsta_common.security import KeySource
from gigsta_common.settings import load

SERVICE = Service(
    name="catalog",
    title="GigSta catalog",
    router=router,
    build=Catalog,
    handlers=handlers,
    outbox_collections=("services",),
)


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    bus: Bus | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    return create_service(SERVICE, settings or load(Settings), clock=clock, bus=bus, keys=keys)
