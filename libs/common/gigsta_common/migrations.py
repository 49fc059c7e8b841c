"""Migrations: numbered Python files, each with `up(db)` and `down(db)`, run in order under a lock, once each.

Indexes and validators are made here and nowhere else. Changes are expand, then contract: the version that is serving
must work before and after every one of them.
"""

import asyncio
import contextlib
import hashlib
import importlib.util
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pymongo.errors import ConnectionFailure, DuplicateKeyError

from gigsta_common import tasks
from gigsta_common.clock import SystemClock
from gigsta_common.ids import new_id
from gigsta_common.mongo import Database

log = logging.getLogger(__name__)

COLLECTION = "schema_migrations"
_LOCK = "lock"
_LOCK_FOR = timedelta(seconds=60)
_NAME = re.compile(r"\d{4}_[a-z0-9_]+")


class MigrationError(Exception):
    """In words for the operator."""


@dataclass(frozen=True)
class Migration:
    name: str
    checksum: str
    up: Callable[[Database], Awaitable[None]]
    down: Callable[[Database], Awaitable[None]]
    summary: str


@dataclass(frozen=True)
class Status:
    name: str
    summary: str
    applied_at: datetime | None


def load(folder: Path) -> list[Migration]:
    """Every migration in `folder`, in order.

    Raises:
        MigrationError: two share a number, or one lacks `up` or `down`.
    """
    found: list[Migration] = []
    for path in sorted(folder.glob("[0-9]*.py")):
        if not _NAME.fullmatch(path.stem):
            raise MigrationError(f"{path.name} is not named NNNN_title.py")
        if found and found[-1].name[:4] == path.stem[:4]:
            raise MigrationError(f"{found[-1].name} and {path.stem} have the same number")
        found.append(_load_one(path))
    return found


def _load_one(path: Path) -> Migration:
    spec = importlib.util.spec_from_file_location(f"migration_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise MigrationError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, "up") or not hasattr(module, "down"):
        raise MigrationError(f"{path.name} needs up(db) and down(db)")
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    summary = ((module.__doc__ or "").strip() or path.stem).splitlines()[0]
    return Migration(path.stem, checksum, module.up, module.down, summary)


async def status(db: Database, folder: Path) -> list[Status]:
    applied = await _applied(db)
    return [
        Status(m.name, m.summary, applied[m.name]["applied_at"] if m.name in applied else None) for m in load(folder)
    ]


async def up(db: Database, folder: Path, *, dry_run: bool = False, last: str | None = None) -> list[str]:
    """Apply what is missing, up to the one named `last`; return the names, in order.

    Raises:
        MigrationError: an applied file was changed since, or somebody else is migrating for too long.
    """
    migrations = [migration for migration in load(folder) if last is None or migration.name <= last]
    if dry_run:
        return [m.name for m in _missing(migrations, await _applied(db))]
    if not _missing(migrations, await _applied(db)):
        return []
    done: list[str] = []
    async with _locked(db):
        for migration in _missing(migrations, await _applied(db)):
            log.info("migrating", extra={"database": db.name, "migration": migration.name})
            await migration.up(db)
            await db[COLLECTION].insert_one(
                {"_id": migration.name, "checksum": migration.checksum, "applied_at": _now()}
            )
            done.append(migration.name)
    return done


async def down(db: Database, folder: Path, *, dry_run: bool = False) -> str | None:
    """Take the last applied migration back; return its name, or None where none is applied."""
    by_name = {m.name: m for m in load(folder)}
    if dry_run or not await _applied(db):
        last = _last(by_name, await _applied(db))
        return last.name if last else None
    async with _locked(db):
        last = _last(by_name, await _applied(db))
        if last is None:
            return None
        await last.down(db)
        await db[COLLECTION].delete_one({"_id": last.name})
    return last.name


def _last(by_name: dict[str, Migration], applied: dict[str, dict[str, datetime]]) -> Migration | None:
    if not applied:
        return None
    name = max(applied)
    if name not in by_name:
        raise MigrationError(f"{name} is applied but its file is gone")
    return by_name[name]


async def _applied(db: Database) -> dict[str, dict[str, datetime]]:
    return {d["_id"]: d async for d in db[COLLECTION].find({"_id": {"$ne": _LOCK}})}


def _missing(migrations: list[Migration], applied: dict[str, dict[str, datetime]]) -> list[Migration]:
    for migration in migrations:
        known = applied.get(migration.name)
        if known and known["checksum"] != migration.checksum:
            raise MigrationError(
                f"{migration.name} was changed after it was applied; put it back and write a new migration instead"
            )
    return [m for m in migrations if m.name not in applied]


@asynccontextmanager
async def _locked(db: Database) -> AsyncIterator[None]:
    """One migrator at a time; the lock of one that died lapses. While held it is renewed."""
    owner = new_id()
    deadline = _now() + _LOCK_FOR * 2
    while not await _take_lock(db, owner):
        if _now() > deadline:
            raise MigrationError("somebody else has been migrating this database for two minutes")
        await asyncio.sleep(0.2)
    renewal = asyncio.create_task(_renew(db, owner))
    try:
        yield
    finally:
        await tasks.end([renewal])
        await db[COLLECTION].delete_one({"_id": _LOCK, "owner": owner})


async def _take_lock(db: Database, owner: str) -> bool:
    now = _now()
    try:
        await db[COLLECTION].update_one(
            {"_id": _LOCK, "until": {"$lt": now}},
            {"$set": {"owner": owner, "until": now + _LOCK_FOR}},
            upsert=True,
        )
    except DuplicateKeyError:
        return False
    return True


async def _renew(db: Database, owner: str) -> None:
    while True:
        await asyncio.sleep(_LOCK_FOR.total_seconds() / 3)
        with contextlib.suppress(ConnectionFailure):  # the next turn tries again, in time
            await db[COLLECTION].update_one({"_id": _LOCK, "owner": owner}, {"$set": {"until": _now() + _LOCK_FOR}})


def _now() -> datetime:
    return SystemClock().now()
