"""The use cases of bookings, and the only code that touches its database."""

from dataclasses import dataclass

from gigsta_bookings.crud.bookings import Bookings
from gigsta_bookings.crud.claims import Claims
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.crud.schedules import Schedules
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime


@dataclass(frozen=True)
class UseCases:
    bookings: Bookings
    schedules: Schedules
    offerings: Offerings
    clock_interval: float
    """Seconds between two looks for transitions that are due."""


def build(runtime: Runtime[Settings]) -> UseCases:
    interval = runtime.settings.clock_interval
    claims = Claims(runtime.db)
    offerings = Offerings(runtime.db)
    schedules = Schedules(runtime.db, runtime.clock, offerings, claims)
    bookings = Bookings(runtime, claims, offerings, schedules)
    return UseCases(bookings=bookings, schedules=schedules, offerings=offerings, clock_interval=interval)
