"""The words that a service's documents have, to tell what somebody means who types one of them, or nearly.

A document lists its own words and is looked up by them in an index. What is typed is first turned into words that are
there: those that begin like it, and where none does, those that are spelled nearly like it. So a search costs the same
with a million documents as with a thousand. A word stays when the last document that had it goes: it finds nothing.
"""

import asyncio
from collections.abc import Iterable

from pymongo import UpdateOne

from gigsta_common.mongo import Database
from gigsta_common.words import distance, fold, is_near, spellings

COLLECTION = "vocabulary"
MOST_ASKED = 8
"""Words of a query that count."""
_MOST_BEGINNINGS = 64
_MOST_SPELLINGS = 16
_BATCH = 1_000


class Vocabulary:
    def __init__(self, db: Database) -> None:
        self._words = db[COLLECTION]

    async def learn(self, words: Iterable[str]) -> None:
        """Before a document with these words is written: then no document is ever missed.

        Not part of the write's transaction: that two documents have a word in common must not make one wait.
        """
        wanted = set(words)
        known = {row["_id"] async for row in self._words.find({"_id": {"$in": sorted(wanted)}}, {"_id": 1})}
        new = [
            UpdateOne({"_id": word}, {"$setOnInsert": {"spellings": spellings(word)}}, upsert=True)
            for word in sorted(wanted - known)
        ]
        for start in range(0, len(new), _BATCH):
            await self._words.bulk_write(new[start : start + _BATCH], ordered=False)

    async def meanings(self, query: str) -> list[list[str]]:
        """For each word of a query the words that may be meant. A document must have one of each."""
        words = list(dict.fromkeys(fold(query)))[:MOST_ASKED]
        return list(await asyncio.gather(*(self._meaning(word) for word in words)))

    async def _meaning(self, word: str) -> list[str]:
        # In the order of the alphabet: the word itself, where it is there, is the first.
        begins = {"_id": {"$gte": word, "$lt": word + "\U0010ffff"}}
        found = self._words.find(begins, {"_id": 1}).sort("_id", 1).limit(_MOST_BEGINNINGS)
        longer = [str(row["_id"]) async for row in found]
        return longer or await self._nearly(word) or [word]

    async def _nearly(self, word: str) -> list[str]:
        """Only the nearest: for `gardner` there may be `gardener` and `warner`."""
        rows = self._words.find({"spellings": {"$in": spellings(word)}}, {"_id": 1})
        near = [(distance(row["_id"], word), str(row["_id"])) async for row in rows if is_near(row["_id"], word)]
        least = min(near, default=(0, ""))[0]
        return [other for slips, other in sorted(near) if slips == least][:_MOST_SPELLINGS]


async def create_vocabulary(db: Database) -> None:
    """Called by a migration of each service that has one."""
    await db[COLLECTION].create_index("spellings", name="by_spelling")
