"""Bookings in other calendars: one as a file, and all of a user's at a secret address that calendars subscribe to.

Plain routes: no Idempotency-Key makes the answer with a secret address be stored.
"""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header, Query, Response

from gigsta_bookings.routes.common import BookingId, Bookings, Party, router_for
from gigsta_bookings.schemas import Feed, FeedAddress
from gigsta_common.security import CurrentUser

router = router_for(idempotent=False)

FeedKey = Annotated[str, Query(min_length=1, max_length=100, description="A query, because paths stand in logs.")]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=1024)]


class CalendarFile(Response):
    media_type = "text/calendar"


ANSWERS: dict[int | str, dict[str, Any]] = {304: {"description": "It is as the client has it."}}


@router.get("/feed")
async def get_calendar_feed(found: Bookings, user: CurrentUser) -> Feed:
    """Whether the caller has a calendar feed, and since when. Its address cannot be shown again."""
    created_at = await found.feeds.since(user.user_id)
    return Feed(active=created_at is not None, created_at=created_at)


@router.post("/feed", status_code=201)
async def renew_calendar_feed(found: Bookings, user: CurrentUser, response: Response) -> FeedAddress:
    """Make a secret address for the caller's calendar feed. It is shown this once; one made before ends."""
    await found.standing.refuse(user.user_id)
    response.headers["cache-control"] = "no-store"
    return FeedAddress(url=await found.feeds.renew(user.user_id))


@router.delete("/feed", status_code=204)
async def end_calendar_feed(found: Bookings, user: CurrentUser) -> None:
    """End the caller's calendar feed, if there is one."""
    await found.feeds.end(user.user_id)


@router.head("/feed.ics", include_in_schema=False)
@router.get("/feed.ics", response_class=CalendarFile, responses=ANSWERS)
async def read_calendar_feed(found: Bookings, key: FeedKey, known: IfNoneMatch = None) -> Response:
    """The bookings of whoever made the address, from 30 days ago on. The address is all it takes."""
    contents = await found.feeds.look(key)
    headers = {"cache-control": "private, max-age=300", "etag": f'"{contents.tag}"'}
    if known is not None and _names(known, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return CalendarFile(await found.feeds.read(contents), headers=headers)


@router.head("/{booking_id}/calendar.ics", include_in_schema=False)
@router.get("/{booking_id}/calendar.ics", response_class=CalendarFile, responses=ANSWERS)
async def get_booking_calendar(
    found: Bookings, caller: Party, booking_id: BookingId, known: IfNoneMatch = None
) -> Response:
    """A booking as a calendar file."""
    headers = {
        "cache-control": "private, no-cache",
        "vary": "Authorization, Booking-Key",
        "content-disposition": f'attachment; filename="gigsta-{booking_id}.ics"',
    }
    body = await found.feeds.booking(caller, booking_id)
    headers["etag"] = f'"{sha256(body).hexdigest()[:32]}"'
    if known is not None and _names(known, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return CalendarFile(body, headers=headers)


def _names(known: str, tag: str) -> bool:
    """Whether an If-None-Match names this version."""
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in known.split(","))
