"""Run as a process of its own: consumers that are killed, each a step further on its way than the one before.

A step is a command to MongoDB. One consumer dies before the command is sent, the next when it has been answered. Each
has an event, a user and an hour of its own, so that none takes up what another has left. It prints where each died.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import datetime, timedelta
from typing import Any

from pymongo import monitoring

from gigsta_common.app import working
from gigsta_common.clock import ManualClock
from gigsta_common.events import BookingChanged, Envelope
from gigsta_common.events.envelope import envelope
from gigsta_notifications.crud import sender
from gigsta_notifications.main import SERVICE
from gigsta_notifications.settings import Settings

NOT_STEPS = {"hello", "ismaster", "saslStart", "saslContinue", "ping", "endSessions", "buildInfo"}


class Executioner(monitoring.CommandListener):
    """Kills this process at a step of its way."""

    def __init__(self, step: int, moment: str) -> None:
        self._left = step
        self._moment = moment
        self._fatal: int | None = None

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in NOT_STEPS:
            return
        self._left -= 1
        if self._left == 0 and self._moment == "before":
            self._kill(event.command_name)
        if self._left == 0:
            self._fatal = event.request_id

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if event.request_id == self._fatal:
            self._kill(event.command_name)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass

    def _kill(self, command: str) -> None:
        os.write(1, f"{command} ".encode())
        os.kill(os.getpid(), signal.SIGKILL)


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
    number = 0
    for step in range(1, 100):
        for moment in ("before", "after"):
            number += 1
            child = os.fork()
            if child == 0:
                monitoring.register(Executioner(step, moment))
                asyncio.run(consume(settings, number, at))
                os._exit(0)
            _, status = os.waitpid(child, 0)
            os.write(1, f"{moment} {status}\n".encode())
            if not os.WIFSIGNALED(status):
                return


if __name__ == "__main__":
    main()
