"""A folder of this machine. What S3 does for whoever uploads, catalog does itself: see `routes/files.py`."""

import asyncio
import contextlib
import hmac
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlencode, urlsplit

from gigsta_catalog.storage import IMAGE_NAME, MOST_BYTES, Presigned, StorageAway, UploadMissing
from gigsta_common.errors import API_PREFIX, BadRequest, Conflict, Forbidden, NotFound

UPLOAD_SECONDS = 120.0
"""For one upload, from its first byte to its last."""


class Said(Protocol):
    """What stands in the address of an upload."""

    content_type: str
    size: int
    expires: int
    signature: str


class LocalStorage:
    def __init__(self, folder: Path, media_url: str) -> None:
        self._folder = folder
        self._media_url = media_url
        origin = urlsplit(media_url)
        self._origin = f"{origin.scheme}://{origin.netloc}" if origin.netloc else ""
        self._uploading: set[str] = set()
        self._key: bytes | None = None

    def presigned(self, upload: str, content_type: str, size: int, *, now: datetime, seconds: int) -> Presigned:
        expires = int((now + timedelta(seconds=seconds)).timestamp())
        query = {"content_type": content_type, "size": size, "expires": expires}
        query["signature"] = self._signature(upload, content_type, size, expires)
        url = f"{self._origin}{API_PREFIX}/catalog/uploads/{upload}?{urlencode(query)}"
        return Presigned("PUT", url, {"Content-Type": content_type})

    def check(self, upload: str, said: Said, *, sent_type: str, now: datetime) -> None:
        """That we have signed this, and for now.

        Raises:
            Forbidden: we have not, or it is too late, or it is another type of file.
        """
        expected = self._signature(upload, said.content_type, said.size, said.expires)
        if not hmac.compare_digest(said.signature.encode(), expected.encode()):
            raise Forbidden("This address for an upload is none that we gave.", code="upload_not_signed")
        if now.timestamp() > said.expires:
            raise Forbidden("The time for this upload is over: ask for another.", code="upload_expired")
        if sent_type != said.content_type:
            raise Forbidden(f"The upload has to say that it is {said.content_type}.", code="upload_not_signed")

    async def receive(self, upload: str, size: int, parts: AsyncIterator[bytes]) -> None:
        """Store what comes, if it is exactly so many bytes.

        Raises:
            BadRequest: it is more or less.
            Conflict: another is being sent to the same place.
        """
        if upload in self._uploading:
            raise Conflict("It is being uploaded already.", code="upload_in_progress")
        self._uploading.add(upload)
        part = self._path("uploads", f"{upload}.part")
        try:
            with _disk():
                await self._receive(part, size, parts)
                await asyncio.to_thread(part.replace, self._path("uploads", upload))
        except FileNotFoundError:
            raise NotFound("The upload was given up meanwhile.", code="image_not_found") from None
        except TimeoutError:
            raise BadRequest("The upload took too long.", code="upload_too_slow") from None
        finally:
            self._uploading.discard(upload)
            await asyncio.to_thread(part.unlink, missing_ok=True)

    async def _receive(self, part: Path, size: int, parts: AsyncIterator[bytes]) -> None:
        file = await asyncio.to_thread(_create, part)
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                await _write(file, size, parts)
        finally:
            await asyncio.to_thread(file.close)

    async def uploaded(self, upload: str) -> bytes:
        path = self._path("uploads", upload)
        try:
            with _disk():
                return await asyncio.to_thread(_read, path)
        except FileNotFoundError:
            raise UploadMissing from None

    async def remove_upload(self, upload: str) -> None:
        for name in (upload, f"{upload}.part"):
            with _disk():
                await asyncio.to_thread(self._path("uploads", name).unlink, missing_ok=True)

    async def publish(self, image: str, content: bytes) -> None:
        with _disk():
            await asyncio.to_thread(_save, self._path("images", image), content)

    async def remove_image(self, image: str) -> None:
        with _disk():
            await asyncio.to_thread(self._path("images", image).unlink, missing_ok=True)

    def url_of(self, image: str) -> str:
        return f"{self._media_url}/{image}"

    def image_file(self, image: str) -> Path | None:
        """Where an image lies; None for a name that none can have."""
        return self._path("images", image) if IMAGE_NAME.fullmatch(image) else None

    def _path(self, kind: str, name: str) -> Path:
        return self._folder / kind / name

    def _signature(self, upload: str, content_type: str, size: int, expires: int) -> str:
        said = f"PUT\n{upload}\n{content_type}\n{size}\n{expires}"
        if self._key is None:
            with _disk():
                self._key = _key_of(self._folder)
        return hmac.new(self._key, said.encode(), "sha256").hexdigest()


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """A disk that is full, or of somebody else, is an absence like any other."""
    try:
        yield
    except (FileNotFoundError, TimeoutError):
        raise
    except OSError as error:
        raise StorageAway(f"Pictures cannot be stored for the moment ({error.strerror}).") from error


async def _write(file: BinaryIO, size: int, parts: AsyncIterator[bytes]) -> None:
    left = size
    async for part in parts:
        left -= len(part)
        if left < 0:
            break
        await asyncio.to_thread(file.write, part)
    if left:
        raise BadRequest(f"The upload has to have exactly {size} bytes.", code="upload_wrong_size")


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _save(path: Path, content: bytes) -> None:
    """All of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _key_of(folder: Path) -> bytes:
    """The secret that uploads to this folder are signed with. It lies in the folder: whoever shares that shares it."""
    path = folder / "upload-key"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = folder / f"upload-key.{secrets.token_hex(8)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):  # another process was faster
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
