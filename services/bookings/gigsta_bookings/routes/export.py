"""Taking one's bookings along."""

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse

from gigsta_bookings import schemas
from gigsta_bookings.callers import Caller
from gigsta_bookings.lifecycle import next_automatic
from gigsta_bookings.routes.common import Bookings, router_for
from gigsta_common.security import CurrentUser

router = router_for()

MOST = 5000


@router.get("/export", response_model=schemas.BookingsExport)
async def export_bookings(found: Bookings, user: CurrentUser) -> StreamingResponse:
    """What bookings holds about the caller."""
    version, terms = await found.policies.current(user.user_id)
    last = schemas.BookingsExport(
        bookings=[],
        complete=True,
        schedule=await found.schedules.find(user.user_id),
        policy=schemas.ProviderPolicy(**terms.model_dump(), version=version) if version else None,
    )
    return StreamingResponse(_parts(found, Caller(user), user.user_id, last), media_type="application/json")


async def _parts(found: Bookings, caller: Caller, user_id: str, last: schemas.BookingsExport) -> AsyncIterator[str]:
    """Some bookings at a time: thousands at once would take the memory, and keep everybody else waiting."""
    comma, left = "", MOST
    yield '{"bookings":['
    async for part in found.store.everything_of(user_id, MOST + 1):
        for booking in part[:left]:
            one = schemas.detail(booking, caller.actors(booking), [], next_automatic(booking))
            yield comma + one.model_dump_json()
            comma = ","
        last.complete = len(part) <= left
        left -= len(part)
    yield "]," + last.model_dump_json(exclude={"bookings"}).removeprefix("{")
