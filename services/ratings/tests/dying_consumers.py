"""Run as a process of its own: consumers that die at every step of what ratings does with three events of others.

A booking leaves `completed`, returns there, and its customer closes their account, so that what the provider has said
comes out. Each consumer has a booking and a customer of its own.
"""

import json
import sys
from datetime import datetime
from typing import Any

from gigsta_common.app import working
from gigsta_common.clock import ManualClock
from gigsta_common.events import BookingChanged, Envelope, UserClosed
from gigsta_common.events.envelope import envelope
from gigsta_common.testing.dying import die_at_every_step
from gigsta_ratings.main import SERVICE
from gigsta_ratings.settings import Settings

from .conftest import booking_event

PROVIDER = "pat"


def customer_of(number: int) -> str:
    return f"customer-{number}"


def booking_of(number: int) -> str:
    return f"booking-{number}"


def events_of(number: int, at: datetime) -> list[Envelope]:
    def booking(sequence: int, before: str, after: str) -> Envelope:
        parties = {"booking_id": booking_of(number), "customer_id": customer_of(number), "provider_id": PROVIDER}
        data: BookingChanged = booking_event(at, from_status=before, to_status=after, **parties)
        return envelope(f"booking.{after}", data, event_id=f"booking-{number}-{sequence}", sequence=sequence, **facts)

    facts: dict[str, Any] = {"publisher": "test", "subject": booking_of(number), "time": at}
    closed = UserClosed(user_id=customer_of(number), closed_at=at)
    left = envelope("user.closed", closed, event_id=f"closed-{number}", sequence=9, **facts)
    return [booking(5, "completed", "disputed"), booking(6, "disputed", "completed"), left]


async def consume(settings: Settings, number: int, at: datetime) -> None:
    async with working(SERVICE, settings, clock=ManualClock(at)) as (runtime, use_cases):
        for event in events_of(number, at):
            await SERVICE.handlers.handle_once(use_cases, runtime.db, runtime.clock, event)


def main() -> None:
    settings, at = Settings.model_validate(json.loads(sys.argv[1])), datetime.fromisoformat(sys.argv[2])
    die_at_every_step(lambda number: consume(settings, number, at))


if __name__ == "__main__":
    main()
