"""Taking one's bookings along."""

from gigsta_bookings import schemas
from gigsta_bookings.callers import Caller
from gigsta_bookings.lifecycle import next_automatic
from gigsta_bookings.routes.common import Bookings, router_for
from gigsta_common.security import CurrentUser

router = router_for()

MOST = 5000


@router.get("/export")
async def export_bookings(found: Bookings, user: CurrentUser) -> schemas.BookingsExport:
    """What bookings holds about the caller."""
    rows = await found.store.everything_of(user.user_id, MOST + 1)
    version, terms = await found.policies.current(user.user_id)
    return schemas.BookingsExport(
        bookings=[schemas.detail(row, Caller(user).actors(row), [], next_automatic(row)) for row in rows[:MOST]],
        complete=len(rows) <= MOST,
        schedule=await found.schedules.find(user.user_id),
        policy=schemas.ProviderPolicy(**terms.model_dump(), version=version) if version else None,
    )
