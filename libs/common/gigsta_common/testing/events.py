"""Events for tests of the messaging itself, and a handler that notes what it gets."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from gigsta_common.events import Envelope
from gigsta_common.events.envelope import TYPE_PREFIX
from gigsta_common.ids import new_id


def an_event(
    name: str = "booking.confirmed",
    *,
    subject: str = "booking-1",
    sequence: int = 1,
    event_id: str | None = None,
    request_id: str | None = None,
    **data: Any,
) -> Envelope:
    """An event of any name, whatever its contract says."""
    return Envelope(
        id=event_id or new_id(),
        source="/gigsta/somebody",
        type=f"{TYPE_PREFIX}{name}.v1",
        subject=subject,
        time=datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
        sequence=sequence,
        requestid=request_id,
        data=data,
    )


class NotingHandler:
    """Notes every event; fails on those for which `fails` says so; waits for `gate` before it is done with one."""

    def __init__(self, fails: Callable[[Envelope], bool] = lambda _: False) -> None:
        self.fails = fails
        self.begun: list[Envelope] = []
        self.done: list[Envelope] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, event: Envelope) -> None:
        self.begun.append(event)
        await self.gate.wait()
        if self.fails(event):
            raise RuntimeError(f"cannot handle {event.name}")
        self.done.append(event)

    def ids(self) -> list[str]:
        return [event.id for event in self.done]
