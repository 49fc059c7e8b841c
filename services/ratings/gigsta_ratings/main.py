"""The ratings service as an ASGI app."""

from fastapi import FastAPI

from gigsta_common.app import Service, create_service
from gigsta_common.clock import Clock
from gigsta_common.messaging import Bus
from gigsta_common.security import KeySource
from gigsta_common.settings import load
from gigsta_ratings.consumers import handlers
from gigsta_ratings.crud import Ratings
from gigsta_ratings.routes import router
from gigsta_ratings.settings import Settings

SERVICE = Service[Ratings, Settings](
    name="ratings",
    title="GigSta ratings",
    router=router,
    build=Ratings,
    handlers=handlers,
    outbox_collections=("ratings",),
    background=(Ratings.keep_closing,),
)


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    bus: Bus | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    return create_service(SERVICE, settings or load(Settings), clock=clock, bus=bus, keys=keys)
