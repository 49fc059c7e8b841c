"""Putting a backup back: migrations as far as they had run, then the documents, then what migrations came since.

One database after the other is emptied and filled. What has been begun is marked in it, so that the same command
finishes it.
"""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError
from rich.console import Console

from gigsta_cli import services
from gigsta_cli.backup import bucket
from gigsta_cli.backup.files import (
    RAW,
    RESTORING,
    BackupError,
    Service,
    check,
    read_manifest,
    read_stream,
    stream_path,
)
from gigsta_cli.backup.serving import empty_queues, require_nobody
from gigsta_cli.up.plan import SERVICES
from gigsta_common import migrations
from gigsta_common.mongo import Database

BATCH = 500
EXPIRES_WITHIN = timedelta(minutes=5)
"""MongoDB removes what has expired about once a minute, while we look."""


def restore(directory: Path, service: str | None, *, replace: bool, while_serving: bool = False) -> None:
    """Put every service's documents, or one's, into its empty database; with `replace` what is there goes first.

    Raises:
        BackupError: the backup is not whole, a database is not empty, or services run and `while_serving` is not said:
            then nothing was changed. Or somebody wrote meanwhile.
    """
    name = bucket.named(directory)
    if name is None:
        _from(directory, service, replace=replace, while_serving=while_serving)
        return
    with TemporaryDirectory() as temporary:
        bucket.fetch(name, Path(temporary))
        _from(Path(temporary), service, replace=replace, while_serving=while_serving)


def _from(directory: Path, service: str | None, *, replace: bool, while_serving: bool) -> None:
    manifest = read_manifest(directory)
    names = [name for name in services.chosen(service) if name in manifest.services]
    if not names:
        raise BackupError(f"{directory} holds nothing of {service}.")
    for name in names:
        check(directory, name, manifest.services[name])
        _require_known(name, manifest.services[name])
    said = {name: manifest.services[name] for name in names}
    asyncio.run(_restore(directory, said, replace=replace, while_serving=while_serving))


def _require_known(name: str, said: Service) -> None:
    """Raises BackupError where this version of GigSta is older than the backup, or another one."""
    known = {migration.name: migration.checksum for migration in migrations.load(services.migration_folder(name))}
    strange = [migration.name for migration in said.migrations if known.get(migration.name) != migration.checksum]
    if strange:
        raise BackupError(
            f"The backup of {name} is of a version with the migration {strange[0]}, which this one does not have: "
            "restore it with that version, and then migrate."
        )


async def _restore(directory: Path, said: dict[str, Service], *, replace: bool, while_serving: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    databases = {name: services.database(name, migrating=True) for name in said}
    try:
        if not while_serving:
            await require_nobody(tuple(said))
        if not replace:
            for db in databases.values():
                await _require_empty(db)
        # The queue of one service has what the others say, which is true.
        console.print(await empty_queues() if len(said) == len(SERVICES) else "The queues stay as they are.")
        for name, db in databases.items():
            try:
                count, gone = await _fill(directory, name, db, said[name])
            except BaseException:
                console.print(f"{name:<14} is half done. Begun again, the same command finishes it.")
                raise
            expired = f", {gone} of which have expired since" if gone else ""
            console.print(f"{name:<14} {count} documents are as they were{expired}")
        for db in databases.values():
            await db.drop_collection(RESTORING)
    finally:
        for db in databases.values():
            await db.client.close()
    console.print(
        f"{'Restart' if while_serving else 'Start'} the services. Once doctor finds nothing that waits, "
        "`gigsta replay` makes their copies of each other agree."
    )


async def _require_empty(db: Database) -> None:
    """Raises BackupError where anything is in it but what an unfinished restore has left."""
    names = await db.list_collection_names(authorizedCollections=True)
    if RESTORING in names:
        return
    for collection in names:
        if not collection.startswith("system.") and await db[collection].find_one({}, {"_id": 1}) is not None:
            raise BackupError(
                f"{db.name} is not empty ({collection}). Nothing was changed. "
                "With --replace everything in it goes before it is restored."
            )


async def _empty(db: Database) -> None:
    await db[RESTORING].update_one({"_id": "since"}, {"$set": {"at": datetime.now(UTC)}}, upsert=True)
    for collection in await db.list_collection_names(authorizedCollections=True):
        if collection != RESTORING and not collection.startswith("system."):
            await db.drop_collection(collection)


async def _fill(directory: Path, name: str, db: Database, said: Service) -> tuple[int, int]:
    """How many documents there are now, and how many have expired."""
    await _empty(db)
    folder = services.migration_folder(name)
    await migrations.up(db, folder, last=said.migrations[-1].name if said.migrations else "")
    count = gone = 0
    for collection in said.collections:
        # Migrations may have written documents, which the backup has as they became.
        await db[collection].delete_many({})
        path = stream_path(directory, name, collection)
        await _insert(db, collection, read_stream(path))
        expired = await _compare(db, collection, read_stream(path))
        count, gone = count + said.collections[collection].documents, gone + expired
    await migrations.up(db, folder)
    return count, gone


async def _insert(db: Database, collection: str, documents: Iterator[RawBSONDocument]) -> None:
    raw = cast("AsyncCollection[RawBSONDocument]", db.get_collection(collection, codec_options=cast("Any", RAW)))
    while batch := list(islice(documents, BATCH)):
        try:
            await raw.insert_many(batch, ordered=False)
        except BulkWriteError as error:
            first = error.details["writeErrors"][0]
            raise BackupError(f"{db.name}.{collection} refuses a document: {first['errmsg']}.") from None


async def _compare(db: Database, collection: str, documents: Iterator[RawBSONDocument]) -> int:
    """Read everything back; return how many documents have expired.

    Raises:
        BackupError: a document is not as it was, or is missing without having expired.
    """
    lifetimes = await _lifetimes(db, collection)
    soon = datetime.now(UTC) + EXPIRES_WITHIN
    gone = 0
    raw = cast("AsyncCollection[RawBSONDocument]", db.get_collection(collection, codec_options=cast("Any", RAW)))
    async for there in raw.find().sort("_id", 1):
        gone += _passed_over(db, collection, documents, there, lifetimes, soon)
    gone += _passed_over(db, collection, documents, None, lifetimes, soon)
    return gone


def _passed_over(
    db: Database,
    collection: str,
    documents: Iterator[RawBSONDocument],
    until: RawBSONDocument | None,
    lifetimes: dict[str, timedelta],
    soon: datetime,
) -> int:
    gone = 0
    for document in documents:
        if until is not None and document.raw == until.raw:
            return gone
        if not _expired(document, lifetimes, soon):
            raise BackupError(f"{db.name}.{collection}: the document {document['_id']!r} is not as it was.")
        gone += 1
    if until is not None:
        raise BackupError(
            f"{db.name}.{collection} has the document {until['_id']!r}, which the backup has not: it was written "
            "meanwhile. Stop every service, and begin again."
        )
    return gone


async def _lifetimes(db: Database, collection: str) -> dict[str, timedelta]:
    """How long after the date in a field a document goes, by the field."""
    indexes = await db[collection].index_information()
    return {
        index["key"][0][0]: timedelta(seconds=index["expireAfterSeconds"])
        for index in indexes.values()
        if "expireAfterSeconds" in index
    }


def _expired(document: RawBSONDocument, lifetimes: dict[str, timedelta], soon: datetime) -> bool:
    dates: Iterable[tuple[object, timedelta]] = ((document.get(field), life) for field, life in lifetimes.items())
    return any(isinstance(date, datetime) and date.replace(tzinfo=UTC) + life < soon for date, life in dates)
