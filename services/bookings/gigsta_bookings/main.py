"""The bookings service."""

from gigsta_bookings import timers
from gigsta_bookings.consumers import handlers
from gigsta_bookings.crud import UseCases, build, open_days
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
    outbox_collections=(COLLECTION, open_days.COLLECTION),
    background=(timers.run, timers.tell_open_days),
    sources={
        "bookings": lambda use_cases: use_cases.store.told(),
        "open_days": lambda use_cases: use_cases.open_days.told(),
    },
    read_models=(
        ReadModel(
            "offerings",
            "catalog.services",
            lambda use_cases, *page: use_cases.offerings.known(*page),
            lambda use_cases, *offering: use_cases.offerings.forget(*offering),
        ),
        ReadModel(
            "suspensions",
            "auth.suspended",
            lambda use_cases, *page: use_cases.suspensions.known(*page),
            lambda use_cases, *user: use_cases.suspensions.forget(*user),
        ),
        ReadModel(
            "departures",
            "auth.closed",
            lambda use_cases, *page: use_cases.departures.known(*page),
            lambda use_cases, *user: use_cases.departures.forget(*user),
        ),
    ),
)

create_app = app_factory(SERVICE, Settings)
