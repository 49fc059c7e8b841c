"""The collection `bookings`: every write is a state, its audit entry and its event at once."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from bson.codec_options import DatetimeConversion
from pymongo.errors import DuplicateKeyError

from gigsta_bookings import events, linking, mail_links, search
from gigsta_bookings.callers import Caller, secret_hash
from gigsta_bookings.crud.asked import Asked
from gigsta_bookings.crud.claims import NO_LIMIT, Claims, DayLimit, LookAgain
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.crud.quotas import Quotas
from gigsta_bookings.models import Booking, claims_of, stored
from gigsta_bookings.models.history import Check, checked
from gigsta_bookings.models.quotas import quotas_of
from gigsta_bookings.reminders import wakes_at
from gigsta_bookings.rows import Reminder
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import NotFound, Unavailable
from gigsta_common.events.bookings import MailLink
from gigsta_common.mongo import Database, Document, Session, in_transaction, shielded
from gigsta_common.replay import CollectionSource

COLLECTION = "bookings"
NOT_SHOWN = {"outbox": 0, "words": 0, "wake_at": 0, "cleared": 0}
"""What a document has besides the booking."""
HISTORY = {"history": 1, "version": 1, "status": 1, "updated_at": 1}
_TRIES = 10
_PART = 20
"""Bookings of somebody who takes all of theirs along."""


class Store:
    def __init__(self, runtime: Runtime[Settings], claims: Claims, quotas: Quotas, offerings: Offerings) -> None:
        self._db: Database = runtime.db
        self._bookings = runtime.db[COLLECTION]
        # Not even a date that is none is in the way of reading what is to be checked.
        any_date = self._bookings.codec_options.with_options(datetime_conversion=DatetimeConversion.DATETIME_AUTO)
        self._as_it_is = self._bookings.with_options(codec_options=any_date)
        self._outbox = runtime.outbox
        self._claims = claims
        self._quotas = quotas
        self._offerings = offerings
        self._asked = Asked(self._bookings)
        secret = runtime.settings.mail_link_secret
        self._link_key = secret.get_secret_value().encode() if secret else None

    def told(self) -> CollectionSource:
        """All bookings, as the others have heard of them."""
        return CollectionSource(self._bookings, lambda found: events.told(Booking.model_validate(_shown(found))))

    async def find(self, caller: Caller, booking_id: str) -> Booking:
        """A booking, for its parties and admins.

        Raises:
            NotFound: there is none, or it is not the caller's to know about.
        """
        document = await self._bookings.find_one({"_id": booking_id, **_visible_to(caller)}, NOT_SHOWN)
        if document is None:
            raise _unknown()
        return Booking.model_validate(document)

    async def check_history(self, caller: Caller, booking_id: str) -> Check:
        """Whether a booking's history is as it was written; of one, too, that nobody can read any more.

        Raises:
            NotFound: as `find`.
        """
        document = await self._as_it_is.find_one({"_id": booking_id, **_visible_to(caller)}, HISTORY)
        if document is None:
            raise _unknown()
        return checked(document)

    async def made_before(self, booking_id: str, customer_id: str) -> Booking | None:
        """The booking that an earlier try of the same request has made. A guest's may have changed hands since."""
        made_by = {"_id": booking_id, "history.0.actor_id": customer_id}
        document = await self._bookings.find_one(made_by, NOT_SHOWN)
        return Booking.model_validate(document) if document else None

    async def insert(self, booking: Booking, event: str, limit: DayLimit, *, guest_secret: str | None = None) -> bool:
        """Save a new booking with its claim. False where another try of the same request has just done so.

        Raises:
            SlotUnavailable: the time is taken.
            Conflict, TooManyRequests: a quota is used up.
        """
        document = stored(booking) | {
            "outbox": [await self._event(event, booking, guest_secret)],
            "words": search.words_of(booking),
            "wake_at": wakes_at(booking),
        }

        async def write(session: Session) -> bool:
            await self._bookings.insert_one(document, session=session)
            return True

        try:
            await self._in_one_with_claims(None, booking, limit, write)
        except DuplicateKeyError:
            return False
        self._outbox.nudge(COLLECTION, booking.id)
        return True

    async def save(self, before: Booking, after: Booking, event: str, limit: DayLimit) -> bool:
        """Write what a transition changed, if the booking is still as it was read.

        Raises:
            SlotUnavailable: the new time is taken.
        """
        return await shielded(self._save(before, after, event, limit))

    async def _save(self, before: Booking, after: Booking, event: str, limit: DayLimit) -> bool:
        query, write = await self._step(before, after, event)
        if claims_of(before) == claims_of(after) and quotas_of(before) == quotas_of(after):
            saved = (await self._bookings.update_one(query, write)).matched_count == 1
        else:

            async def change(session: Session) -> bool:
                return (await self._bookings.update_one(query, write, session=session)).matched_count == 1

            saved = await self._in_one_with_claims(before, after, limit, change)
        if saved:
            self._outbox.nudge(COLLECTION, before.id)
        return saved

    async def _step(self, before: Booking, after: Booking, event: str) -> tuple[Document, Document]:
        """Which document a transition is written to, and what is written."""
        # A reminder leaves the version alone, but the alarm set here must know of it.
        query = {"_id": before.id, "version": before.version, "reminded": before.reminded}
        fields = _changes(before, after) | {"wake_at": wakes_at(after)}
        if after.guest is not before.guest:  # their name becomes findable, or is gone
            fields["words"] = search.words_of(after)
        history = {"history": stored(after.history[-1]), "outbox": await self._event(event, after)}
        return query, {"$set": fields, "$push": history}

    async def end(self, before: Booking, after: Booking, event: str, session: Session) -> None:
        """Write a transition that takes nothing new, in the caller's transaction, which has read the booking."""
        query, write = await self._step(before, after, event)
        if not (await self._bookings.update_one(query, write, session=session)).matched_count:
            raise _just_changed()
        held, used = claims_of(before) - claims_of(after), quotas_of(before) - quotas_of(after)
        await self._claims.swap(before.provider_id, held, frozenset(), NO_LIMIT, frozenset(), session)
        await self._quotas.swap(before.id, used, frozenset(), session)

    async def clear_names(self, before: Booking, after: Booking) -> bool:
        """Write what somebody's departure takes off a booking. It is no transition: the version stays."""
        fields = _changes(before, after) | {"words": search.words_of(after)}
        write: Document = {"$set": fields, "$inc": {"cleared": 1}}  # by which calendars know that it says less
        query = {"_id": before.id, "version": before.version}
        if quotas_of(before) == quotas_of(after):
            return (await shielded(self._bookings.update_one(query, write))).matched_count == 1

        async def change(session: Session) -> bool:
            return (await self._bookings.update_one(query, write, session=session)).matched_count == 1

        return await shielded(self._in_one_with_claims(before, after, NO_LIMIT, change))

    async def everything_of(self, user_id: str, most: int) -> AsyncIterator[list[Booking]]:
        """A user's bookings on either side, the newest first, some at a time."""
        mine = {"$or": [{"customer_id": user_id}, {"provider_id": user_id}]}
        newest_first = [("created_at", -1), ("_id", -1)]
        async with self._bookings.find(mine, NOT_SHOWN, batch_size=_PART).sort(newest_first).limit(most) as cursor:
            while rows := await cursor.to_list(_PART):
                yield [Booking.model_validate(row) for row in rows]

    async def link(self, booking_id: str, user_id: str, now: datetime, session: Session) -> Booking | None:
        """Make a guest's booking the account's, in the caller's transaction. None where it is not to be had."""
        document = await self._bookings.find_one({"_id": booking_id}, NOT_SHOWN, session=session)
        before = Booking.model_validate(document) if document else None
        if before is None or not linking.may_link(before, user_id):
            return None
        after = linking.linked(before, user_id, now)
        write: Document = {
            "$set": {"customer_id": after.customer_id, "version": after.version},
            "$push": {"history": stored(after.history[-1]), "outbox": await self._event(linking.EVENT, after)},
        }
        query = {"_id": before.id, "version": before.version}
        if not (await self._bookings.update_one(query, write, session=session)).matched_count:
            raise _just_changed()
        self._outbox.nudge(COLLECTION, booking_id)
        return after

    async def _in_one_with_claims(
        self, before: Booking | None, after: Booking, limit: DayLimit, write: Callable[[Session], Awaitable[bool]]
    ) -> bool:
        """`write`, and what changes about claims and quotas, in one transaction; unless `write` says that it did
        nothing."""
        held, holds = (claims_of(one) if one else frozenset() for one in (before, after))
        used, uses = (quotas_of(one) if one else frozenset() for one in (before, after))
        provider_id = after.provider_id

        async def work(session: Session) -> bool:
            written = await write(session)
            if written:
                await self._claims.swap(provider_id, held - holds, holds - held, limit, missing, session)
                await self._quotas.swap(after.id, used - uses, uses - used, session)
                if before is None and after.guest is None:
                    await self._asked.check(after, session)
            return written

        for _ in range(_TRIES):
            missing = await self._claims.prepare(provider_id, holds - held, limit)
            with contextlib.suppress(LookAgain):
                return await in_transaction(self._db, work)
        raise Unavailable("This calendar is being changed by too many at once.", code="too_busy")

    # -- for the clock

    async def due(self, now: datetime, limit: int) -> list[Document]:
        """The bookings that wait for the clock, the longest overdue first; as documents, which may not be sound."""
        found = self._bookings.find({"wake_at": {"$lte": now}}, NOT_SHOWN).sort("wake_at", 1).limit(limit)
        return await found.to_list()

    async def note_reminders(
        self, booking: Booking, noted: dict[str, datetime], send: list[Reminder], now: datetime
    ) -> bool:
        """Note reminders as done and publish those to `send`; false where somebody was faster.

        The version stays: nothing that a client looks at has changed.
        """
        after = booking.model_copy(update={"reminded": booking.reminded | noted})
        write: Document = {"$set": {"reminded": after.reminded, "wake_at": wakes_at(after)}}
        if send:
            records = [await self._reminder(row, booking, now) for row in send]
            write["$push"] = {"outbox": {"$each": records}}
        query = {"_id": booking.id, "version": booking.version, "reminded": booking.reminded}
        saved = (await shielded(self._bookings.update_one(query, write))).matched_count == 1
        if saved and send:
            self._outbox.nudge(COLLECTION, booking.id)
        return saved

    async def put_off(self, booking_id: str, until: datetime) -> None:
        """Let a booking that the clock cannot move wait, so that it does not hold up the others."""
        await self._bookings.update_one({"_id": booking_id}, {"$max": {"wake_at": until}})

    # -- events

    async def _event(self, name: str, booking: Booking, guest_secret: str | None = None) -> Document:
        links = self._links(booking, booking.history[-1].at)
        data = events.changed(booking, guest_secret, links, await self._offerings.meeting_place(booking))
        return self._outbox.record(f"booking.{name}", data, subject=booking.id, sequence=booking.version)

    async def _reminder(self, row: Reminder, booking: Booking, now: datetime) -> Document:
        place = await self._offerings.meeting_place(booking)
        data = events.reminder(row, booking, now, self._links(booking, now), place)
        return self._outbox.record(f"reminder.{row.name}", data, subject=booking.id, sequence=booking.version)

    def _links(self, booking: Booking, now: datetime) -> list[MailLink]:
        return mail_links.offered(booking, self._link_key, now) if self._link_key else []


def _unknown() -> NotFound:
    return NotFound("There is no such booking.", code="booking_not_found")


def _just_changed() -> Unavailable:
    return Unavailable("This booking has just been changed.", code="too_busy")


def _visible_to(caller: Caller) -> Document:
    if caller.is_admin:
        return {}
    if caller.link is not None:
        return {"_id": caller.link.booking_id}
    if caller.user is not None:
        return {"$or": [{"customer_id": caller.user.user_id}, {"provider_id": caller.user.user_id}]}
    return {"guest.secret_hash": secret_hash(caller.secret or "")}


def _changes(before: Booking, after: Booking) -> Document:
    """The fields that differ. The history is only ever appended to."""
    names = Booking.model_fields.keys() - {"history"}
    return stored(after, {name for name in names if getattr(before, name) is not getattr(after, name)})


def _shown(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in NOT_SHOWN}
