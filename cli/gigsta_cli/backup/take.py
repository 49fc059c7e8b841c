"""Taking a backup, while everything serves.

Each database is read as it was at one moment (read concern `snapshot`), and all that are on one server as of the same.
"""

import asyncio
from collections.abc import AsyncIterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from bson.raw_bson import RawBSONDocument
from bson.timestamp import Timestamp
from pymongo.errors import OperationFailure
from rich.console import Console

from gigsta_cli import services
from gigsta_cli.backup import bucket
from gigsta_cli.backup.files import (
    MANIFEST,
    RAW,
    RESTORING,
    BackupError,
    Collection,
    Manifest,
    Migration,
    Service,
    stream_path,
    write_stream,
)
from gigsta_common import migrations
from gigsta_common.localservers.state import write_private
from gigsta_common.mongo import Database

SNAPSHOT_TOO_OLD = 239
NOT_IN_IT = (
    "Not in it: pictures, what lay in RabbitMQ's queues at that moment, parked events among it, and the secrets. "
    "Keep KEY_ENCRYPTION_KEY elsewhere: without it the signing keys and second factors in here are lost."
)

Moments = dict[str, Timestamp]
"""When each server, known by its replica set and members, is read."""


def backup(directory: Path, service: str | None) -> None:
    """Write a backup into a new directory, or into the bucket where it is `bucket:`."""
    name, where = bucket.named(directory), str(directory)
    if name is None:
        _into(directory, service)
    else:
        kept = bucket.Bucket.told()
        with TemporaryDirectory() as temporary:
            made = Path(temporary) / "backup"
            _into(made, service)
            where = bucket.put(kept, made, name)
    Console(highlight=False, soft_wrap=True).print(f"{where} is a backup. {NOT_IN_IT}")


def _into(directory: Path, service: str | None) -> None:
    names = services.chosen(service)
    try:
        if directory.exists() and any(directory.iterdir()):
            raise BackupError(f"{directory} is not empty: name a new directory.")
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        asyncio.run(_backup(directory, names))
    except OSError as error:
        raise BackupError(f"{directory} cannot be written: {error.strerror or error}. It is no backup.") from None


async def _backup(directory: Path, names: tuple[str, ...]) -> None:
    console, moments, taken = Console(highlight=False, soft_wrap=True), Moments(), {}
    for name in names:
        db = services.database(name, migrating=True)
        try:
            taken[name] = await _service(directory, name, db, moments)
        except OperationFailure as error:
            if error.code != SNAPSHOT_TOO_OLD:
                raise
            raise BackupError(
                f"The database of {name} took longer to read than its server remembers the past. Raise its "
                "minSnapshotHistoryWindowInSeconds (300 by default), or use the server's own backups."
            ) from None
        finally:
            await db.client.close()
        size = sum(collection.bytes for collection in taken[name].collections.values())
        count = sum(collection.documents for collection in taken[name].collections.values())
        console.print(f"{name:<14} {count} documents, {size / 1e6:.1f} MB")
    manifest = Manifest(taken_at=datetime.now(UTC), services=taken)
    write_private(directory / MANIFEST, manifest.model_dump_json(indent=2) + "\n")


async def _service(directory: Path, name: str, db: Database, moments: Moments) -> Service:
    moment = await _moment(db, moments)
    applied = [each async for each in await _read(db, migrations.COLLECTION, moment)]
    collections: dict[str, Collection] = {}
    names = await db.list_collection_names(authorizedCollections=True)
    if RESTORING in names:
        raise BackupError(f"A restore into the database of {name} was begun and not finished: finish that first.")
    for collection in sorted(names):
        if collection != migrations.COLLECTION and not collection.startswith("system."):
            found = await _read(db, collection, moment)
            collections[collection] = await write_stream(stream_path(directory, name, collection), found)
    return Service(
        cluster_time=(moment.time, moment.inc),
        migrations=[Migration(name=m["_id"], checksum=m["checksum"]) for m in applied if "checksum" in m],
        collections=collections,
    )


async def _moment(db: Database, moments: Moments) -> Timestamp:
    """The last one that a majority of the server's members had when it was first asked."""
    hello = await db.command("hello")
    server = f"{hello.get('setName')} {sorted(hello.get('hosts', []))}"
    if server not in moments:
        try:
            moments[server] = hello["lastWrite"]["majorityOpTime"]["ts"]
        except KeyError:
            raise BackupError(f"The server of {db.name} is not a replica set.") from None
    return moments[server]


async def _read(db: Database, collection: str, moment: Timestamp) -> AsyncIterable[RawBSONDocument]:
    concern = {"level": "snapshot", "atClusterTime": moment}
    # The command's own for the first batch, the database's for those after it.
    raw = db.with_options(codec_options=cast("Any", RAW))
    cursor = await raw.cursor_command(
        "find", collection, sort={"_id": 1}, readConcern=concern, codec_options=cast("Any", RAW)
    )
    return cast("AsyncIterable[RawBSONDocument]", cursor)
