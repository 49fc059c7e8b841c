"""The bookings service."""

from fastapi import FastAPI

from gigsta_bookings import timers
from gigsta_bookings.consumers import handlers
from gigsta_bookings.crud import UseCases, build
from gigsta_bookings.crud.bookings import COLLECTION
from gigsta_bookings.routes import router
from gigsta_bookings.settings import Settings
from gigsta_common.app import Service, create_service
from gigsta_common.clock import Clock
from gigsta_common.messaging import Bus
from gigsta_common.security import KeySource
from gigsta_common.settings import load


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    bus: Bus | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    chosen = settings or load(Settings)

    async def tick(use_cases: UseCases) -> None:
        await timers.run(use_cases, chosen.clock_interval)

    service = Service(
        name="bookings",
        title="GigSta bookings",
        router=router,
        build=build,
        handlers=handlers,
        outbox_collections=(COLLECTION,),
        background=(tick,),
    )
    return create_service(service, chosen, clock=clock, bus=bus, keys=keys)
