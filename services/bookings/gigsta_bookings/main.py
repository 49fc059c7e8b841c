"""The bookings service."""

from gigsta_bookings import timers
from gigsta_bookings.consumers import handlers
from gigsta_bookings.crud import UseCases, build
from gigsta_bookings.crud.store import COLLECTION
from gigsta_bookings.routes import router
from gigsta_bookings.settings import Settings
from gigsta_common.app import Service, app_factory
from gigsta_common.replay import ReadModel

SERVICE = Service[UseCases, Settings](
    name="bookings",
    title="GigSta bookings",
    router=router,
    build=build,
    handlers=handlers,
    outbox_collections=(COLLECTION,),
    background=(timers.run,),
    sources={"bookings": lambda use_cases: use_cases.store.told()},
    read_models=(
        ReadModel(
            "offerings",
            "catalog.services",
            lambda use_cases, *page: use_cases.offerings.known(*page),
            lambda use_cases, *offering: use_cases.offerings.forget(*offering),
        ),
    ),
)

create_app = app_factory(SERVICE, Settings)
