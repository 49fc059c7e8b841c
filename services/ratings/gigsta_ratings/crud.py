"""The use cases of ratings."""

import asyncio
import logging
from datetime import datetime
from typing import Any, cast

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError, PyMongoError

from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, NotFound, Unprocessable
from gigsta_common.events import BookingChanged, RatingChanged
from gigsta_common.mongo import Session, in_transaction
from gigsta_common.pagination import decode_cursor
from gigsta_common.security import Principal
from gigsta_ratings import models
from gigsta_ratings.models import Invitation, Rating, Subject, Tally
from gigsta_ratings.settings import Settings

log = logging.getLogger(__name__)

_NEWEST_FIRST = -1
_BATCH = 200


class Ratings:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._db = runtime.db
        self._clock = runtime.clock
        self._outbox = runtime.outbox
        self._close_interval = runtime.settings.close_interval
        self._invitations = cast("AsyncCollection[Invitation]", runtime.db["invitations"])
        self._ratings = cast("AsyncCollection[Rating]", runtime.db["ratings"])
        self._closed = runtime.db["closed_users"]
        self._tallies = cast("AsyncCollection[Tally]", runtime.db["summaries"])

    # -- invitations

    async def follow_booking(self, event: BookingChanged, sequence: int, session: Session) -> None:
        known = await self._invitations.find_one({"_id": event.booking_id}, session=session)
        after = models.invitation_after(known, event, sequence)
        if after is None:
            return
        parties = {"_id": {"$in": [event.customer_id, event.provider_id]}}
        for closed in await self._closed.find(parties, {"_id": 1}, session=session).to_list():
            after = models.without(after, closed["_id"])
        if known is None:
            await self._invitations.insert_one(after, session=session)
            return
        fields = {name: value for name, value in after.items() if name != "_id"}
        unchanged = {"_id": event.booking_id, "version": known["version"]}
        await self._invitations.update_one(unchanged, {"$set": fields}, session=session)
        if after["customer_id"] != known["customer_id"]:
            waiting = {"booking_id": event.booking_id, "status": "waiting", "rated_user_id": known["customer_id"]}
            await self._ratings.update_many(waiting, {"$set": {"rated_user_id": after["customer_id"]}}, session=session)

    # -- accounts that are closed

    async def forget(self, user_id: str, closed_at: datetime, session: Session) -> None:
        """Take somebody's name off everything. Their stars stay, and so every summary does; what the other side has
        said about a booking comes out, because nothing more is to be waited for."""
        already = await self._closed.update_one(
            {"_id": user_id}, {"$setOnInsert": {"closed_at": closed_at}}, upsert=True, session=session
        )
        if already.matched_count:
            return
        await self._ratings.update_many({"author_id": user_id}, {"$set": {"author_name": None}}, session=session)
        nameless: dict[str, dict[str, object]] = {
            "customer_id": {"customer_name": None},
            "provider_id": {"provider_name": models.FORMER_PROVIDER},
        }
        await self._ratings.update_many({"provider_id": user_id}, {"$set": nameless["provider_id"]}, session=session)
        for party, name in nameless.items():
            leave = {"$set": name, "$pull": {"open_to": user_id}, "$inc": {"version": 1}}
            await self._invitations.update_many({party: user_id}, leave, session=session)
            left_alone = {party: user_id, "status": "open", "open_to": []}
            for invitation in await self._invitations.find(left_alone, {"_id": 1}, session=session).to_list():
                closed = {"$set": {"status": "closed"}, "$inc": {"version": 1}}
                await self._invitations.update_one({"_id": invitation["_id"]}, closed, session=session)
                published = await self._publish_waiting(invitation["_id"], self._clock.now(), session)
                self._nudge([rating["_id"] for rating in published])

    async def export(self, user_id: str) -> tuple[list[Rating], list[Rating]]:
        """What somebody has said of others, and what others have said of them and is published."""
        order = [("created_at", _NEWEST_FIRST), ("_id", _NEWEST_FIRST)]
        given = await self._ratings.find({"author_id": user_id}).sort(order).to_list()
        about = {"rated_user_id": user_id, "status": "published"}
        received = await self._ratings.find(about).sort(order).to_list()
        return given, received

    async def pending(self, user_id: str, limit: int, cursor: str | None) -> list[Invitation]:
        """Up to `limit + 1` invitations that the user may still answer, the latest completed first."""
        query: dict[str, Any] = {"open_to": user_id, "status": "open", "closes_at": {"$gt": self._clock.now()}}
        query |= _after("completed_at", cursor)
        order = [("completed_at", _NEWEST_FIRST), ("_id", _NEWEST_FIRST)]
        return await self._invitations.find(query).sort(order).limit(limit + 1).to_list()

    # -- rating

    async def rate(self, caller: Principal, rating_id: str, booking_id: str, stars: int, comment: str | None) -> Rating:
        """Take one side's rating; if the other side has rated already, both come out now.

        Raises:
            NotFound: the caller was no party of that booking, or it never was completed.
            Conflict: `already_rated`, `booking_not_completed` (any more) or `rating_window_closed`.
            Unprocessable: another rating of the caller has this id.
        """

        async def work(session: Session) -> tuple[Rating, list[str]]:
            invitation = await self._invitation(caller.user_id, booking_id, session)
            if caller.user_id not in invitation["open_to"]:
                return await self._rated_before(caller.user_id, rating_id, booking_id, session), []
            now = self._clock.now()
            _check_open(invitation, now)
            left = [user for user in invitation["open_to"] if user != caller.user_id]
            await self._invitations.update_one(
                {"_id": booking_id, "version": invitation["version"]},
                {"$set": {"open_to": left, "status": "open" if left else "closed"}, "$inc": {"version": 1}},
                session=session,
            )
            rating = _new_rating(caller, rating_id, invitation, stars, comment, now)
            await self._ratings.insert_one(rating, session=session)
            if left:
                return rating, []
            published = await self._publish_waiting(booking_id, now, session)
            return next(r for r in published if r["_id"] == rating_id), [r["_id"] for r in published]

        try:
            rating, published = await in_transaction(self._db, work)
        except DuplicateKeyError:
            raise Unprocessable(
                "This Idempotency-Key was used for another rating.", code="idempotency_key_reused"
            ) from None
        self._nudge(published)
        return rating

    async def _invitation(self, user_id: str, booking_id: str, session: Session) -> Invitation:
        mine = {"$or": [{"customer_id": user_id}, {"provider_id": user_id}]}
        invitation = await self._invitations.find_one({"_id": booking_id, **mine}, session=session)
        if invitation is None:
            raise NotFound("There is no completed booking of yours with that id.", code="booking_not_found")
        return invitation

    async def _rated_before(self, user_id: str, rating_id: str, booking_id: str, session: Session) -> Rating:
        """The caller's own rating where this is the same request come again, else the refusal."""
        mine = {"_id": rating_id, "author_id": user_id, "booking_id": booking_id}
        rating = await self._ratings.find_one(mine, session=session)
        if rating is None:
            raise Conflict("You have rated this booking already.", code="already_rated")
        return rating

    # -- publishing

    async def _publish_waiting(self, booking_id: str, now: datetime, session: Session) -> list[Rating]:
        """Publish what a booking's parties have said: the ratings, the summaries and the events, all or nothing."""
        waiting = {"booking_id": booking_id, "status": "waiting"}
        ratings = await self._ratings.find(waiting, session=session).to_list()
        return [await self._publish(rating, now, session) for rating in ratings]

    async def _publish(self, rating: Rating, now: datetime, session: Session) -> Rating:
        version = rating["version"] + 1
        published: Rating = {**rating, "status": "published", "published_at": now, "version": version}
        tallies = {subject[0]: await self._count(subject, rating, session) for subject in models.rated_subjects(rating)}
        event = _rating_published(published, tallies)
        record = self._outbox.record("rating.published", event, subject=rating["_id"], sequence=version)
        await self._ratings.update_one(
            {"_id": rating["_id"], "version": rating["version"]},
            {
                "$set": {"status": "published", "published_at": now},
                "$inc": {"version": 1},
                "$push": {"outbox": record},
            },
            session=session,
        )
        return published

    async def _count(self, subject: Subject, rating: Rating, session: Session) -> Tally:
        stars = rating["stars"]
        counted = await self._tallies.find_one_and_update(
            {"_id": models.tally_id(subject)},
            {"$inc": {"count": 1, "sum": stars, f"histogram.{stars}": 1, "version": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        return cast("Tally", counted)

    def _nudge(self, rating_ids: list[str]) -> None:
        for rating_id in rating_ids:
            self._outbox.nudge("ratings", rating_id)

    # -- closing

    async def close_due(self) -> int:
        """Close every window whose time has come and publish what one side alone has said; return how many closed.

        Any number of instances may do so at once: each window is closed by a transaction that finds it open.
        """
        closed, failed = 0, list[str]()
        while True:
            now = self._clock.now()
            due = {"status": "open", "closes_at": {"$lte": now}, "_id": {"$nin": failed}}
            found = await self._invitations.find(due, {"_id": 1}).sort("closes_at", 1).limit(_BATCH).to_list()
            for invitation in found:
                try:
                    closed += await self._close(invitation["_id"], now)
                except PyMongoError as error:
                    failed.append(invitation["_id"])
                    log.warning("a rating window could not be closed; it is tried again", extra={"error": repr(error)})
            if len(found) < _BATCH:
                return closed

    async def _close(self, booking_id: str, now: datetime) -> bool:
        async def work(session: Session) -> tuple[bool, list[str]]:
            mine = await self._invitations.update_one(
                {"_id": booking_id, "status": "open", "closes_at": {"$lte": now}},
                {"$set": {"status": "closed"}, "$inc": {"version": 1}},
                session=session,
            )
            if not mine.matched_count:
                return False, []
            return True, [r["_id"] for r in await self._publish_waiting(booking_id, now, session)]

        done, published = await in_transaction(self._db, work)
        self._nudge(published)
        return done

    async def keep_closing(self) -> None:
        """Runs for as long as the service does."""
        while True:
            try:
                await self.close_due()
            except PyMongoError as error:
                log.warning("rating windows cannot be read; trying again", extra={"error": str(error)[:300]})
            await asyncio.sleep(self._close_interval)

    # -- reading

    async def published(self, subject: Subject, limit: int, cursor: str | None) -> list[Rating]:
        """Up to `limit + 1` published ratings of a subject, newest first: the very ones that its summary counts."""
        kind, subject_id = subject
        field = {"service": "service_id", "provider": "provider_id", "customer": "rated_user_id"}[kind]
        query: dict[str, Any] = {
            field: subject_id,
            "author_role": "provider" if kind == "customer" else "customer",
            "status": "published",
            **_after("published_at", cursor),
        }
        order = [("published_at", _NEWEST_FIRST), ("_id", _NEWEST_FIRST)]
        return await self._ratings.find(query).sort(order).limit(limit + 1).to_list()

    async def mine(self, user_id: str, booking_id: str | None, limit: int, cursor: str | None) -> list[Rating]:
        """Up to `limit + 1` of the user's own ratings, published or not, newest first."""
        query: dict[str, Any] = {"author_id": user_id, **_after("created_at", cursor)}
        if booking_id is not None:
            query["booking_id"] = booking_id
        order = [("created_at", _NEWEST_FIRST), ("_id", _NEWEST_FIRST)]
        return await self._ratings.find(query).sort(order).limit(limit + 1).to_list()

    async def tally(self, subject: Subject) -> Tally | None:
        return await self._tallies.find_one({"_id": models.tally_id(subject)})


def _after(field: str, cursor: str | None) -> dict[str, Any]:
    """The part of a query that goes on after a cursor, in falling order of `field` and id."""
    if cursor is None:
        return {}
    moment, last_id = decode_cursor(cursor, datetime, str)
    return {"$or": [{field: {"$lt": moment}}, {field: moment, "_id": {"$lt": last_id}}]}


def _check_open(invitation: Invitation, now: datetime) -> None:
    if invitation["status"] == "withdrawn":
        raise Conflict(
            "This booking is not completed any more, so it cannot be rated for now.", code="booking_not_completed"
        )
    if invitation["status"] == "closed" or now >= invitation["closes_at"]:
        raise Conflict(
            f"This booking could be rated until {invitation['closes_at']:%d %B %Y}.", code="rating_window_closed"
        )


def _new_rating(
    caller: Principal, rating_id: str, invitation: Invitation, stars: int, comment: str | None, now: datetime
) -> Rating:
    role = models.role_of(invitation, caller.user_id)
    return {
        "_id": rating_id,
        "booking_id": invitation["_id"],
        "service_id": invitation["service_id"],
        "service_title": invitation["service_title"],
        "provider_id": invitation["provider_id"],
        "provider_name": invitation["provider_name"],
        "author_id": caller.user_id,
        "author_name": models.author_name(invitation, role) or caller.name,
        "author_role": role,
        "rated_user_id": models.other_party(invitation, role)[0],
        "stars": stars,
        "comment": comment or None,
        "status": "waiting",
        "created_at": now,
        "published_at": None,
        "version": 1,
    }


def _rating_published(rating: Rating, tallies: dict[models.SubjectKind, Tally]) -> RatingChanged:
    by_customer = rating["author_role"] == "customer"
    return RatingChanged(
        rating_id=rating["_id"],
        booking_id=rating["booking_id"],
        service_id=rating["service_id"],
        service_title=rating["service_title"],
        provider_id=rating["provider_id"],
        author_id=rating["author_id"],
        author_name=rating["author_name"],
        author_role=rating["author_role"],
        rated_user_id=rating["rated_user_id"],
        stars=rating["stars"],
        comment=rating["comment"],
        published_at=cast("datetime", rating["published_at"]),
        service_summary=models.summarise(tallies["service"]) if by_customer else None,
        provider_summary=models.summarise(tallies["provider"]) if by_customer else None,
    )
