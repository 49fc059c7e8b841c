"""When ratings come out, and what that does to the summaries: rating, counts and event are one transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any, Literal, TypeVar, cast

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError

from gigsta_common.app import Runtime
from gigsta_common.events import RatingChanged, RatingReplied, RatingReportsDecided
from gigsta_common.messaging.dispatch import InOrder
from gigsta_common.mongo import Session, in_transaction
from gigsta_ratings import models
from gigsta_ratings.models import Invitation, Rating, Reply, Subject, SubjectKind, Tally
from gigsta_ratings.settings import Settings

log = logging.getLogger(__name__)

EventName = Literal["rating.published", "rating.hidden", "rating.restored"]
_BATCH = 200
T = TypeVar("T")


class Publishing:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._db = runtime.db
        self._clock = runtime.clock
        self._outbox = runtime.outbox
        self._close_interval = runtime.settings.close_interval
        self._invitations = cast("AsyncCollection[Invitation]", runtime.db["invitations"])
        self._ratings = cast("AsyncCollection[Rating]", runtime.db["ratings"])
        self._tallies = cast("AsyncCollection[Tally]", runtime.db["summaries"])
        self._turns = InOrder()

    async def in_turn(self, booking_id: str, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run a transaction that may count something for a booking's provider: those of one provider one by one.

        They write the same summaries. MongoDB alone keeps that right, between instances too, but by letting all but
        one of them try again and again, and a crowd would wear itself out.
        """
        invitation = await self._invitations.find_one({"_id": booking_id}, {"provider_id": 1})
        async with self._turns.holding(invitation["provider_id"] if invitation else booking_id):
            return await in_transaction(self._db, work)

    async def publish_waiting(self, booking_id: str, now: datetime, session: Session) -> list[Rating]:
        """Publish what a booking's parties have said: the ratings, the summaries and the events, all or nothing."""
        waiting = {"booking_id": booking_id, "status": "waiting"}
        ratings = await self._ratings.find(waiting, session=session).to_list()
        fields = {"status": "published", "published_at": now}
        return [await self.move(rating, fields, "rating.published", session) for rating in ratings]

    async def move(
        self,
        rating: Rating,
        fields: dict[str, Any],
        event: EventName,
        session: Session,
        entry: dict[str, Any] | None = None,
    ) -> Rating:
        """Save a rating that comes out of or goes into hiding, its line of the audit, the summaries and the event."""
        version = rating["version"] + 1
        after = cast("Rating", {**rating, **fields, "version": version})
        step = int(after["status"] == "published") - int(rating["status"] == "published")
        tallies = {s[0]: await self._count(s, rating["stars"], step, session) for s in models.rated_subjects(rating)}
        record = self._outbox.record(event, _told(after, tallies), subject=rating["_id"], sequence=version)
        push = {"outbox": record} | ({"history": entry} if entry else {})
        await self._ratings.update_one(
            {"_id": rating["_id"], "version": rating["version"]},
            {"$set": fields, "$inc": {"version": 1}, "$push": push},
            session=session,
        )
        return after

    def told_of_reply(self, rating: Rating, reply: Reply) -> dict[str, Any]:
        """The event to save with a reply, which is the rating's next version."""
        told = RatingReplied(
            rating_id=rating["_id"],
            booking_id=rating["booking_id"],
            service_id=rating["service_id"],
            service_title=rating["service_title"],
            provider_name=rating["provider_name"],
            author_id=rating["author_id"],
            author_role=rating["author_role"],
            rated_user_id=rating["rated_user_id"],
            comment=reply["comment"],
            replied_at=reply["created_at"],
        )
        return self._outbox.record("rating.replied", told, subject=rating["_id"], sequence=rating["version"] + 1)

    async def tell_reporters(
        self, rating: Rating, reporter_ids: list[str], verdict: Literal["upheld", "dismissed"], session: Session
    ) -> None:
        """Save the event about their reports with `rating`, as a version of its own."""
        told = RatingReportsDecided(
            rating_id=rating["_id"],
            service_id=rating["service_id"],
            service_title=rating["service_title"],
            reporter_ids=reporter_ids,
            verdict=verdict,
            decided_at=self._clock.now(),
        )
        version = rating["version"] + 1
        record = self._outbox.record("rating.reports_decided", told, subject=rating["_id"], sequence=version)
        await self._ratings.update_one(
            {"_id": rating["_id"], "version": rating["version"]},
            {"$inc": {"version": 1}, "$push": {"outbox": record}},
            session=session,
        )

    async def _count(self, subject: Subject, stars: int, step: int, session: Session) -> Tally:
        counted = await self._tallies.find_one_and_update(
            {"_id": models.tally_id(subject)},
            {"$inc": {"count": step, "sum": step * stars, f"histogram.{stars}": step, "version": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        return cast("Tally", counted)

    def nudge(self, rating_ids: Iterable[str]) -> None:
        for rating_id in rating_ids:
            self._outbox.nudge("ratings", rating_id)

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
            return True, [r["_id"] for r in await self.publish_waiting(booking_id, now, session)]

        done, published = await self.in_turn(booking_id, work)
        self.nudge(published)
        return done

    async def keep_closing(self) -> None:
        while True:
            try:
                await self.close_due()
            except PyMongoError as error:
                log.warning("rating windows cannot be read; trying again", extra={"error": str(error)[:300]})
            await asyncio.sleep(self._close_interval)


def _told(rating: Rating, tallies: dict[SubjectKind, Tally]) -> RatingChanged:
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
