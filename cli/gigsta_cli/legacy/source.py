"""Reading the older database. Nothing is ever written to it."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import pymongo
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo.errors import ConfigurationError

from gigsta_cli.legacy.made import ODD, because
from gigsta_cli.legacy.shapes import BEANIE_NAMES, SHAPES, ZONELESS, Kind, Old, is_id, known_fields, unlinked
from gigsta_common import mongo
from gigsta_common.settings import SettingsError

BATCH = 500
O = TypeVar("O", bound=Old)  # noqa: E741


@dataclass
class Read:
    """A batch: those that can be read, why others cannot, and what is to be said of all of them."""

    old: list[Old] = field(default_factory=list)
    broken: dict[Any, str] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    """Fields that nobody takes over."""
    zoneless: int = 0
    """Times that do not say of which zone they are."""


class Source:
    def __init__(self, db: mongo.Database, collections: dict[Kind, str]) -> None:
        self._db = db
        self._collections = collections

    async def count(self, kind: Kind) -> int:
        return await self._db[self._collections[kind]].count_documents({})

    async def batches(self, kind: Kind) -> AsyncIterator[Read]:
        """All of a kind in order of their ids."""
        known = known_fields(SHAPES[kind])
        async with self._db[self._collections[kind]].find().sort("_id", pymongo.ASCENDING).batch_size(BATCH) as found:
            while batch := await found.to_list(BATCH):
                read, counted = Read(), Counter[str]()
                for document in batch:
                    read.unknown.update(set(document) - known)
                    try:
                        read.old.append(SHAPES[kind].model_validate(document, context=counted))
                    except ODD as error:
                        key = document["_id"]
                        read.broken[key if is_id(key) else f"{type(key).__name__} {key!r}"] = str(because(error))
                read.zoneless = counted[ZONELESS]
                yield read

    async def these(self, kind: Kind, shape: type[O], keys: Iterable[Any]) -> dict[Any, O]:
        """Those of these ids that can be read."""
        found: dict[Any, O] = {}
        async for document in self._db[self._collections[kind]].find({"_id": {"$in": list(set(keys))}}):
            try:
                found[document["_id"]] = shape.model_validate(document)
            except ODD:
                continue
        return found

    async def offering(self, keys: Iterable[Any]) -> set[Any]:
        """Which of these users offer services."""
        names = ("provider", "provider_id", "owner", "owner_id")
        wanted = list(keys)
        either = [{name + way: {"$in": wanted}} for name in names for way in ("", ".$id", "._id", ".id")]
        found = [
            next(unlinked(document[name]) for name in names if name in document)
            async for document in self._db[self._collections["services"]].find({"$or": either}, dict.fromkeys(names, 1))
        ]
        return {key for key in found if is_id(key)}

    async def close(self) -> None:
        await self._db.client.close()


async def open_source(url: str) -> Source:
    """Raises SettingsError where the URL names no database, or one that is not the older GigSta's."""
    try:
        client: mongo.Client = mongo.connect(url, app_name="gigsta-import-legacy")
        db = client.get_default_database()
    except (ValueError, ConfigurationError) as error:
        raise SettingsError(f"The URL of the older database has to name it, after the host: {error}.") from None
    options = CodecOptions[Any](
        tz_aware=True,
        uuid_representation=UuidRepresentation.STANDARD,
        unicode_decode_error_handler="replace",
        datetime_conversion=DatetimeConversion.DATETIME_AUTO,  # else one date of the year 10000 stops a whole batch
    )
    db = cast("mongo.Database", db.with_options(codec_options=options))
    there = await db.list_collection_names()
    collections: dict[Kind, str] = {}
    for kind, beanies in BEANIE_NAMES.items():
        name = next((name for name in (kind, beanies) if name in there), None)
        if name is None:
            await client.close()
            raise SettingsError(f"{db.name} has no collection {kind}, nor {beanies}: is it the older GigSta's?")
        collections[kind] = name
    return Source(db, collections)
