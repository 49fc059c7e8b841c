"""What only administrators may ask."""

from typing import Annotated

from fastapi import Query

from gigsta_bookings.metrics import Metrics
from gigsta_bookings.routes.common import Bookings, router_for
from gigsta_bookings.times import Moment
from gigsta_common.security import Admin

router = router_for()

From = Annotated[
    Moment | None,
    Query(alias="from", description="A moment, or a date in UTC; by default 30 days before `to`."),
]
To = Annotated[
    Moment | None,
    Query(description="A moment, or a date in UTC that is included whole; by default now. At most 366 days."),
]


@router.get("/admin/metrics")
async def get_booking_metrics(found: Bookings, _: Admin, start: From = None, to: To = None) -> Metrics:
    """How the bookings that were made in a period have gone so far. Days begin and end in UTC."""
    return await found.metrics.get(start, to)
