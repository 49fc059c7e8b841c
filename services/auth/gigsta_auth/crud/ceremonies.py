"""The collection `ceremonies`: first halves that wait for their second."""

from typing import cast

from gigsta_auth.models.ceremonies import LIFETIME, Ceremony, ceremony_id
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.mongo import Document, Session

CEREMONIES = "ceremonies"


class Ceremonies:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._ceremonies = runtime.db[CEREMONIES]
        self._clock = runtime.clock

    async def begin(
        self,
        kind: str,
        secret: str,
        *,
        user_id: str | None = None,
        browser_hash: str | None = None,
        epoch: int | None = None,
        tries: int = 1,
    ) -> None:
        """`secret` has been, or is about to be, told to one person; it is random and never used before."""
        ceremony = Ceremony(
            _id=ceremony_id(kind, secret),
            kind=kind,
            user_id=user_id,
            browser_hash=browser_hash,
            epoch=epoch,
            tries_left=tries,
            expires_at=self._clock.now() + LIFETIME,
        )
        await self._ceremonies.insert_one(dict(ceremony))

    async def finish(self, kind: str, secret: str, **bound: str) -> Ceremony | None:
        """What began with this secret, for the first who asks; None if nothing did, or it is used or too old.

        `bound` are fields that must be as they were at the beginning; if they are not, nothing is used up.
        """
        found = await self._ceremonies.find_one_and_delete({**self._living(kind, secret), **bound})
        return cast("Ceremony | None", found)

    async def finish_within(self, session: Session, kind: str, secret: str) -> bool:
        """The same as part of a transaction: whether anything began with it that still waits."""
        gone = await self._ceremonies.delete_one(self._living(kind, secret), session=session)
        return bool(gone.deleted_count)

    async def take_try(self, kind: str, secret: str) -> Ceremony | None:
        """Use up one of the tries to guess the answer; None if there is none left."""
        query = {**self._living(kind, secret), "tries_left": {"$gt": 0}}
        found = await self._ceremonies.find_one_and_update(query, {"$inc": {"tries_left": -1}})
        return cast("Ceremony | None", found)

    def _living(self, kind: str, secret: str) -> Document:
        # MongoDB removes what has expired about once a minute, so the date is part of the question.
        return {"_id": ceremony_id(kind, secret), "kind": kind, "expires_at": {"$gt": self._clock.now()}}
