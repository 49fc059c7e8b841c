"""The geo service: what is near."""

from fastapi import FastAPI

from gigsta_common.app import Service, create_service
from gigsta_common.clock import Clock
from gigsta_common.messaging import Bus
from gigsta_common.security import KeySource
from gigsta_common.settings import load
from gigsta_geo.consumers import handlers
from gigsta_geo.crud import Geo
from gigsta_geo.routes import router
from gigsta_geo.settings import Settings

SERVICE = Service(name="geo", title="GigSta geo", router=router, build=Geo, handlers=handlers)


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    bus: Bus | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    return create_service(SERVICE, settings or load(Settings), clock=clock, bus=bus, keys=keys)
