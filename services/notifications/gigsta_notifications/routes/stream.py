"""A user's notifications as they come: server-sent events."""

import random
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gigsta_common.security import CurrentUser
from gigsta_notifications.crud.streams import Stream
from gigsta_notifications.routes import UseCases
from gigsta_notifications.routes.inbox import notification

router = APIRouter(prefix="/notifications", tags=["notifications"])

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        pattern=r"^\d{0,15}$",
        description="The id of the last event that the client has; what came after it is sent first.",
    ),
]


async def opened(use_cases: UseCases, caller: CurrentUser) -> AsyncIterator[Stream]:
    stream = use_cases.streams.open(caller.user_id, caller.expires)
    try:
        yield stream
    finally:
        use_cases.streams.close(stream)


async def beginning(stream: Annotated[Stream, Depends(opened)], last_event_id: LastEventId = None) -> int:
    return await stream.start(int(last_event_id) if last_event_id else None)


@router.get("/stream", response_class=EventSourceResponse)
async def stream_notifications(
    stream: Annotated[Stream, Depends(opened)], last: Annotated[int, Depends(beginning)]
) -> AsyncIterator[ServerSentEvent]:
    """The caller's notifications as they come: a `notification` event for each, with the same fields as in the list.

    Begins with `ready`. A client that comes back with `Last-Event-ID` gets what it has missed, on whichever instance.
    Ends with `end`, whose `reason` is `token_expired`, `restarting` or `unavailable`; a comment every 15 seconds
    keeps the connection open.
    """
    yield ServerSentEvent(event="ready", id=str(last), data={}, retry=_come_back_after())
    async for item in stream.items(last):
        yield ServerSentEvent(event="notification", id=str(item["position"]), data=notification(item))
    yield ServerSentEvent(event="end", data={"reason": stream.ended}, retry=_come_back_after())


def _come_back_after() -> int:
    """Milliseconds, not the same for all: they come back one after the other when an instance is gone."""
    return random.randint(1_000, 4_000)  # noqa: S311 -- no secret
