"""Read models made anew from what their owners hold, while both serve.

The owner says of each of its subjects what its latest event said: the same contract, the same sequence. The consumer's
own handlers take it over, in a transaction each, beside the events that come meanwhile: whichever has the higher
sequence wins, and only a replayed one may overwrite what claims to be of the same sequence. Nothing is published, so
nobody but the read model's service hears of it. Decision record 19 says why.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pymongo.errors import PyMongoError

from gigsta_common.clock import Clock
from gigsta_common.events import Envelope, EventData, envelope
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Collection, Database, Document

C = TypeVar("C")

BATCH = 500
AT_ONCE = 4
"""Few: what is rebuilt shares documents (geo's squares), over which more would only quarrel with those who serve."""
TRIES = 6


@dataclass(frozen=True)
class Fact:
    """What an owner says of one subject now."""

    name: str
    data: EventData
    subject: str
    sequence: int


class Source(Protocol):
    """The subjects of an owner that the others have heard of."""

    async def after(self, subject: str, limit: int) -> list[Fact]:
        """The next facts in order of their subjects."""

    async def of(self, subjects: Sequence[str]) -> list[Fact]:
        """The facts about these subjects; those that are none of the owner's are missing."""


class CollectionSource:
    """A source that is one collection, whose ids begin with `prefix` and then name the subject."""

    def __init__(
        self, collection: Collection, fact: Callable[[Document], Fact], told: Document | None = None, prefix: str = ""
    ) -> None:
        self._collection = collection
        self._fact = fact
        self._told = told or {}
        self._prefix = prefix

    async def after(self, subject: str, limit: int) -> list[Fact]:
        ids = {"$gt": self._prefix + subject, "$lt": self._prefix + "\U0010ffff"}
        found = self._collection.find({**self._told, "_id": ids}, {"outbox": 0}).sort("_id", 1).limit(limit)
        return [self._fact(document) for document in await found.to_list()]

    async def of(self, subjects: Sequence[str]) -> list[Fact]:
        ids = [self._prefix + subject for subject in subjects]
        found = self._collection.find({**self._told, "_id": {"$in": ids}}, {"outbox": 0})
        return [self._fact(document) for document in await found.to_list()]


class Together:
    """Several sources as one. Of a subject that is in two of them, having gone from one to the other meanwhile, the
    fact with the higher sequence counts; so they are given in the order in which subjects go."""

    def __init__(self, *sources: Source) -> None:
        self._sources = sources

    async def after(self, subject: str, limit: int) -> list[Fact]:
        found = [fact for source in self._sources for fact in await source.after(subject, limit)]
        return _latest(found)[:limit]

    async def of(self, subjects: Sequence[str]) -> list[Fact]:
        return _latest([fact for source in self._sources for fact in await source.of(subjects)])


def _latest(facts: Sequence[Fact]) -> list[Fact]:
    """One of each subject, in order of these."""
    by_subject: dict[str, Fact] = {}
    for fact in facts:
        known = by_subject.get(fact.subject)
        if known is None or known.sequence < fact.sequence:
            by_subject[fact.subject] = fact
    return [by_subject[subject] for subject in sorted(by_subject)]


@dataclass(frozen=True)
class ReadModel(Generic[C]):
    """What one service keeps of another's. `source` is written `catalog.services`."""

    name: str
    source: str
    known: Callable[[C, str, int], Awaitable[dict[str, int]]]
    """The next subjects after one, in order, up to so many, each with the sequence that is known."""
    forget: Callable[[C, str, int], Awaitable[None]]
    """Drop a subject, if it still is of that sequence."""


@dataclass
class Rebuilt:
    applied: int = 0
    forgotten: int = 0


@dataclass(frozen=True)
class Replay(Generic[C]):
    """One read model, its owner's source and its service's own hands."""

    model: ReadModel[C]
    source: Source
    use_cases: C
    handlers: Handlers[C]
    db: Database
    clock: Clock

    async def run(self) -> Rebuilt:
        """Make the read model what the owner says; return how much that was.

        First goes what the owner does not have, or not so far: a consumer is never ahead of its owner, which is read
        after it. Then everything that the owner has is taken over.
        """
        done = Rebuilt()
        await self._sweep(done)
        last = ""
        while facts := await self.source.after(last, BATCH):
            await self._apply_all(facts)
            done.applied += len(facts)
            last = facts[-1].subject
        return done

    async def _sweep(self, done: Rebuilt) -> None:
        last = ""
        while known := await self.model.known(self.use_cases, last, BATCH):
            told = {fact.subject: fact.sequence for fact in await self.source.of(list(known))}
            for subject, sequence in known.items():
                if told.get(subject, -1) < sequence:
                    await self.model.forget(self.use_cases, subject, sequence)
                    done.forgotten += 1
            last = max(known)

    async def _apply_all(self, facts: Sequence[Fact]) -> None:
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(fact: Fact) -> None:
            async with slots:
                await self._apply(fact)

        async with asyncio.TaskGroup() as group:
            for fact in facts:
                group.create_task(one(fact))

    async def _apply(self, fact: Fact) -> None:
        event = envelope(
            fact.name,
            fact.data,
            publisher="replay",
            subject=fact.subject,
            sequence=fact.sequence,
            time=self.clock.now(),
        )
        event = Envelope.model_validate_json(event.model_copy(update={"replay": True}).model_dump_json())
        for attempt in range(1, TRIES + 1):
            try:
                await self.handlers.handle_again(self.use_cases, self.db, event)
            except PyMongoError:  # a live event was faster, or the database is busy
                if attempt == TRIES:
                    raise
                await asyncio.sleep(0.1 * 2**attempt)
            else:
                return


def sequences(documents: Sequence[Document], field: Callable[[Document], Any]) -> dict[str, int]:
    """The answer of `ReadModel.known`, from documents in order."""
    return {document["_id"]: field(document) for document in documents}
