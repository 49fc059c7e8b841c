"""Reports about ratings, and what moderators make of them."""

from datetime import datetime
from typing import Any, cast

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, Forbidden
from gigsta_common.mongo import Session, in_transaction
from gigsta_common.security import Principal
from gigsta_common.standing import Standing
from gigsta_ratings.crud import paging
from gigsta_ratings.crud.publishing import Publishing
from gigsta_ratings.crud.ratings import no_rating
from gigsta_ratings.models import Rating, moderation
from gigsta_ratings.models.moderation import Decision, Report
from gigsta_ratings.settings import Settings

SHOWN_REPORTS = 50


class Moderation:
    def __init__(self, runtime: Runtime[Settings], publishing: Publishing, standing: Standing) -> None:
        self._db = runtime.db
        self._clock = runtime.clock
        self._publishing = publishing
        self._standing = standing
        self._ratings = cast("AsyncCollection[Rating]", runtime.db["ratings"])
        self._reports = cast("AsyncCollection[Report]", runtime.db["reports"])

    async def report(self, caller: Principal, rating_id: str, reason: str) -> Report:
        """Complain about a published rating; once.

        Raises:
            NotFound: there is no such published rating.
            Forbidden: it is the caller's own; or they are suspended, or have closed their account.
            Conflict: `already_reported`.
        """
        await self._standing.refuse(caller.user_id)
        report: Report = {
            "_id": moderation.report_id(rating_id, caller.user_id),
            "rating_id": rating_id,
            "reporter_id": caller.user_id,
            "reason": reason,
            "created_at": self._clock.now(),
            "status": "open",
        }

        async def work(session: Session) -> None:
            rating = await self._ratings.find_one({"_id": rating_id, "status": "published"}, session=session)
            if rating is None:
                raise no_rating()
            if rating["author_id"] == caller.user_id:
                raise Forbidden("This rating is your own.", code="own_rating")
            await self._reports.insert_one(report, session=session)
            write: dict[str, Any] = {"$inc": {"open_reports": 1, "version": 1}}
            if not rating.get("open_reports"):
                write["$set"] = {"reported_at": report["created_at"]}
            await self._ratings.update_one({"_id": rating_id}, write, session=session)

        try:
            await in_transaction(self._db, work)
        except DuplicateKeyError:
            raise Conflict("You have reported this rating already.", code="already_reported") from None
        return report

    async def reported(self, status: str, limit: int, cursor: str | None) -> list[Rating]:
        """Up to `limit + 1` ratings with open reports, or hidden ones, those reported last first."""
        chosen: dict[str, Any] = {"open_reports": {"$gt": 0}} if status == "reported" else {"status": "hidden"}
        field = "reported_at" if status == "reported" else "published_at"
        query = {**chosen, **paging.after(field, cursor)}
        return await self._ratings.find(query).sort(paging.newest_first(field)).limit(limit + 1).to_list()

    async def reports_about(self, ratings: list[Rating]) -> dict[str, list[Report]]:
        """The latest reports about each of the ratings."""
        found: dict[str, list[Report]] = {}
        for rating in ratings:
            about = self._reports.find({"rating_id": rating["_id"]})
            order = paging.newest_first("created_at")
            found[rating["_id"]] = await about.sort(order).limit(SHOWN_REPORTS).to_list()
        return found

    async def decide(self, moderator: Principal, rating_id: str, decision: Decision, reason: str) -> Rating:
        """Hide, restore or dismiss: the rating, the audit, the reports, the summaries and the event at once.

        Raises:
            NotFound: there is no such rating.
            Conflict: `action_not_available`.
            Forbidden: the moderator is suspended, or has closed their account.
        """
        await self._standing.refuse(moderator.user_id)
        now = self._clock.now()

        async def work(session: Session) -> Rating:
            rating = await self._ratings.find_one({"_id": rating_id}, session=session)
            if rating is None:
                raise no_rating()
            refused = moderation.refusal(decision, rating)
            if refused is not None:
                raise Conflict(refused, code="action_not_available", status_now=rating["status"])
            entry = {"action": decision, "actor_id": moderator.user_id, "at": now, "reason": reason}
            return await self._decide(rating, decision, entry, now, session)

        known = await self._ratings.find_one({"_id": rating_id}, {"booking_id": 1})
        if known is None:
            raise no_rating()
        rating = await self._publishing.in_turn(known["booking_id"], work)
        self._publishing.nudge([rating_id])
        return rating

    async def _decide(
        self, rating: Rating, decision: Decision, entry: dict[str, Any], now: datetime, session: Session
    ) -> Rating:
        verdict = moderation.verdict(decision)
        fields: dict[str, Any] = {} if verdict is None else {"open_reports": 0}
        reporter_ids: list[str] = []
        if verdict is not None:
            open_ones = {"rating_id": rating["_id"], "status": "open"}
            reports = self._reports.find(open_ones, {"reporter_id": 1}, session=session)
            reporter_ids = [report["reporter_id"] for report in await reports.to_list()]
            await self._reports.update_many(
                open_ones, {"$set": {"status": verdict, "decided_at": now}}, session=session
            )
        if decision == "hide":
            fields["status"] = "hidden"
            await self._publishing.move(rating, fields, "rating.hidden", session, entry)
        elif decision == "restore":
            fields["status"] = "published"
            await self._publishing.move(rating, fields, "rating.restored", session, entry)
        else:
            write = {"$set": fields, "$inc": {"version": 1}, "$push": {"history": entry}}
            await self._ratings.update_one({"_id": rating["_id"]}, write, session=session)
        decided = await self._again(rating, session)
        if verdict is None or not reporter_ids:
            return decided
        await self._publishing.tell_reporters(decided, reporter_ids, verdict, session)
        return await self._again(rating, session)

    async def _again(self, rating: Rating, session: Session) -> Rating:
        return cast("Rating", await self._ratings.find_one({"_id": rating["_id"]}, session=session))
