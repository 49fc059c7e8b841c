"""Rating, editing, replying and reading."""

from datetime import datetime
from typing import Any, NoReturn, cast

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, Forbidden, NotFound
from gigsta_common.mongo import Session, shielded
from gigsta_common.security import Principal
from gigsta_common.standing import Standing
from gigsta_ratings import models
from gigsta_ratings.crud import paging
from gigsta_ratings.crud.invitations import Invitations
from gigsta_ratings.crud.publishing import Publishing
from gigsta_ratings.models import Invitation, Rating, Reply, Subject, Tally
from gigsta_ratings.settings import Settings


class Ratings:
    def __init__(
        self, runtime: Runtime[Settings], invitations: Invitations, publishing: Publishing, standing: Standing
    ) -> None:
        self._clock = runtime.clock
        self._invitations = invitations
        self._publishing = publishing
        self._standing = standing
        self._ratings = cast("AsyncCollection[Rating]", runtime.db["ratings"])
        self._tallies = cast("AsyncCollection[Tally]", runtime.db["summaries"])

    async def rate(self, caller: Principal, rating_id: str, booking_id: str, stars: int, comment: str | None) -> Rating:
        """Take one side's rating; if the other side has rated already, both come out now.

        Raises:
            NotFound: the caller was no party of that booking, or it never was completed.
            Conflict: `already_rated`, `booking_not_completed` (any more) or `rating_window_closed`.
            Forbidden: the caller is suspended, or has closed their account.
        """
        await self._standing.refuse(caller.user_id)

        async def work(session: Session) -> tuple[Rating, list[str]]:
            invitation = await self._invitations.of(caller.user_id, booking_id, session)
            if caller.user_id not in invitation["open_to"]:
                return await self._rated_before(caller.user_id, rating_id, booking_id, session), []
            now = self._clock.now()
            _check_open(invitation, now)
            left = await self._invitations.answer(invitation, caller.user_id, session)
            rating = _new_rating(caller, rating_id, invitation, stars, comment, now)
            await self._ratings.insert_one(rating, session=session)
            if left:
                return rating, []
            published = await self._publishing.publish_waiting(booking_id, now, session)
            return next(r for r in published if r["_id"] == rating_id), [r["_id"] for r in published]

        rating, published = await self._publishing.in_turn(booking_id, work)
        self._publishing.nudge(published)
        return rating

    async def _rated_before(self, user_id: str, rating_id: str, booking_id: str, session: Session) -> Rating:
        """The caller's own rating where this is the same request come again, else the refusal."""
        mine = {"_id": rating_id, "author_id": user_id, "booking_id": booking_id}
        rating = await self._ratings.find_one(mine, session=session)
        if rating is None:
            raise Conflict("You have rated this booking already.", code="already_rated")
        return rating

    async def edit(self, caller: Principal, rating_id: str, changes: dict[str, Any]) -> Rating:
        """Change what nobody else has seen yet.

        Raises:
            NotFound: the caller has no such rating.
            Conflict: `rating_published`.
            Forbidden: the caller is suspended, or has closed their account.
        """
        await self._standing.refuse(caller.user_id)
        now = self._clock.now()
        mine = {"_id": rating_id, "author_id": caller.user_id}
        entry = {"action": "edit", "actor_id": caller.user_id, "at": now}
        write = {"$set": changes | {"edited_at": now}, "$inc": {"version": 1}, "$push": {"history": entry}}
        edited = await self._write({**mine, "status": "waiting"}, write)
        if edited is not None:
            return edited
        if await self._ratings.find_one(mine, {"_id": 1}) is None:
            raise no_rating()
        raise Conflict("This rating is published, so it stays as it is.", code="rating_published")

    async def reply(self, caller: Principal, rating_id: str, comment: str) -> Rating:
        """Answer in public to what was said of the caller; once.

        Raises:
            NotFound: there is no such published rating.
            Forbidden: it is not about the caller, who may also be suspended, or have closed their account.
            Conflict: `already_replied`.
        """
        await self._standing.refuse(caller.user_id)
        now = self._clock.now()
        reply: Reply = {"comment": comment, "created_at": now}
        entry = {"action": "reply", "actor_id": caller.user_id, "at": now}
        about_me = {"_id": rating_id, "rated_user_id": caller.user_id, "status": "published", "reply": None}
        while (rating := await self._ratings.find_one(about_me)) is not None:
            push = {"history": entry, "outbox": self._publishing.told_of_reply(rating, reply)}
            write = {"$set": {"reply": reply}, "$inc": {"version": 1}, "$push": push}
            replied = await self._write({**about_me, "version": rating["version"]}, write)
            if replied is not None:
                self._publishing.nudge([rating_id])
                return replied
        return await self._refuse_reply(caller.user_id, rating_id)

    async def _refuse_reply(self, user_id: str, rating_id: str) -> NoReturn:
        rating = await self._ratings.find_one({"_id": rating_id, "status": "published"})
        if rating is None:
            raise no_rating()
        if rating["rated_user_id"] != user_id:
            raise Forbidden("Only those whom a rating is about may reply to it.", code="not_about_you")
        raise Conflict("You have replied to this rating already.", code="already_replied")

    async def _write(self, query: dict[str, Any], write: dict[str, Any]) -> Rating | None:
        """One conditional write, by which the rating goes to a new version; None where nothing matches."""
        saved = self._ratings.find_one_and_update(query, write, return_document=ReturnDocument.AFTER)
        return cast("Rating | None", await shielded(saved))

    async def published(self, subject: Subject, limit: int, cursor: str | None) -> list[Rating]:
        """Up to `limit + 1` published ratings of a subject, newest first: the very ones that its summary counts."""
        kind, subject_id = subject
        field = {"service": "service_id", "provider": "provider_id", "customer": "rated_user_id"}[kind]
        query: dict[str, Any] = {
            field: subject_id,
            "author_role": "provider" if kind == "customer" else "customer",
            "status": "published",
            **paging.after("published_at", cursor),
        }
        order = paging.newest_first("published_at")
        return await self._ratings.find(query).sort(order).limit(limit + 1).to_list()

    async def mine(self, user_id: str, booking_id: str | None, limit: int, cursor: str | None) -> list[Rating]:
        """Up to `limit + 1` of the user's own ratings, published or not, newest first."""
        query: dict[str, Any] = {"author_id": user_id, **paging.after("created_at", cursor)}
        if booking_id is not None:
            query["booking_id"] = booking_id
        return await self._ratings.find(query).sort(paging.newest_first("created_at")).limit(limit + 1).to_list()

    async def received(self, user_id: str, booking_id: str | None, limit: int, cursor: str | None) -> list[Rating]:
        """Up to `limit + 1` published ratings about the user, as a customer or as a provider, newest first."""
        query: dict[str, Any] = {
            "rated_user_id": user_id,
            "author_role": {"$in": ["customer", "provider"]},
            "status": "published",
            **paging.after("published_at", cursor),
        }
        if booking_id is not None:
            query["booking_id"] = booking_id
        return await self._ratings.find(query).sort(paging.newest_first("published_at")).limit(limit + 1).to_list()

    async def tally(self, subject: Subject) -> Tally | None:
        return await self._tallies.find_one({"_id": models.tally_id(subject)})


def no_rating() -> NotFound:
    return NotFound("There is no such rating.", code="rating_not_found")


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
