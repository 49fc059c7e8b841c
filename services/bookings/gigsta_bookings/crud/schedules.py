"""Schedules: when providers work, and which times that leaves to book."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gigsta_bookings import availability
from gigsta_bookings.availability import Plan
from gigsta_bookings.crud.claims import Claims, SlotUnavailable
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.crud.policies import Policies
from gigsta_bookings.models import Booking, Claim, Offering, Place
from gigsta_bookings.schemas import Availability, Schedule
from gigsta_bookings.times import Moment, at, check_forward
from gigsta_common.clock import Clock
from gigsta_common.errors import Conflict, Forbidden, NotFound, Unprocessable
from gigsta_common.ids import new_id
from gigsta_common.mongo import Database, Document, Session

COLLECTION = "schedules"
DEFAULT_ZONE = "Pacific/Auckland"
LONGEST_LOOK = timedelta(days=35, hours=1)
"""35 days as a calendar shows them: in autumn, one of them has 25 hours."""
MOST_SLOTS = 1000
"""In one answer, but for those of its last day: some 80 KB, and some milliseconds of work."""


class Schedules:
    def __init__(self, db: Database, clock: Clock, offerings: Offerings, claims: Claims) -> None:
        self._schedules = db[COLLECTION]
        self._clock = clock
        self._offerings = offerings
        self._claims = claims
        self._policies = Policies(db, clock)

    async def get(self, provider_id: str) -> Schedule:
        """A provider's schedule.

        Raises:
            Forbidden: the user is no approved provider.
        """
        found = await self.find(provider_id)
        if found is None:
            raise _not_approved()
        return found

    async def check_provider(self, user_id: str) -> None:
        """
        Raises:
            NotFound: bookings knows no such provider.
        """
        if await self._schedules.find_one({"_id": user_id}, {"_id": 1}) is None:
            raise NotFound("There is no such provider.", code="provider_not_found")

    async def find(self, user_id: str) -> Schedule | None:
        """A user's schedule, if they have one."""
        document = await self._schedules.find_one({"_id": user_id})
        return _schedule(document) if document else None

    async def put(self, provider_id: str, plan: Plan, expected: int | None) -> Schedule:
        """Replace the plan. Bookings that exist stay as they are.

        Raises:
            Forbidden: the user is no approved provider.
            Conflict: the plan is not the one that the caller looked at.
        """
        document = await self._schedules.find_one_and_update(
            {"_id": provider_id} | ({"version": expected} if expected is not None else {}),
            {
                "$set": {
                    "plan": plan.model_dump(mode="json"),
                    "is_default": False,
                    "updated_at": self._clock.now(),
                    "stale": new_id(),  # for `open_days`
                },
                "$inc": {"version": 1},
            },
            return_document=True,
        )
        if document is None:
            known = await self.get(provider_id)
            detail = "The schedule has changed since you looked at it."
            raise Conflict(detail, code="version_conflict", version=known.version)
        return _schedule(document)

    async def ensure(self, provider_id: str, session: Session) -> None:
        """Give a new provider the default plan."""
        await self._schedules.update_one(
            {"_id": provider_id}, {"$setOnInsert": self._fresh(DEFAULT_ZONE)}, upsert=True, session=session
        )

    async def move_default_to(self, provider_id: str, zone: str, session: Session) -> None:
        """As long as a provider has not set a plan of their own, it follows the zone of what they offer."""
        known = await self._schedules.find_one({"_id": provider_id}, {"is_default": 1}, session=session)
        if known is None:
            await self._schedules.insert_one({"_id": provider_id, **self._fresh(zone)}, session=session)
        elif known["is_default"]:
            await self._schedules.update_one(
                {"_id": provider_id}, {"$set": {"plan.timezone": zone, "stale": new_id()}}, session=session
            )

    async def availability(
        self, service_id: str, start: Moment | None, end: Moment | None, place: Place | None
    ) -> Availability:
        """The bookable slots of a service, at a place if one is named; by default those of the coming week.

        Raises:
            NotFound: it is not on offer, or no longer, or not while its provider is suspended.
        """
        offering = await self._offerings.get(service_id)
        if offering.status != "published":
            raise NotFound("There is no such service on offer.", code="service_not_found")
        plan = await self.plan_of(offering.provider_id)
        first, last = self._range(start, end, ZoneInfo(plan.timezone))
        reached = offering.reaches(place)
        if not reached:
            return Availability(timezone=plan.timezone, items=[], in_service_area=reached)
        duration, after = timedelta(minutes=offering.duration_minutes), buffer_after(plan, offering)
        taken, (_, terms) = await asyncio.gather(
            self._taken(offering.provider_id, plan, duration + after, first, last),
            self._policies.current(offering.provider_id),
        )
        found = self._slots(plan, duration, after, taken, first, last)
        return replace(found, instant_book=offering.is_instant(terms, place))

    async def other_times(self, booking: Booking, start: Moment | None, end: Moment | None) -> Availability:
        """The times that a booking can be moved to, as it was agreed: its own length, buffers and notice.

        What it holds itself is not in its way, and the service may be gone.
        """
        present = await self.plan_of(booking.provider_id)
        agreed = {
            "buffer_before_minutes": booking.buffer_before_minutes,
            "minimum_notice_minutes": booking.policy.minimum_notice_minutes,
        }
        plan = present.model_copy(update=agreed)
        first, last = self._range(start, end, ZoneInfo(plan.timezone))
        duration, after = (timedelta(minutes=n) for n in (booking.duration_minutes, booking.buffer_after_minutes))
        taken = await self._taken(booking.provider_id, plan, duration + after, first, last)
        others = [claim for claim in taken if claim.booking_id != booking.id]
        found = self._slots(plan, duration, after, others, first, last)
        return replace(found, items=[slot for slot in found.items if slot.starts_at != booking.starts_at])

    def _slots(
        self, plan: Plan, duration: timedelta, after: timedelta, taken: list[Claim], first: datetime, last: datetime
    ) -> Availability:
        now = self._clock.now()
        slots = availability.bookable_slots(plan, duration, after, taken, first, last, now, MOST_SLOTS)
        following: date | None = None
        if len(slots) >= MOST_SLOTS:
            zone = ZoneInfo(plan.timezone)
            following = slots[-1].starts_at.astimezone(zone).date() + timedelta(days=1)
            if at(following, zone) >= min(last, now + timedelta(days=plan.horizon_days)):
                following = None
        return Availability(timezone=plan.timezone, items=slots, next_from=following)

    async def _taken(
        self, provider_id: str, plan: Plan, needed: timedelta, first: datetime, last: datetime
    ) -> list[Claim]:
        """Days count whole, and what the last slot would need may reach far beyond the range."""
        margin = max(timedelta(days=1), needed + timedelta(minutes=plan.buffer_before_minutes))
        return await self._claims.taken(provider_id, first - margin, last + margin)

    async def plan_of(self, provider_id: str) -> Plan:
        document = await self._schedules.find_one({"_id": provider_id}, {"plan": 1})
        return Plan.model_validate(document["plan"]) if document else availability.default_plan(DEFAULT_ZONE)

    def check_planned(self, plan: Plan, duration: timedelta, starts_at: datetime, notice_minutes: int) -> None:
        """Whether a time is one that the plan offers, so long ahead as was agreed.

        Raises:
            SlotUnavailable: says why not.
        """
        now = self._clock.now()
        if starts_at < now:
            raise SlotUnavailable("That time is past.")
        if starts_at < now + timedelta(minutes=notice_minutes):
            raise SlotUnavailable(f"The provider asks for notice of {_spoken(notice_minutes)}.")
        if starts_at >= now + timedelta(days=plan.horizon_days):
            raise SlotUnavailable(f"Bookings open {plan.horizon_days} days ahead.")
        if not availability.offers(plan, duration, starts_at):
            raise SlotUnavailable(
                "The provider does not offer that time; the service's availability lists those they do."
            )

    def _range(self, start: Moment | None, end: Moment | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """A bare date means the provider's whole day."""
        first = at(start, zone) if start is not None else self._clock.now()
        last = at(end, zone, days=1) if end is not None else first + timedelta(days=7)
        if start is None and last < first:
            raise Unprocessable("`to` is past.", errors=[{"field": "to", "message": "is past"}])
        check_forward(first, last)
        if last - first > LONGEST_LOOK:
            message = f"at most {LONGEST_LOOK.days} days at a time"
            raise Unprocessable(f"Ask for {message}.", errors=[{"field": "to", "message": message}])
        return first, last

    def _fresh(self, zone: str) -> Document:
        return {
            "plan": availability.default_plan(zone).model_dump(mode="json"),
            "is_default": True,
            "version": 1,
            "updated_at": self._clock.now(),
            "stale": new_id(),
        }


def _spoken(minutes: int) -> str:
    """A length of time in the largest units that say it exactly: `2 days`, `10 hours`, `90 minutes`."""
    for unit, length in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        if minutes and minutes % length == 0 and (minutes > length or unit != "day"):
            count = minutes // length
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "0 minutes"


def buffer_after(plan: Plan, offering: Offering) -> timedelta:
    return timedelta(minutes=max(plan.buffer_after_minutes, offering.buffer_minutes))


def _schedule(document: Document) -> Schedule:
    return Schedule(**document["plan"], is_default=document["is_default"], version=document["version"])


def _not_approved() -> Forbidden:
    return Forbidden("Only an approved provider has a schedule and terms of their own.", code="provider_not_approved")
