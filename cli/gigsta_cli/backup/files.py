"""The files of a backup: one compressed stream of BSON for each collection, and a manifest, which is written last."""

import gzip
import hashlib
import os
import zlib
from collections.abc import AsyncIterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, cast

from bson import decode_file_iter
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from gigsta_common import migrations

MANIFEST = "manifest.json"
RESTORING = "restore_begun"
"""A collection that is in a database while a backup is put back into it, and stays where that breaks off."""
RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


class BackupError(Exception):
    """In words for the operator."""


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Collection(Model):
    documents: int
    bytes: int
    sha256: str
    """Of all documents one after the other, in order of `_id`."""


class Migration(Model):
    name: str
    checksum: str


def _documents_of_ours(name: str) -> str:
    if name in (migrations.COLLECTION, RESTORING):
        raise ValueError(f"{name} is in no backup")
    return name


ServiceName = Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
CollectionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$"), AfterValidator(_documents_of_ours)]
"""Files are called by these two and collections by the one: they lead nowhere else, and to none of MongoDB's own."""


class Service(Model):
    cluster_time: tuple[int, int]
    """The moment of which the documents are: MongoDB's own clock, seconds and a count within the second."""
    migrations: list[Migration]
    collections: dict[CollectionName, Collection]


class Manifest(Model):
    format: int = 1
    taken_at: datetime
    services: dict[ServiceName, Service]


def stream_path(directory: Path, service: str, collection: str) -> Path:
    return directory / service / f"{collection}.bson.gz"


async def write_stream(path: Path, documents: AsyncIterable[RawBSONDocument]) -> Collection:
    """Write the documents as they come, into a file that only its owner may read."""
    digest, count, size = hashlib.sha256(), 0, 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0, filename="") as stream:
            async for document in documents:
                stream.write(document.raw)
                digest.update(document.raw)
                count, size = count + 1, size + len(document.raw)
        raw.flush()
        os.fsync(raw.fileno())
    return Collection(documents=count, bytes=size, sha256=digest.hexdigest())


def read_stream(path: Path) -> Iterator[RawBSONDocument]:
    with gzip.open(path, "rb") as stream:
        yield from decode_file_iter(cast("BinaryIO", stream), RAW)


def check(directory: Path, service: str, said: Service) -> None:
    """Compare a service's files with what the manifest says of them, before anything is done with them.

    Raises:
        BackupError: one is missing or is not as it was written.
    """
    for name, collection in said.collections.items():
        path = stream_path(directory, service, name)
        digest, count = hashlib.sha256(), 0
        try:
            for document in read_stream(path):
                digest.update(document.raw)
                count += 1
        except (OSError, EOFError, ValueError, zlib.error, BSONError) as error:
            raise BackupError(f"{path} cannot be read: {error}.") from None
        if (count, digest.hexdigest()) != (collection.documents, collection.sha256):
            raise BackupError(f"{path} is not as it was written: its documents or their checksum differ.")


def read_manifest(directory: Path) -> Manifest:
    """What a backup holds.

    Raises:
        BackupError: it is none, or was not finished.
    """
    try:
        return Manifest.model_validate_json((directory / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise BackupError(f"{directory} holds no finished backup: {MANIFEST} is missing.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BackupError(f"{directory / MANIFEST} does not make sense: {where}: {first['msg']}.") from None
    except OSError as error:
        raise BackupError(f"{directory / MANIFEST} cannot be read: {error.strerror}.") from None
