"""The clock's transitions and reminders, taken when they are due."""

import asyncio
import logging
from datetime import datetime, timedelta

import prometheus_client as prometheus
from pymongo.errors import ConnectionFailure

from gigsta_bookings import transitions
from gigsta_bookings.crud.claims import NO_LIMIT
from gigsta_bookings.crud.store import Store
from gigsta_bookings.lifecycle import BY_NAME, next_automatic
from gigsta_bookings.models import Actor, Booking
from gigsta_bookings.reminders import reminders_left
from gigsta_bookings.rules import Command
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.mongo import Document

log = logging.getLogger(__name__)

_AT_ONCE = 8
_PUT_OFF = timedelta(minutes=5)


class Timekeeper:
    """Any number of instances may run at once: each step is the same conditional write as a person's."""

    def __init__(self, runtime: Runtime[Settings], store: Store) -> None:
        self.interval = runtime.settings.clock_interval
        self._clock = runtime.clock
        self._store = store
        self._late = prometheus.Histogram(
            "gigsta_booking_clock_lateness_seconds",
            "How long after it was due the clock took a step.",
            registry=runtime.registry,
            buckets=(1, 5, 15, 60, 300, 3600, 86400),
        )
        self._failures = prometheus.Counter(
            "gigsta_booking_clock_failures_total", "Bookings that the clock could not move.", registry=runtime.registry
        )

    async def run_due(self, limit: int = 200) -> int:
        """Take what is due, the longest overdue first; return how many transitions and reminders this call took."""
        now = self._clock.now()
        gate = asyncio.Semaphore(_AT_ONCE)

        async def step(document: Document) -> int:
            async with gate:
                return await self._step_or_put_off(document, now)

        return sum(await asyncio.gather(*(step(document) for document in await self._store.due(now, limit))))

    async def _step_or_put_off(self, document: Document, now: datetime) -> int:
        try:
            return await self._step(Booking.model_validate(document), now)
        except ConnectionFailure:  # nothing is wrong with the booking
            raise
        except Exception:
            self._failures.inc()
            booking_id = document["_id"]
            log.exception("the clock cannot move a booking; it tries again later", extra={"booking_id": booking_id})
            await self._store.put_off(booking_id, now + _PUT_OFF)
            return 0

    async def _step(self, booking: Booking, now: datetime) -> int:
        upcoming = next_automatic(booking)
        if upcoming is None or upcoming[1] > now:
            return await self._remind(booking, now)
        action_name, at = upcoming
        row = BY_NAME[action_name]
        after = transitions.apply(row, booking, Actor.SYSTEM, None, now, Command())
        taken = await self._store.save(booking, after, row.event, NO_LIMIT)
        if taken:
            self._late.observe((now - at).total_seconds())
        return int(taken)

    async def _remind(self, booking: Booking, now: datetime) -> int:
        """Send the reminders that are due; note those that come too late to be of use, after a long sleep."""
        due = [(at, row) for at, row in reminders_left(booking) if at <= now]
        send = [row for _, row in due if (deadline := row.deadline(booking)) is None or now < deadline]
        noted = {row.name: at for at, row in due}
        return len(send) if await self._store.note_reminders(booking, noted, send, now) else 0
