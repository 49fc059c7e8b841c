"""The words that a service's documents have, to tell what somebody means who types one of them, or nearly.

A document lists its own words and is looked up by them in an index. What is typed is first turned into words that are
there: those that begin like it, its other forms (who looks for a cleaner finds cleaning), and where none begins like
it, those that are spelled nearly like it. Of each only so many are looked at, those that most documents have: so a
search costs the same with a million documents as with a thousand, and made-up words neither make it cost more nor stand
in the way of others. A word stays when the last document that had it goes: it finds nothing, and comes after all
others.

What a word means is remembered for a moment, as people mostly type the same few words. Of new words that this instance
teaches it knows at once, of those that others teach a moment later; till then they are found as they are written.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from pymongo import UpdateOne

from gigsta_common.mongo import Database, Document
from gigsta_common.words import family, fold, slips, spellings

COLLECTION = "vocabulary"
MOST_ASKED = 8
"""Words of a query that count."""
MOST_CORRECTED = 3
"""Words of a query that may be slips: no more are corrected."""
LONGEST_SPELLED = 18
"""Letters of the longest word that is found by a slip: it has 172 spellings, and MongoDB merges 200 scans at most."""
_MOST_BEGINNINGS = 64
_MOST_LOOKED_AT = 100
"""Words with a spelling in common that are compared with the one that was typed."""
_MOST_SPELLINGS = 16
_REMEMBERED_FOR = 10.0
"""Seconds."""
_MOST_REMEMBERED = 1_000
_MOST_USES = 50_000
_BATCH = 1_000
_BY_USE = [("rank", -1), ("_id", 1)]


class _Memory:
    """Answers about words that were found a moment ago."""

    def __init__(self, find: Callable[[str], Awaitable[list[str]]], now: Callable[[], float]) -> None:
        self._find = find
        self._now = now
        self._answers: dict[str, tuple[float, list[str]]] = {}
        self._lessons = 0

    async def about(self, word: str) -> list[str]:
        until, answer = self._answers.get(word, (0.0, []))
        if until > self._now():
            return answer
        lessons = self._lessons
        answer = await self._find(word)
        if lessons == self._lessons:  # else it may be of before the lesson
            self._answers.pop(word, None)
            self._answers[word] = self._now() + _REMEMBERED_FOR, answer
            if len(self._answers) > _MOST_REMEMBERED:
                del self._answers[next(iter(self._answers))]
        return answer

    async def about_all(self, words: list[str]) -> dict[str, list[str]]:
        return dict(zip(words, await asyncio.gather(*map(self.about, words)), strict=True))

    def forget(self) -> None:
        self._lessons += 1
        self._answers.clear()


class Vocabulary:
    def __init__(self, db: Database, now: Callable[[], float] = time.monotonic) -> None:
        self._words = db[COLLECTION]
        self._beginnings = _Memory(self._longer, now)
        self._forms = _Memory(self._other_forms, now)
        self._corrections = _Memory(self._nearly, now)
        self._uses: dict[str, int] = {}

    def forget(self) -> None:
        """What was remembered: the next look is at what is there."""
        for memory in (self._beginnings, self._forms, self._corrections):
            memory.forget()
        self._uses.clear()

    async def learn(self, words: Iterable[str], instead_of: Iterable[str] = ()) -> None:
        """Before documents with these words are written: then no document is ever missed.

        `instead_of` are those that they have had. A word given twice is in two documents. Not part of the write's
        transaction: that two documents have a word in common must not make one wait. So a write that is tried again
        counts again: the number says which words are used more, nothing else.
        """
        change = Counter(words)
        change.subtract(instead_of)
        changed = sorted(word for word, by in change.items() if by)
        whole = {"_id": {"$in": changed}, "starts": {"$exists": True}}
        known = {row["_id"] async for row in self._words.find(whole, {"_id": 1})} if changed else set()
        writes = [
            _write(word, {"$add": [{"$ifNull": ["$uses", 0]}, change[word]]}, whole=word not in known)
            for word in changed
            if change[word] > 0 or word in known
        ]
        try:
            for start in range(0, len(writes), _BATCH):
                await self._words.bulk_write(writes[start : start + _BATCH], ordered=False)
        finally:
            if any(word not in known for word in changed):
                self.forget()

    async def meanings(self, query: str) -> list[list[str]]:
        """For each word of a query the words that may be meant. A document must have one of each."""
        words = list(dict.fromkeys(fold(query)))[:MOST_ASKED]
        longer, forms = await asyncio.gather(self._beginnings.about_all(words), self._forms.about_all(words))
        slipped = [word for word in words if not longer[word]][:MOST_CORRECTED]
        others = longer | await self._corrections.about_all(slipped)
        # The word itself in any case: somebody may have taught it a moment ago.
        return [list(dict.fromkeys([word, *forms[word], *others[word]]))[:_MOST_BEGINNINGS] for word in words]

    def uses(self, meanings: list[list[str]]) -> int:
        """About how many documents there are at most that have one of each: those of the rarest. Of what `meanings` has
        just found; what is not remembered any more counts as none."""
        return min((sum(self._uses.get(word, 0) for word in meaning) for meaning in meanings), default=0)

    async def _longer(self, word: str) -> list[str]:
        """What begins like the word."""
        return await self._most_used({"starts": word}, _MOST_BEGINNINGS)

    async def _nearly(self, word: str) -> list[str]:
        """Only the nearest: for `gardner` there may be `gardener` and `warner`."""
        others = await self._most_used({"spellings": {"$in": _spellings(word)}}, _MOST_LOOKED_AT)
        near = [(far, other) for other in others if (far := slips(other, word)) is not None]
        least = min(near, default=(0, ""))[0]
        return [other for far, other in near if far == least][:_MOST_SPELLINGS]

    async def _other_forms(self, word: str) -> list[str]:
        forms = family(word)
        return await self._most_used({"_id": {"$in": forms}}, len(forms)) if forms else []

    async def _most_used(self, query: Document, most: int) -> list[str]:
        rows = await self._words.find(query, {"uses": 1}).sort(_BY_USE).limit(most).to_list()
        if len(self._uses) > _MOST_USES:
            self.forget()
        self._uses |= {row["_id"]: row.get("uses", 0) for row in rows}
        return [row["_id"] for row in rows]


def _spellings(word: str) -> list[str]:
    return spellings(word) if len(word) <= LONGEST_SPELLED else [word]


def _write(word: str, uses: Any, *, whole: bool) -> UpdateOne:
    """`rank` is the power of two that `uses` has reached: a word's index keys are hardly ever written again."""
    rank = {"$toInt": {"$floor": {"$log": [{"$max": ["$uses", 1]}, 2]}}}
    keys = {"spellings": _spellings(word), "starts": [word[:end] for end in range(1, len(word) + 1)]} if whole else {}
    return UpdateOne(
        {"_id": word}, [{"$set": {"uses": {"$max": [uses, 0]}, **keys}}, {"$set": {"rank": rank}}], upsert=whole
    )


async def create_vocabulary(db: Database) -> None:
    """Called by a migration of each service that has one."""
    await db[COLLECTION].create_index("spellings", name="by_spelling")


async def rank_vocabulary(db: Database, collection: str, taught: Document) -> None:
    """Called by a later migration: counts the words of the documents that have taught them."""
    words = db[COLLECTION]
    counted: list[Document] = [
        {"$match": taught},
        {"$unwind": "$words"},
        {"$group": {"_id": "$words", "uses": {"$sum": 1}}},
    ]
    batch: list[UpdateOne] = []
    async for row in await db[collection].aggregate(counted):
        batch.append(_write(row["_id"], row["uses"], whole=True))
        if len(batch) == _BATCH:
            await words.bulk_write(batch, ordered=False)
            batch = []
    if batch:
        await words.bulk_write(batch, ordered=False)
    for field in ("spellings", "starts"):
        await words.create_index([(field, 1), *_BY_USE], name=f"{field}_by_use")
    if "by_spelling" in await words.index_information():
        await words.drop_index("by_spelling")


async def unrank_vocabulary(db: Database) -> None:
    """Takes back `rank_vocabulary`."""
    await create_vocabulary(db)
    for field in ("spellings", "starts"):
        await db[COLLECTION].drop_index(f"{field}_by_use")
    await db[COLLECTION].update_many({}, {"$unset": {"starts": "", "uses": "", "rank": ""}})
