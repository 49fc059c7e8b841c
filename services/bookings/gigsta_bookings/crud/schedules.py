"""Schedules: when providers work, and which times that leaves to book."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gigsta_bookings import availability
from gigsta_bookings.availability import Plan
from gigsta_bookings.crud.claims import Claims, SlotUnavailable
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.models import Offering, Place
from gigsta_bookings.schemas import Availability, Schedule
from gigsta_bookings.times import Moment
from gigsta_common.clock import Clock
from gigsta_common.errors import Forbidden, Unprocessable
from gigsta_common.mongo import Database, Document, Session

COLLECTION = "schedules"
DEFAULT_ZONE = "Pacific/Auckland"
LONGEST_LOOK = timedelta(days=35)


class Schedules:
    def __init__(self, db: Database, clock: Clock, offerings: Offerings, claims: Claims) -> None:
        self._schedules = db[COLLECTION]
        self._clock = clock
        self._offerings = offerings
        self._claims = claims

    async def get(self, provider_id: str) -> Schedule:
        """A provider's schedule.

        Raises:
            Forbidden: the user is no approved provider.
        """
        found = await self.find(provider_id)
        if found is None:
            raise _not_approved()
        return found

    async def find(self, user_id: str) -> Schedule | None:
        """A user's schedule, if they have one."""
        document = await self._schedules.find_one({"_id": user_id})
        return _schedule(document) if document else None

    async def put(self, provider_id: str, plan: Plan) -> Schedule:
        """Replace the plan. Bookings that exist stay as they are."""
        document = await self._schedules.find_one_and_update(
            {"_id": provider_id},
            {
                "$set": {"plan": plan.model_dump(mode="json"), "is_default": False, "updated_at": self._clock.now()},
                "$inc": {"version": 1},
            },
            return_document=True,
        )
        if document is None:
            raise _not_approved()
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
            await self._schedules.update_one({"_id": provider_id}, {"$set": {"plan.timezone": zone}}, session=session)

    async def availability(
        self, service_id: str, start: Moment | None, end: Moment | None, place: Place | None
    ) -> Availability:
        """The bookable slots of a service, at a place if one is named; by default those of the coming week."""
        offering = await self._offerings.get(service_id)
        plan = await self.plan_of(offering.provider_id)
        first, last = self._range(start, end, ZoneInfo(plan.timezone))
        reached = offering.reaches(place)
        if offering.status != "published" or not reached:
            return Availability(timezone=plan.timezone, items=[], in_service_area=reached)
        # Days count whole, and what the last slot would need may reach far beyond the range.
        duration = timedelta(minutes=offering.duration_minutes)
        before = timedelta(minutes=plan.buffer_before_minutes)
        margin = max(timedelta(days=1), duration + before + buffer_after(plan, offering))
        taken = await self._claims.taken(offering.provider_id, first - margin, last + margin)
        slots = availability.bookable_slots(
            plan,
            duration,
            buffer_after(plan, offering),
            taken,
            first,
            last,
            self._clock.now(),
        )
        return Availability(timezone=plan.timezone, items=slots)

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
            raise SlotUnavailable(f"The provider asks for {notice_minutes} minutes' notice.")
        if starts_at >= now + timedelta(days=plan.horizon_days):
            raise SlotUnavailable(f"Bookings open {plan.horizon_days} days ahead.")
        if not availability.offers(plan, duration, starts_at):
            raise SlotUnavailable(
                "The provider does not offer that time; the service's availability lists those they do."
            )

    def _range(self, start: Moment | None, end: Moment | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """A bare date means the provider's whole day."""
        first = _at(start, zone, days=0) if start is not None else self._clock.now()
        last = _at(end, zone, days=1) if end is not None else first + timedelta(days=7)
        if last < first:
            raise Unprocessable("`to` lies before `from`.", errors=[{"field": "to", "message": "lies before `from`"}])
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
        }


def buffer_after(plan: Plan, offering: Offering) -> timedelta:
    return timedelta(minutes=max(plan.buffer_after_minutes, offering.buffer_minutes))


def _at(moment: Moment, zone: ZoneInfo, *, days: int) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment + timedelta(days=days), time(), zone).astimezone(UTC)


def _schedule(document: Document) -> Schedule:
    return Schedule(**document["plan"], is_default=document["is_default"], version=document["version"])


def _not_approved() -> Forbidden:
    return Forbidden("Only an approved provider has a schedule.", code="provider_not_approved")
