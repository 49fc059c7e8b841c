"""What is known of files: `media`, a document for each upload. No file is without one, so none is forgotten.

A document is written before the first file and removed after the last; in between it says when to look at it. A crash
at any moment leaves a document that is due, and whoever sweeps next goes on.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, cast

from pymongo.errors import PyMongoError

from gigsta_catalog.models import MOST_IMAGES, SIZE_NAMES, Medium, file_name
from gigsta_catalog.storage import Storage, StorageAway
from gigsta_common.clock import Clock
from gigsta_common.errors import Conflict, NotFound
from gigsta_common.ids import new_id
from gigsta_common.mongo import Database, Session, in_transaction

log = logging.getLogger(__name__)

COLLECTION = "media"
UPLOAD_WITHIN = timedelta(minutes=10)
GRACE = timedelta(minutes=5)
"""After the time for an upload: for one that began in time to end, and to be completed."""
WORK_WITHIN = timedelta(minutes=2)
"""For making the images of an upload; longer than that is allowed to take."""
MOST_OPEN = 24
"""Uploads of one provider that are not completed, or to which somebody could still send something: where the storage
takes them, nothing takes back what was signed, so what is completed or deleted counts until it expires."""
_BATCH = 50


class Files:
    def __init__(self, db: Database, storage: Storage, clock: Clock, *, interval: float) -> None:
        self._db = db
        self._media = db[COLLECTION]
        self._storage = storage
        self._clock = clock
        self._interval = interval
        self._wake = asyncio.Event()

    async def ask(self, service_id: str, provider_id: str, images: int, upload: Mapping[str, Any]) -> Medium:
        """Make room for an upload of a service that has so many images.

        Raises:
            Conflict: there is none.
        """
        now = self._clock.now()
        medium: Medium = {
            "_id": new_id(),
            "service_id": service_id,
            "provider_id": provider_id,
            "name": secrets.token_urlsafe(16),
            "content_type": upload["content_type"],
            "size": upload["size"],
            "alt_text": upload["alt_text"],
            "state": "asked",
            "expires_at": now + UPLOAD_WITHIN,
            "due_at": now + UPLOAD_WITHIN + GRACE,
        }

        async def work(session: Session) -> None:
            # The write makes those who ask at the same time wait for each other, so that the counting is right.
            await self._db["providers"].update_one({"_id": provider_id}, {"$inc": {"held": 1}}, session=session)
            pending = {"provider_id": provider_id, "state": {"$in": ["asked", "working"]}}
            of_service = await self._media.count_documents({**pending, "service_id": service_id}, session=session)
            if images + of_service >= MOST_IMAGES:
                raise Conflict(
                    f"A service has {MOST_IMAGES} images at most, those that are being uploaded included.",
                    code="too_many_images",
                )
            any_open = [{"state": {"$in": ["asked", "working"]}}, {"expires_at": {"$gt": now}}]
            open_ = {"provider_id": provider_id, "$or": any_open}
            if await self._media.count_documents(open_, limit=MOST_OPEN, session=session) >= MOST_OPEN:
                raise Conflict(
                    "You have begun many uploads: complete them, and go on in ten minutes.", code="too_many_uploads"
                )
            await self._media.insert_one(dict(medium), session=session)

        await in_transaction(self._db, work)
        return medium

    async def of(self, media_id: str, service_id: str, provider_id: str) -> Medium:
        """One that is not gone.

        Raises:
            NotFound
        """
        wanted = {"_id": media_id, "service_id": service_id, "provider_id": provider_id, "state": {"$ne": "gone"}}
        found = await self._media.find_one(wanted)
        if found is None:
            raise NotFound("There is no such image or upload.", code="image_not_found")
        return cast("Medium", found)

    @asynccontextmanager
    async def expecting(self, media_id: str) -> AsyncIterator[None]:
        """Around the sending of an upload to ourselves: it must be asked for and not completed or given up, before it
        begins and when it has come. Else nothing of it stays.

        Raises:
            NotFound: it is not.
        """
        await self._expect(media_id)
        yield
        try:
            await self._expect(media_id)
        except NotFound:
            await self._storage.remove_upload(media_id)
            raise

    async def _expect(self, media_id: str) -> None:
        expected = {"_id": media_id, "state": {"$in": ["asked", "working"]}}
        if await self._media.find_one(expected, {"_id": 1}) is None:
            raise NotFound("This upload was completed or given up: ask for another.", code="image_not_found")

    async def take(self, media_id: str) -> datetime:
        """Begin to make its images: nobody else does until the time that this returns.

        Raises:
            Conflict: somebody else does already.
        """
        until = self._clock.now() + WORK_WITHIN
        taken = {"$set": {"state": "working", "due_at": until}}
        if not (await self._media.update_one({"_id": media_id, "state": "asked"}, taken)).matched_count:
            raise Conflict("It is being worked on already.", code="upload_in_progress")
        return until

    async def put_back(self, medium: Medium, until: datetime) -> None:
        """What could not be done now may be tried again."""
        back = {"$set": {"state": "asked", "due_at": medium["expires_at"] + GRACE}}
        await self._media.update_one(_mine(medium, until), back)

    async def keep(self, medium: Medium, until: datetime, session: Session) -> None:
        """Its images are the service's now. The upload is removed, and again when nobody can repeat it any more.

        Raises:
            NotFound: it is gone meanwhile.
        """
        kept = {"$set": {"state": "kept", "due_at": medium["expires_at"] + GRACE}}
        if not (await self._media.update_one(_mine(medium, until), kept, session=session)).matched_count:
            raise NotFound("It took too long: upload the image again.", code="image_not_found")

    async def refuse(self, medium: Medium, until: datetime) -> None:
        """What was uploaded is no image that we take."""
        gone = {"$set": {"state": "gone", "due_at": self._clock.now()}}
        await self._media.update_one(_mine(medium, until), gone)
        self._wake.set()

    async def discard(self, which: Mapping[str, Any], session: Session | None = None) -> None:
        """Let the files of all these media be removed; those that are being worked on when that is over."""
        now = self._clock.now()
        await self._media.update_many({**which, "state": "working"}, {"$set": {"state": "gone"}}, session=session)
        idle = {**which, "state": {"$in": ["asked", "kept"]}}
        await self._media.update_many(idle, {"$set": {"state": "gone", "due_at": now}}, session=session)
        self._wake.set()

    async def run(self) -> None:
        """Sweep from time to time, and soon where there is something to do."""
        while True:
            self._wake.clear()
            try:
                await self.sweep()
            except (PyMongoError, StorageAway, OSError) as error:
                log.warning("files could not be removed; trying again", extra={"error": str(error)[:300]})
            try:
                async with asyncio.timeout(self._interval):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def sweep(self) -> int:
        """Remove the files that are due to be; return of how many media. Any number of instances may do so at once."""
        now = self._clock.now()
        lapsed = {"state": {"$in": ["asked", "working"]}, "due_at": {"$lte": now}}
        await self._media.update_many(lapsed, {"$set": {"state": "gone"}})
        swept = 0
        while due := await self._media.find({"due_at": {"$lte": now}}).sort("due_at", 1).limit(_BATCH).to_list():
            for found in due:
                await self._remove(cast("Medium", found))
            swept += len(due)
        return swept

    async def _remove(self, medium: Medium) -> None:
        media_id, state = medium["_id"], medium["state"]
        await self._storage.remove_upload(media_id)
        if state == "kept":
            await self._media.update_one({"_id": media_id, "state": state}, {"$unset": {"due_at": ""}})
            return
        for size in SIZE_NAMES:
            await self._storage.remove_image(file_name(medium["name"], size))
        over = medium["expires_at"] + GRACE
        if self._clock.now() < over:  # until then it may be uploaded (again): somebody has to look once more
            await self._media.update_one({"_id": media_id, "state": state}, {"$set": {"due_at": over}})
        else:
            await self._media.delete_one({"_id": media_id, "state": state})


def _mine(medium: Medium, until: datetime) -> dict[str, Any]:
    """The medium as it was taken by `take()`, unless somebody has come in between."""
    return {"_id": medium["_id"], "state": "working", "due_at": until}
