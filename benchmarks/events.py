"""How long an event takes from the commit of its change to the start of its handler, on real servers.

Documents are written at a steady rate with an event in their outbox, as a transition does; the relay is nudged after
each commit; the consumer is a process of its own, as another service is. The handler is the bare one: what it does with
the event is its own affair.
"""

import asyncio
import multiprocessing
import statistics
import time
from multiprocessing.connection import Connection

import uvloop
from rich.console import Console
from rich.table import Table

from gigsta_common import indexes, mongo
from gigsta_common.clock import SystemClock
from gigsta_common.events import Envelope, UserClosed
from gigsta_common.ids import new_id
from gigsta_common.localservers import Mongod, RabbitMQ
from gigsta_common.messaging import Outbox, RabbitBus, Relay, Subscription

RATE = 500
COLLECTION = "bench"


def main(*, quick: bool) -> None:
    seconds, runs = (2, 2) if quick else (6, 5)
    table = Table("rate", "p50 ms", "p99 ms", "most ms", title=f"commit to handler, medians of {runs} runs")
    with Mongod() as mongod, RabbitMQ() as broker:
        for rate in (RATE // 5, RATE):
            results = [_run(mongod.url, broker.url, rate, seconds) for _ in range(runs)]
            rows = [[_quantile(run, q) for q in (0.50, 0.99, 1.0)] for run in results]
            columns = zip(*rows, strict=True)
            table.add_row(f"{rate}/s", *(f"{statistics.median(column):.2f}" for column in columns))
    Console().print(table)


def _run(mongod_url: str, amqp_url: str, rate: int, seconds: int) -> list[float]:
    """Seconds from commit to handler. The clock that both processes read is the machine's monotonic one."""
    namespace = f"bench-{new_id()[-8:]}"
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    consumer = context.Process(target=_consume, args=(amqp_url, namespace, rate * seconds, theirs), daemon=True)
    consumer.start()
    ours.recv()
    committed = uvloop.run(_produce(mongod_url, amqp_url, namespace, rate, rate * seconds))
    handled: list[tuple[str, float]] = ours.recv()
    consumer.join(10)
    return [moment - committed[subject] for subject, moment in handled][rate // 2 :]


def _consume(amqp_url: str, namespace: str, total: int, parent: Connection) -> None:
    uvloop.run(_consume_all(amqp_url, namespace, total, parent))


async def _consume_all(amqp_url: str, namespace: str, total: int, parent: Connection) -> None:
    handled: list[tuple[str, float]] = []

    async def handle(event: Envelope) -> None:
        handled.append((event.subject, time.perf_counter()))

    bus = RabbitBus(amqp_url, namespace=namespace)
    await bus.subscribe(Subscription("bench", ("user.closed",), handle, prefetch=200))
    await bus.start()
    async with asyncio.timeout(60):
        while bus.problem():
            await asyncio.sleep(0.02)
        parent.send("ready")
        while len(handled) < total:
            await asyncio.sleep(0.02)
    parent.send(handled)
    await bus.stop()


async def _produce(mongod_url: str, amqp_url: str, namespace: str, rate: int, total: int) -> dict[str, float]:
    client = mongo.connect(mongod_url, app_name="bench")
    db = mongo.database(client, f"bench_{new_id()}")
    await indexes.create_common(db, outbox_collections=(COLLECTION,))
    bus = RabbitBus(amqp_url, namespace=namespace)
    await bus.start()
    async with asyncio.timeout(20):
        while bus.problem():
            await asyncio.sleep(0.02)
    relay = Relay(db, bus, (COLLECTION,))
    committed: dict[str, float] = {}
    relay.start()
    await _write(db, Outbox("bench", SystemClock(), relay), committed, rate, total)
    await relay.stop()
    await bus.stop()
    await client.drop_database(db.name)
    await client.close()
    return committed


async def _write(db: mongo.Database, outbox: Outbox, committed: dict[str, float], rate: int, total: int) -> None:
    """Open loop: writes begin on schedule whether or not the ones before are done."""

    async def write() -> None:
        document_id = new_id()
        data = UserClosed(user_id=document_id, closed_at=SystemClock().now())
        record = outbox.record("user.closed", data, subject=document_id, sequence=1)
        await db[COLLECTION].insert_one({"_id": document_id, "version": 1, "outbox": [record]})
        committed[document_id] = time.perf_counter()
        outbox.nudge(COLLECTION, document_id)

    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(total):
            await asyncio.sleep(max(0, start + number / rate - time.perf_counter()))
            group.create_task(write())


def _quantile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * q), len(ordered) - 1)] * 1000
