"""Run as a process of its own: consumers of a booking's event that die at every step, up to the mail that is sent.

Each has an event, a user and an hour of its own, so that none takes up what another has left.
"""

import json
import sys
from datetime import datetime, timedelta
from typing import Any

from gigsta_common.app import working
from gigsta_common.clock import ManualClock
from gigsta_common.events import BookingChanged, Envelope
from gigsta_common.events.envelope import envelope
from gigsta_common.testing.dying import die_at_every_step
from gigsta_notifications.crud import sender
from gigsta_notifications.main import SERVICE
from gigsta_notifications.settings import Settings


def user_of(number: int) -> str:
    return f"user-{number}"


def event_of(number: int, at: datetime) -> Envelope:
    """A request, told to the provider, who is this number's own."""
    data = BookingChanged.model_validate(
        {
            "booking_id": f"booking-{number}",
            "customer_id": "cleo",
            "provider_id": user_of(number),
            "provider_name": "Pat",
            "service_id": "service-1",
            "service_title": "Tap repair",
            "price": {"amount": 8500, "currency": "NZD"},
            "starts_at": at + timedelta(days=1),
            "ends_at": at + timedelta(days=1, hours=1),
            "timezone": "Pacific/Auckland",
            "action_name": "create",
            "from_status": None,
            "to_status": "pending",
            "actor": "customer",
            "note": "Booking requested",
            "at": at,
        }
    )
    facts: dict[str, Any] = {"publisher": "test", "subject": data.booking_id, "sequence": 1, "time": at}
    return envelope("booking.requested", data, event_id=f"event-{number}", **facts)


async def consume(settings: Settings, number: int, at: datetime) -> None:
    """What a consumer does with one event, to the end."""
    async with working(SERVICE, settings, clock=ManualClock(at - timedelta(hours=number))) as (runtime, use_cases):
        await SERVICE.handlers.handle_once(use_cases, runtime.db, runtime.clock, event_of(number, at))
        await use_cases.sender.send_due()


def main() -> None:
    settings, at = Settings.model_validate(json.loads(sys.argv[1])), datetime.fromisoformat(sys.argv[2])
    sender._AT_ONCE = 1  # one thing after the other, so that every step is one
    die_at_every_step(lambda number: consume(settings, number, at))


if __name__ == "__main__":
    main()
