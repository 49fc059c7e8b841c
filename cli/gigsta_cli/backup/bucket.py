"""Backups in a bucket that speaks S3, where no disk outlives the process: `bucket:` for the next one, and for the last.

It is neither of the buckets of pictures: catalog has their key, and nobody but the operator has this one's.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from gigsta_catalog.storage.sigv4 import Credentials, presigned
from gigsta_cli.backup.files import MANIFEST, BackupError, read_manifest, stream_path
from gigsta_common import http
from gigsta_common.settings import SettingsError, told

PREFIX = "bucket:"
LATEST = "latest"
"""An object that says what the newest is called: it takes no right to list the bucket then."""
_STAMP = "%Y-%m-%dT%H%M%SZ"
_SECONDS = 3600
"""For which a URL is good, so that a large file may take its time."""
_TIMEOUT = httpx2.Timeout(60.0, connect=5.0, pool=5.0)
_PART = 1 << 20


def named(directory: Path) -> str | None:
    """`2026-11-29T140000Z` of `bucket:2026-11-29T140000Z`, which is empty for `bucket:`; None for a directory.

    Raises:
        BackupError: it is no name that a backup may have.
    """
    said = str(directory)
    if not said.startswith(PREFIX):
        return None
    name = said.removeprefix(PREFIX)
    if not re.fullmatch(r"[\w-]*", name):
        raise BackupError(f"{name} is no name of a backup in a bucket: letters, digits and dashes are.")
    return name


def put(bucket: "Bucket", directory: Path, name: str) -> str:
    """Store a finished backup under that name, or under one that says the time; return where."""
    name = name or datetime.now(UTC).strftime(_STAMP)
    # The manifest last: what has none was not finished.
    paths = [*sorted(directory.rglob("*.bson.gz")), directory / MANIFEST]
    sizes = {path: path.stat().st_size for path in paths}
    asyncio.run(_put(bucket, directory, name, sizes))
    return f"{PREFIX}{name}"


def fetch(name: str, directory: Path) -> None:
    """Bring a backup, or the newest, into an empty directory."""
    asyncio.run(_fetch(Bucket.told(), name, directory))


async def latest(bucket: "Bucket") -> str:
    async with http.client(timeout=_TIMEOUT) as client:
        return (await bucket.get(client, LATEST)).decode()


def taken_at(name: str) -> datetime | None:
    """When a backup was taken that nobody gave another name."""
    try:
        return datetime.strptime(name, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


async def _put(bucket: "Bucket", directory: Path, name: str, sizes: dict[Path, int]) -> None:
    async with http.client(timeout=_TIMEOUT) as client:
        for path, size in sizes.items():
            await bucket.put(client, f"{name}/{path.relative_to(directory)}", _parts(path), size)
        await bucket.put(client, LATEST, name.encode(), len(name))


async def _fetch(bucket: "Bucket", name: str, directory: Path) -> None:
    name = name or await latest(bucket)
    async with http.client(timeout=_TIMEOUT) as client:
        await bucket.save(client, f"{name}/{MANIFEST}", directory / MANIFEST)
        for service, said in read_manifest(directory).services.items():
            for collection in said.collections:
                path = stream_path(directory, service, collection)
                path.parent.mkdir(exist_ok=True)
                await bucket.save(client, f"{name}/{path.relative_to(directory)}", path)


class Bucket:
    def __init__(self, url: str, credentials: Credentials) -> None:
        self._url = url
        self._credentials = credentials

    @classmethod
    def told(cls) -> "Bucket":
        """Raises SettingsError: nothing says which bucket, or it is not all there."""
        names = ("BACKUP_ENDPOINT", "BACKUP_BUCKET", "BACKUP_KEY_ID", "BACKUP_SECRET")
        values = [told(name) for name in names]
        if missing := [name for name, value in zip(names, values, strict=True) if not value]:
            raise SettingsError(f"Set {', '.join(missing)} to say which bucket backups lie in.")
        endpoint, bucket, key_id, secret = (str(value) for value in values)
        return cls(f"{endpoint.rstrip('/')}/{bucket}", Credentials(key_id, secret))

    async def put(self, client: httpx2.AsyncClient, key: str, content: bytes | AsyncIterator[bytes], size: int) -> None:
        try:
            answer = await client.put(self._signed("PUT", key), content=content, headers={"Content-Length": str(size)})
        except httpx2.HTTPError as error:
            raise BackupError(f"{self._url} does not take {key} ({type(error).__name__}).") from None
        self._expect(answer, key)

    async def get(self, client: httpx2.AsyncClient, key: str) -> bytes:
        try:
            answer = await client.get(self._signed("GET", key))
        except httpx2.HTTPError as error:
            raise BackupError(f"{self._url} does not answer ({type(error).__name__}).") from None
        self._expect(answer, key)
        return answer.content

    async def save(self, client: httpx2.AsyncClient, key: str, path: Path) -> None:
        try:
            async with client.stream("GET", self._signed("GET", key)) as answer:
                self._expect(answer, key)
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    async for part in answer.aiter_raw(_PART):
                        await asyncio.to_thread(file.write, part)
        except httpx2.HTTPError as error:
            raise BackupError(f"{self._url} does not give us {key} ({type(error).__name__}).") from None

    def _signed(self, method: str, key: str) -> str:
        now = datetime.now(UTC)
        return presigned(method, f"{self._url}/{key}", self._credentials, now=now, seconds=_SECONDS, headers={})

    def _expect(self, answer: httpx2.Response, key: str) -> None:
        if answer.status_code == 404:
            raise BackupError(f"{self._url} has no {key}.")
        if answer.status_code != 200:
            raise BackupError(
                f"{self._url} refuses {key} with {answer.status_code}: are BACKUP_KEY_ID and so on right?"
            )


async def _parts(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while part := await asyncio.to_thread(file.read, _PART):
            yield part
