"""Making bookings and moving them along."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from gigsta_bookings import events, transitions
from gigsta_bookings.actions import BookingAction, get_available_booking_actions
from gigsta_bookings.crud.claims import Claims, SlotUnavailable
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.crud.schedules import Schedules, buffer_after
from gigsta_bookings.lifecycle import BY_NAME, CREATIONS, next_automatic
from gigsta_bookings.models import Actor, Booking, Offering, Policy, Status, claims_of, stored
from gigsta_bookings.rows import Creation, Transition
from gigsta_bookings.rules import Command
from gigsta_bookings.schemas import ActionRequest, BookingRequest
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, Forbidden, NotFound, Unprocessable
from gigsta_common.mongo import Document, Session, in_transaction, shielded
from gigsta_common.pagination import decode_cursor
from gigsta_common.security import Principal

log = logging.getLogger(__name__)

COLLECTION = "bookings"
_TRIES = 4


class Bookings:
    def __init__(self, runtime: Runtime[Settings], claims: Claims, offerings: Offerings, schedules: Schedules) -> None:
        self._db = runtime.db
        self._bookings = runtime.db[COLLECTION]
        self._clock = runtime.clock
        self._outbox = runtime.outbox
        self._claims = claims
        self._offerings = offerings
        self._schedules = schedules

    # -- reading

    async def get(self, caller: Principal, booking_id: str) -> Booking:
        """A booking, for its parties and admins.

        Raises:
            NotFound: there is none, or it is not the caller's to know about.
        """
        mine = {} if caller.is_admin else {"$or": [{"customer_id": caller.user_id}, {"provider_id": caller.user_id}]}
        document = await self._bookings.find_one({"_id": booking_id, **mine}, {"outbox": 0})
        if document is None:
            raise NotFound("There is no such booking.", code="booking_not_found")
        return Booking.model_validate(document)

    async def page(
        self, caller: Principal, role: Actor | None, statuses: Sequence[Status], limit: int, cursor: str | None
    ) -> list[Booking]:
        """The caller's bookings, newest first: one more than `limit`, if there are. Everybody's, as an admin.

        Raises:
            Forbidden: the caller is no admin.
        """
        if role == Actor.ADMIN and not caller.is_admin:
            raise Forbidden("Only an administrator may see everybody's bookings.", code="admin_only")
        query = _of(caller, role)
        if statuses:
            query["status"] = {"$in": [status.value for status in statuses]}
        if cursor is not None:
            created_at, last = decode_cursor(cursor, datetime, str)
            older = [{"created_at": {"$lt": created_at}}, {"created_at": created_at, "_id": {"$lt": last}}]
            query = {"$and": [query, {"$or": older}]}
        found = self._bookings.find(query, {"outbox": 0, "history": 0})
        rows = await found.sort([("created_at", -1), ("_id", -1)]).limit(limit + 1).to_list()
        return [Booking.model_validate(row) for row in rows]

    def actors(self, caller: Principal, booking: Booking) -> tuple[Actor, ...]:
        """What a caller is to a booking."""
        return (*booking.parties(caller.user_id), *((Actor.ADMIN,) if caller.is_admin else ()))

    def actions(self, caller: Principal, booking: Booking) -> list[BookingAction]:
        """What a caller may do with a booking now."""
        return get_available_booking_actions(booking, self.actors(caller, booking), self._clock.now())

    # -- creating

    async def create(self, caller: Principal, booking_id: str, request: BookingRequest) -> Booking:
        """Book a time: the claim on it, the booking, its first audit entry and its event are one transaction.

        Raises:
            SlotUnavailable: the time is taken, or not offered.
            Conflict: the service is no longer on offer, or the caller's own.
        """
        known = await self._bookings.find_one({"_id": booking_id, "customer_id": caller.user_id}, {"outbox": 0})
        if known is not None:
            return Booking.model_validate(known)
        offering = await self._offerings.get(request.service_id)
        if offering.status != "published":
            raise Conflict("This service is no longer on offer.", code="service_not_bookable")
        if offering.provider_id == caller.user_id:
            raise Conflict("You cannot book your own service.", code="own_service")
        creation = CREATIONS["create_instant" if offering.instant_book else "create"]
        booking = await self._draft(caller, booking_id, request, offering, creation)
        document = self._document(booking) | {"outbox": [self._event(creation.event, booking)]}
        await self._claims.prepare(booking.provider_id, claims_of(booking))

        async def insert(session: Session) -> None:
            await self._claims.swap(booking.provider_id, (), claims_of(booking), session)
            await self._bookings.insert_one(document, session=session)

        try:
            await in_transaction(self._db, insert)
        except DuplicateKeyError:
            return await self.get(caller, booking_id)
        self._outbox.nudge(COLLECTION, booking.id)
        return booking

    async def _draft(
        self, caller: Principal, booking_id: str, request: BookingRequest, offering: Offering, creation: Creation
    ) -> Booking:
        plan = await self._schedules.plan_of(offering.provider_id)
        starts_at = request.starts_at.astimezone(UTC)
        duration = timedelta(minutes=offering.duration_minutes)
        self._schedules.check_planned(plan, duration, starts_at)
        now = self._clock.now()
        return Booking(
            _id=booking_id,
            version=1,
            status=creation.target,
            customer_id=caller.user_id,
            customer_name=caller.name,
            provider_id=offering.provider_id,
            provider_name=offering.provider_name,
            service_id=offering.id,
            service_title=offering.title,
            price=offering.price,
            duration_minutes=offering.duration_minutes,
            buffer_before_minutes=plan.buffer_before_minutes,
            buffer_after_minutes=int(buffer_after(plan, offering).total_seconds() // 60),
            instant_book=offering.instant_book,
            policy=Policy(),
            timezone=plan.timezone,
            starts_at=starts_at,
            ends_at=starts_at + duration,
            note=request.note,
            address=request.address,
            created_at=now,
            requested_at=now,
            updated_at=now,
            history=(transitions.first_entry(creation, caller.user_id, now),),
        )

    # -- moving along

    async def act(self, caller: Principal, booking_id: str, action_name: str, request: ActionRequest) -> Booking:
        """Take an action.

        Raises:
            Conflict: `action_not_available` says why and names what is possible; `version_conflict`: it has moved on.
            SlotUnavailable: the new time is taken, or not offered.
            Unprocessable: the action needs a reason or a time.
        """
        row = BY_NAME[action_name]
        for _ in range(_TRIES):
            booking = await self.get(caller, booking_id)
            actor = self._decide(row, booking, self.actors(caller, booking), request)
            command = Command(request.reason, request.starts_at.astimezone(UTC) if request.starts_at else None)
            if row.needs_time and command.starts_at is not None:
                await self._check_new_time(booking, command.starts_at)
            after = transitions.apply(row, booking, actor, caller.user_id, self._clock.now(), command)
            if await shielded(self._save(booking, after, row)):
                return after
        raise _moved_on()

    def _decide(self, row: Transition, booking: Booking, actors: tuple[Actor, ...], request: ActionRequest) -> Actor:
        """As whom the caller acts, everything checked that needs no I/O."""
        now = self._clock.now()
        if request.version is not None and request.version != booking.version:
            raise _moved_on(booking.version)
        refusals = {actor: transitions.refusal(row, booking, actor, now) for actor in actors}
        willing = [actor for actor, refusal in refusals.items() if refusal is None]
        if not willing:
            told = next((actor for actor in actors if actor in row.actors), actors[0])
            raise Conflict(
                refusals[told] or "Not possible now.",
                code="action_not_available",
                booking_status=booking.status,
                available_actions=self._possible(booking, actors, now),
            )
        proposal = booking.proposal
        if request.proposal_version is not None and (proposal is None or proposal.version != request.proposal_version):
            raise Conflict("That proposal is no longer the open one.", code="version_conflict", version=booking.version)
        if willing[0] in row.reason_from and request.reason is None:
            raise _missing("reason", f"'{row.action_name}' needs a reason.")
        if row.needs_time and request.starts_at is None:
            raise _missing("starts_at", f"'{row.action_name}' needs the new time.")
        return willing[0]

    @staticmethod
    def _possible(booking: Booking, actors: tuple[Actor, ...], now: datetime) -> list[str]:
        rows = BY_NAME.values()
        return [
            row.action_name
            for row in rows
            if any(transitions.refusal(row, booking, actor, now) is None for actor in actors)
        ]

    async def _check_new_time(self, booking: Booking, starts_at: datetime) -> None:
        if starts_at == booking.starts_at:
            raise SlotUnavailable("The booking is at that time already.")
        plan = await self._schedules.plan_of(booking.provider_id)
        self._schedules.check_planned(plan, timedelta(minutes=booking.duration_minutes), starts_at)

    async def _save(self, before: Booking, after: Booking, row: Transition) -> bool:
        """Write state, audit entry and event at once, if the booking is still at the version that was read."""
        changes = self._document(after)
        entry = changes.pop("history")[-1]
        changes.pop("_id")
        query = {"_id": before.id, "version": before.version}
        write: Document = {"$set": changes, "$push": {"history": entry, "outbox": self._event(row.event, after)}}
        release, take = claims_of(before) - claims_of(after), claims_of(after) - claims_of(before)
        if not release and not take:
            done = await self._bookings.update_one(query, write)
            saved = done.matched_count == 1
        else:
            saved = await self._save_with_claims(before, query, write, release, take)
        if saved:
            self._outbox.nudge(COLLECTION, before.id)
        return saved

    async def _save_with_claims(
        self, before: Booking, query: Document, write: Document, release: frozenset[Any], take: frozenset[Any]
    ) -> bool:
        await self._claims.prepare(before.provider_id, take)

        async def change(session: Session) -> bool:
            done = await self._bookings.update_one(query, write, session=session)
            if done.matched_count == 0:
                return False
            await self._claims.swap(before.provider_id, release, take, session)
            return True

        return await in_transaction(self._db, change)

    # -- the clock

    async def run_due(self, limit: int = 100) -> int:
        """Take the automatic transitions that are due, the oldest first; return how many this call took.

        Any number of instances may run this at once: each transition is the same conditional write as a person's.
        """
        now = self._clock.now()
        due = self._bookings.find({"next_automatic.at": {"$lte": now}}, {"outbox": 0})
        taken = 0
        for document in await due.sort("next_automatic.at", 1).limit(limit).to_list():
            booking = Booking.model_validate(document)
            upcoming = next_automatic(booking)
            if upcoming is None or upcoming[1] > now:
                continue
            row = BY_NAME[upcoming[0]]
            after = transitions.apply(row, booking, Actor.SYSTEM, None, now, Command())
            taken += await self._save(booking, after, row)
        return taken

    # -- documents and events

    def _document(self, booking: Booking) -> Document:
        upcoming = next_automatic(booking)
        document = stored(booking)
        document["next_automatic"] = {"action_name": upcoming[0], "at": upcoming[1]} if upcoming else None
        return document

    def _event(self, name: str, booking: Booking) -> Document:
        return self._outbox.record(
            f"booking.{name}", events.changed(booking), subject=booking.id, sequence=booking.version
        )


def _of(caller: Principal, role: Actor | None) -> Document:
    """Which bookings are the caller's, in that role or in any."""
    if role == Actor.ADMIN:
        return {}
    if role is not None:
        return {f"{role.value}_id": caller.user_id}
    return {"$or": [{"customer_id": caller.user_id}, {"provider_id": caller.user_id}]}


def _missing(field: str, detail: str) -> Unprocessable:
    return Unprocessable(detail, errors=[{"field": field, "message": "is required for this action"}])


def _moved_on(version: int | None = None) -> Conflict:
    return Conflict("The booking has changed since you looked at it.", code="version_conflict", version=version)
