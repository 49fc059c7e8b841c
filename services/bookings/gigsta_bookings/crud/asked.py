"""How much an account asks of one provider. Unlike `quotas`, counted from the bookings themselves."""

from datetime import timedelta

from gigsta_bookings.models import Booking, Status
from gigsta_bookings.models.quotas import REQUESTS_A_DAY, REQUESTS_OF_CUSTOMER
from gigsta_bookings.transitions import say_time
from gigsta_common.errors import Conflict, TooManyRequests
from gigsta_common.mongo import Collection, Session

_DAY = timedelta(hours=24)
_EVERY_STATUS = [status.value for status in Status]


class Asked:
    """Counted so that an answer costs no write more, and so that those are among them which a guest made before they
    had the account. Exact nevertheless: the transaction of a new booking writes to the register of this customer's
    bookings with this provider, so whoever asks at the same time counts after it.
    """

    def __init__(self, bookings: Collection) -> None:
        self._bookings = bookings

    async def check(self, asked: Booking, session: Session) -> None:
        """Within the transaction that makes a booking.

        Raises:
            Conflict: too many requests wait for an answer.
            TooManyRequests: too many were made within a day, whatever became of them.
        """
        others = {"customer_id": asked.customer_id, "provider_id": asked.provider_id, "_id": {"$ne": asked.id}}
        unanswered = others | {"status": Status.PENDING.value}
        count = await self._bookings.count_documents(unanswered, limit=REQUESTS_OF_CUSTOMER, session=session)
        if count >= REQUESTS_OF_CUSTOMER:
            raise Conflict("Wait until the provider has answered your other requests.", code="too_many_requests_open")
        # Every status is named, for the index has the status in front of the time.
        of_a_day = others | {"status": {"$in": _EVERY_STATUS}, "created_at": {"$gt": asked.created_at - _DAY}}
        found = self._bookings.find(of_a_day, {"created_at": 1}, session=session).hint("customer_id_by_created_at")
        newest_first = found.sort([("created_at", -1), ("_id", -1)])
        in_the_way = await newest_first.skip(REQUESTS_A_DAY - 1).limit(1).to_list()
        if in_the_way:
            again = in_the_way[0]["created_at"] + _DAY
            raise TooManyRequests(
                f"You have asked this provider for {REQUESTS_A_DAY} bookings within a day. "
                f"The next is possible from {say_time(again, asked.timezone)}.",
                retry_after=max(1, round((again - asked.created_at).total_seconds())),
                code="too_many_requests_today",
            )
