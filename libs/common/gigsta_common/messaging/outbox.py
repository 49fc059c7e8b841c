"""The outbox: events saved inside the document whose change they tell, and the relay that publishes them.

A crash between the write and the publish loses nothing (the event is still in the document), and one between the
publish and the clearing sends it twice (the inbox of whoever handles it notices). Where the bus itself outlives no
crash, the event stays in the document until it was handled everywhere.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import prometheus_client as prometheus
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from gigsta_common import tasks
from gigsta_common.clock import Clock
from gigsta_common.events import Envelope, EventData, envelope
from gigsta_common.messaging.port import Bus, NotHandledYet, NotRouted, PublishError
from gigsta_common.mongo import Database, Document

log = logging.getLogger(__name__)

STOP_WITHIN = 3.0
"""Seconds for a last attempt at what was nudged, when a service stops."""

FIELD = "outbox"
"""The array of pending events in a document. Migrations index `outbox.id`, sparse."""


_held: "ContextVar[list[tuple[Relay, str, str]] | None]" = ContextVar("held_nudges", default=None)


@contextmanager
def nudges_held() -> Iterator[None]:
    """Pass nudges on only when the block has ended well: inside a transaction they would come before its commit."""
    held: list[tuple[Relay, str, str]] = []
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
    for relay, collection, document_id in held:
        relay.nudge(collection, document_id)


class Outbox:
    """What use cases need: make the record that goes into the document, then say that it was written."""

    def __init__(self, publisher: str, clock: Clock, relay: "Relay") -> None:
        self._publisher = publisher
        self._clock = clock
        self._relay = relay

    def record(
        self, name: str, data: EventData, *, subject: str, sequence: int, event_id: str | None = None
    ) -> Document:
        """The record to `$push` to `outbox` in the very write that changes the document."""
        event = envelope(
            name,
            data,
            publisher=self._publisher,
            subject=subject,
            sequence=sequence,
            time=self._clock.now(),
            event_id=event_id,
        )
        return event.model_dump(mode="json")

    def nudge(self, collection: str, document_id: str) -> None:
        """Say that a document with pending events was written, so that they go out now and not at the next sweep."""
        held = _held.get()
        if held is None:
            self._relay.nudge(collection, document_id)
        else:
            held.append((self._relay, collection, document_id))

    async def flush(self) -> None:
        """Publish what was nudged, now. For those who cannot wait for the relay's own turn."""
        await self._relay.flush()


class Relay:
    """Publishes pending events and clears them. Any number of instances may do so at once.

    Within a document events go out in order, and the first that fails holds back the rest: consumers see the history
    of a subject as it happened. Documents are independent of each other.
    """

    def __init__(
        self,
        db: Database,
        bus: Bus,
        collections: Iterable[str],
        *,
        sweep_interval: float = 5.0,
        batch: int = 64,
        registry: prometheus.CollectorRegistry | None = None,
    ) -> None:
        self._db = db
        self._bus = bus
        self._collections = tuple(collections)
        self._sweep_interval = sweep_interval
        self._batch = batch
        self._nudged: set[tuple[str, str]] = set()
        self._publishing = asyncio.Lock()
        self._complained = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._published = prometheus.Counter(
            "gigsta_events_published_total", "Events published and confirmed.", registry=registry
        )
        self._failed = prometheus.Counter(
            "gigsta_event_publish_failures_total",
            "Publishes that failed and will be tried again.",
            registry=registry,
        )

    def nudge(self, collection: str, document_id: str) -> None:
        if collection not in self._collections:
            raise ValueError(f"{collection!r} is not among the outbox collections: its events would never go out")
        self._nudged.add((collection, document_id))
        self._wake.set()

    def start(self) -> None:
        if self._collections:
            self._task = asyncio.create_task(self._run(), name="relay")

    async def stop(self) -> None:
        """Stop after a last attempt at what was nudged; whatever is left stays in the documents."""
        if self._task is None:
            return
        self._stopping = True
        self._wake.set()
        _, late = await asyncio.wait({self._task}, timeout=STOP_WITHIN)
        if late or self._nudged:
            log.info("events are left in the outbox; the next start publishes them")
        await tasks.end(late)

    def problem(self) -> str | None:
        stopped = self._task is not None and self._task.done()
        return "the outbox relay has stopped" if stopped else None

    async def flush(self) -> int:
        """Publish everything nudged so far; return how many events went out."""
        async with self._publishing:
            nudged, self._nudged = self._nudged, set()
            sent = 0
            for collection in self._collections:
                ids = [document_id for name, document_id in nudged if name == collection]
                for start in range(0, len(ids), self._batch):
                    some = {"_id": {"$in": ids[start : start + self._batch]}}
                    sent += (await self._publish_all(collection, await self._pending(collection, some)))[0]
            return sent

    async def sweep(self) -> int:
        """Publish whatever is pending in any document, as after a crash; return how many events went out.

        Documents whose events cannot be published now are passed over, so that they do not hold up the others.
        """
        sent = 0
        for collection in self._collections:
            stuck: list[str] = []
            while True:
                query = {f"{FIELD}.id": {"$gt": ""}, "_id": {"$nin": stuck}}
                async with self._publishing:
                    documents = await self._pending(collection, query)
                    count, failed = await self._publish_all(collection, documents)
                sent += count
                stuck += failed
                if len(documents) < self._batch or self._bus.problem() is not None:
                    break
        return sent

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        next_sweep = loop.time()
        while True:
            stopping = self._stopping
            self._wake.clear()
            try:
                if not stopping and loop.time() >= next_sweep:
                    next_sweep = loop.time() + self._sweep_interval
                    await self.sweep()
                await self.flush()
            except PyMongoError as error:
                log.warning("the outbox cannot be read; trying again", extra={"error": str(error)[:300]})
                await asyncio.sleep(min(1.0, self._sweep_interval))
            except Exception:
                log.exception("the outbox relay failed; trying again")
                await asyncio.sleep(min(1.0, self._sweep_interval))
            if stopping:
                return
            if not self._nudged and not self._stopping:
                await self._wait(next_sweep - loop.time())

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _pending(self, collection: str, query: dict[str, Any]) -> list[Document]:
        return await self._db[collection].find(query, {FIELD: 1}).limit(self._batch).to_list()

    async def _publish_all(self, collection: str, documents: Sequence[Document]) -> tuple[int, list[str]]:
        """How many events went out, and the ids of the documents that still have some."""
        sent = await asyncio.gather(*(self._publish(document.get(FIELD) or []) for document in documents))
        clearing = [
            UpdateOne({"_id": document["_id"]}, {"$pull": {FIELD: {"id": {"$in": ids}}}})
            for document, ids in zip(documents, sent, strict=True)
            if ids
        ]
        if clearing:
            await self._db[collection].bulk_write(clearing, ordered=False)
        count = sum(len(ids) for ids in sent)
        self._published.inc(count)
        pairs = zip(documents, sent, strict=True)
        return count, [document["_id"] for document, ids in pairs if len(ids) < len(document.get(FIELD) or [])]

    async def _publish(self, records: Sequence[Document]) -> list[str]:
        """Publish one document's events in order; return the ids that are safely out."""
        sent: list[str] = []
        for record in records:
            try:
                await self._bus.publish(Envelope.model_validate(record))
            except NotHandledYet:
                continue  # it stays, and the next sweep asks again; those behind it may go out
            except NotRouted:
                self._failed.inc()
                log.info("no queue is bound for an event yet; it waits", extra={"event_type": record["type"]})
                break
            except PublishError as error:
                self._failed.inc()
                self._complain(error)
                break
            except Exception:
                self._failed.inc()
                log.exception("a record in the outbox cannot be published", extra={"record_id": record.get("id")})
                break
            sent.append(record["id"])
            self._complained = False
        return sent

    def _complain(self, error: PublishError) -> None:
        """Once for each time the bus goes away, not once for each event."""
        if not self._complained:
            log.warning("events cannot be published; they wait in the outbox", extra={"error": str(error)})
        self._complained = True
