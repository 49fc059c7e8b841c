"""What a service could not handle, for administrators: to look at, to try again, to throw away.

`gigsta events` does the same from a terminal.
"""

import logging
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from gigsta_common import idempotency
from gigsta_common.errors import NotFound, Unavailable
from gigsta_common.idempotency import IdempotentRoute
from gigsta_common.messaging import Bus, BusUnavailable, ParkedEvent
from gigsta_common.security import Admin, optional_user

log = logging.getLogger(__name__)

Decision = Literal["replay", "drop"]


class ParkedEventSeen(BaseModel):
    """Without what the event says: that may be about people."""

    event_id: str | None
    """None where the message is not even an event: these are only decided about all together."""
    event: str | None
    subject: str | None
    error: str
    attempts: int
    parked_at: datetime | None

    @classmethod
    def of(cls, parked: ParkedEvent) -> "ParkedEventSeen":
        event = parked.event
        return cls(
            event_id=event.id if event else None,
            event=event.name if event else None,
            subject=event.subject if event else None,
            error=parked.error,
            attempts=parked.attempts,
            parked_at=parked.parked_at,
        )


class ParkedEvents(BaseModel):
    """The oldest first."""

    items: list[ParkedEventSeen]


class Which(BaseModel):
    model_config = ConfigDict(extra="forbid")

    event_id: Annotated[str | None, Field(max_length=128, description="One event; all of them where it is null.")]


class Decided(BaseModel):
    count: int


def router(service: str) -> APIRouter:
    """The routes of a service that listens to events."""
    routes = APIRouter(
        prefix=f"/{service}/admin/parked-events",
        tags=[service],
        route_class=IdempotentRoute,
        dependencies=[Depends(optional_user)],
    )

    @routes.get("", name=f"list_parked_events_of_{service}")
    async def list_parked_events(
        request: Request, _: Admin, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> ParkedEvents:
        """Events that no try could handle, left where they are."""
        try:
            found = await _bus(request).parked(service, limit)
        except BusUnavailable:
            raise _away() from None
        return ParkedEvents(items=[ParkedEventSeen.of(one) for one in found])

    @routes.post(
        "/{decision}", name=f"decide_parked_events_of_{service}", dependencies=[Depends(idempotency.documented)]
    )
    async def decide_parked_events(request: Request, caller: Admin, decision: Decision, body: Which) -> Decided:
        """Put parked events back into the queue, or throw them away."""
        bus = _bus(request)
        try:
            count = await (bus.replay if decision == "replay" else bus.drop)(service, body.event_id)
        except BusUnavailable:
            raise _away() from None
        log.warning(
            "an administrator has decided about parked events",
            extra={"decision": decision, "admin": caller.user_id, "event_id": body.event_id, "events": count},
        )
        if body.event_id is not None and not count:
            raise NotFound("This event is not parked, or no longer.")
        return Decided(count=count)

    return routes


def _bus(request: Request) -> Bus:
    bus: Bus = request.app.state.runtime.bus
    return bus


def _away() -> Unavailable:
    return Unavailable("The message broker is away for the moment.", code="broker_unavailable")
