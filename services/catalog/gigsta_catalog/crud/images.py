"""The images of a service: uploaded by its provider straight to the storage, made anew by us, put on the service."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from gigsta_catalog.crud.files import UPLOAD_WITHIN, Files
from gigsta_catalog.crud.services import COLLECTION, Services
from gigsta_catalog.encoder import Encoder, Picture, PictureRefused
from gigsta_catalog.models import MOST_IMAGES, SIZE_NAMES, Medium, ServiceDocument, StoredImage, file_name, in_order
from gigsta_catalog.schemas import NewUpload, UploadView
from gigsta_catalog.storage import Storage, StorageAway, UploadMissing
from gigsta_common.clock import Clock
from gigsta_common.errors import Conflict, NotFound, Unprocessable
from gigsta_common.messaging import Outbox
from gigsta_common.mongo import Database, Session, in_transaction
from gigsta_common.security import Principal

WORK_SECONDS = 90.0
"""For fetching, making and storing the images of one upload; within `files.WORK_WITHIN`."""

Images_ = list[StoredImage]


class Images:
    def __init__(
        self, db: Database, services: Services, files: Files, storage: Storage, encoder: Encoder, clock: Clock,
        outbox: Outbox,
    ) -> None:  # fmt: skip
        self._db = db
        self._services = services
        self._files = files
        self._storage = storage
        self._encoder = encoder
        self._clock = clock
        self._outbox = outbox

    async def ask(self, service_id: str, new: NewUpload, caller: Principal) -> UploadView:
        """What it takes to upload one image."""
        service = await self._services.owned(service_id, caller)
        upload = {"content_type": new.content_type, "size": new.size_bytes, "alt_text": new.alt_text}
        medium = await self._files.ask(service_id, caller.user_id, len(service.get("images", [])), upload)
        seconds = int(UPLOAD_WITHIN.total_seconds())
        method, url, headers = self._storage.presigned(
            medium["_id"], new.content_type, new.size_bytes, now=self._clock.now(), seconds=seconds
        )
        return UploadView(
            media_id=medium["_id"],
            method=method,
            url=url,
            headers=headers,
            size_bytes=new.size_bytes,
            expires_at=medium["expires_at"],
        )

    async def complete(self, service_id: str, media_id: str, caller: Principal) -> ServiceDocument:
        """Make the images of what was uploaded, and put them on the service.

        Raises:
            PictureRefused: it is no picture, or not the one that was asked for. The upload is gone.
            Conflict: nothing was uploaded yet, or it is being worked on.
        """
        service = await self._services.owned(service_id, caller)
        medium = await self._files.of(media_id, service_id, caller.user_id)
        if medium["state"] == "kept":
            return service
        until = await self._files.take(media_id)
        try:
            async with asyncio.timeout(WORK_SECONDS):
                sizes = await self._made(medium)
            service = await self._put(medium, sizes, until, caller)
        except (PictureRefused, NotFound):
            await self._files.refuse(medium, until)
            raise
        except BaseException:
            await self._files.put_back(medium, until)
            raise
        with contextlib.suppress(StorageAway, OSError):  # the sweeper comes by in any case
            await self._storage.remove_upload(media_id)
        return service

    async def _made(self, medium: Medium) -> dict[Any, Any]:
        try:
            original = await self._storage.uploaded(medium["_id"])
        except UploadMissing:
            raise Conflict("Nothing has been uploaded yet.", code="upload_missing") from None
        if len(original) != medium["size"]:
            raise PictureRefused(f"The upload was to have {medium['size']} bytes and has another size.")
        pictures = await self._encoder.remade(original, medium["content_type"])
        await asyncio.gather(
            *(self._storage.publish(file_name(medium["name"], size), pictures[size].content) for size in SIZE_NAMES)
        )
        return {size: _dimensions(pictures[size]) for size in SIZE_NAMES}

    async def _put(self, medium: Medium, sizes: dict[Any, Any], until: Any, caller: Principal) -> ServiceDocument:
        image: StoredImage = {
            "id": medium["_id"], "name": medium["name"], "alt_text": medium["alt_text"], "sizes": sizes,
        }  # fmt: skip

        def add(images: Images_) -> Images_:
            if len(images) >= MOST_IMAGES:
                raise Conflict(f"A service has {MOST_IMAGES} images at most.", code="too_many_images")
            return [*images, image]

        return await self._change(
            medium["service_id"], caller, add, lambda session: self._files.keep(medium, until, session)
        )

    async def describe(self, service_id: str, media_id: str, alt_text: str, caller: Principal) -> ServiceDocument:
        def change(images: Images_) -> Images_:
            _one_of(images, media_id)
            return [{**image, "alt_text": alt_text} if image["id"] == media_id else image for image in images]

        return await self._change(service_id, caller, change)

    async def order(self, service_id: str, ids: list[str], caller: Principal) -> ServiceDocument:
        """The first one is the one that is shown where there is room for one."""

        def change(images: Images_) -> Images_:
            ordered = in_order(images, ids)
            if ordered is None:
                problem = "name each image of the service once, and nothing else"
                raise Unprocessable(
                    f"The request does not validate: {problem}.", errors=[{"field": "media_ids", "message": problem}]
                )
            return ordered

        return await self._change(service_id, caller, change)

    async def remove(self, service_id: str, media_id: str, caller: Principal, reason: str | None) -> None:
        """An image, or an upload that is not wanted any more; by an administrator, anybody's image, with a reason."""
        if caller.is_admin and not await self._services.is_of(service_id, caller):
            await self.moderate(service_id, media_id, caller, reason)
            return
        await self._services.owned(service_id, caller)  # says more than that there is no such image of theirs
        medium = await self._files.of(media_id, service_id, caller.user_id)
        if medium["state"] != "kept":
            await self._files.discard({"_id": media_id})
            return

        def change(images: Images_) -> Images_:
            _one_of(images, media_id)
            return [image for image in images if image["id"] != media_id]

        await self._change(service_id, caller, change, lambda session: self._files.discard({"_id": media_id}, session))

    async def moderate(self, service_id: str, media_id: str, admin: Principal, reason: str | None) -> None:
        """Take an image off somebody else's service.

        Raises:
            Unprocessable: no reason is given.
            NotFound: there is no such image on it.
        """
        await self._services.get(service_id, admin)
        if reason is None:
            raise Unprocessable(
                "Say why: the provider reads it.", errors=[{"field": "reason", "message": "is required"}]
            )

        async def work(session: Session) -> None:
            await self._services.take_image_off(service_id, media_id, admin, reason, session)
            await self._files.discard({"_id": media_id}, session)

        await in_transaction(self._db, work)
        self._outbox.nudge(COLLECTION, service_id)

    async def _change(
        self,
        service_id: str,
        caller: Principal,
        change: Callable[[Images_], Images_],
        also: Callable[[Session], Any] | None = None,
    ) -> ServiceDocument:
        """Change the images of a service, its event and what is known of the files in one transaction."""
        await self._services.owned(service_id, caller)

        async def work(session: Session) -> ServiceDocument:
            if also is not None:
                await also(session)
            return await self._services.change_images(service_id, caller, change, session)

        saved = await in_transaction(self._db, work)
        self._outbox.nudge(COLLECTION, service_id)
        return saved


def _dimensions(picture: Picture) -> dict[str, int]:
    return {"width": picture.width, "height": picture.height}


def _one_of(images: Images_, media_id: str) -> None:
    if not any(image["id"] == media_id for image in images):
        raise NotFound("There is no such image or upload.", code="image_not_found")
