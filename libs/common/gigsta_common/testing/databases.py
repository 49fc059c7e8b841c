"""Migrated databases for tests: migrated once, emptied after each test. Migrating takes longer than most tests."""

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pymongo import WriteConcern
from pymongo.errors import PyMongoError

from gigsta_common import migrations, mongo
from gigsta_common.ids import new_id


@dataclass
class _Migrated:
    name: str
    collections: dict[str, mongo.Document] = field(default_factory=dict)
    """The options of each."""
    documents: dict[str, list[mongo.Document]] = field(default_factory=dict)
    """What the migrations themselves have written."""


def url_of(server: str, db: mongo.Database) -> str:
    """What a service that has this database is told."""
    return urlsplit(server)._replace(path=f"/{db.name}").geturl()


class Databases:
    def __init__(self, url: str) -> None:
        self.url = url
        self.client = mongo.connect(url, app_name="tests")
        self._free: defaultdict[Path, list[_Migrated]] = defaultdict(list)

    @asynccontextmanager
    async def migrated(self, folder: Path) -> AsyncIterator[mongo.Database]:
        """A database as the migrations of `folder` leave it, for one test at a time."""
        free = self._free[folder]
        one = free.pop() if free else await self._make(folder)
        yield mongo.database(self.client, one.name)
        if await self._restore(one):
            free.append(one)
        else:
            await self.client.drop_database(one.name)

    async def close(self) -> None:
        with contextlib.suppress(PyMongoError):  # what stays behind is in nobody's way
            for one in [one for free in self._free.values() for one in free]:
                await self.client.drop_database(one.name)
        await self.client.close()

    async def _make(self, folder: Path) -> _Migrated:
        one = _Migrated(f"test_{new_id()}")
        db = mongo.database(self.client, one.name)
        await migrations.up(db, folder)
        one.collections = await self._collections(db)
        one.documents = {name: await db[name].find().to_list() for name in one.collections}
        return one

    async def _restore(self, one: _Migrated) -> bool:
        """False where the test has changed more than documents."""
        db = mongo.database(self.client, one.name).with_options(write_concern=WriteConcern(w=1, j=False))
        if await self._collections(db) != one.collections:
            return False
        for name, documents in one.documents.items():
            await db[name].delete_many({})
            if documents:
                await db[name].insert_many(documents)
        await self._until_majority()
        return True

    async def _until_majority(self) -> None:
        """Services read what a majority has: until that knows of the emptying, they would read the last test's."""
        note = {"appendOplogNote": 1, "data": {"test": "emptied"}, "writeConcern": {"w": "majority"}}
        await self.client.admin.command(note)

    @staticmethod
    async def _collections(db: mongo.Database) -> dict[str, mongo.Document]:
        """By name, with what each is made of: options and indexes."""
        found: dict[str, mongo.Document] = {}
        for one in await (await db.list_collections()).to_list():
            indexes = await db[one["name"]].index_information() if one["type"] == "collection" else {}
            found[one["name"]] = {"options": one["options"], "indexes": indexes}
        return found
