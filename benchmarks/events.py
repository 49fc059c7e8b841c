"""How long an event takes from the commit of its change to the start of its handler, on real servers.

500 documents a second are written with an event in their outbox, as a transition does; the relay is nudged after each
commit; the consumer is a connection of its own to the broker. The handler is the bare one: what it does with the event
is its own affair.
"""

import asyncio
import statistics
import time

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
    with Mongod() as mongod, RabbitMQ() as broker:
        results = [asyncio.run(_run(mongod.url, broker.url, seconds)) for _ in range(runs)]
    table = Table("", "p50 ms", "p99 ms", "most ms", title=f"commit to handler at {RATE}/s, median of {runs} runs")
    rows = [[_quantile(run, q) for q in (0.50, 0.99, 1.0)] for run in results]
    table.add_row("RabbitMQ, nudged relay", *(f"{statistics.median(column):.2f}" for column in zip(*rows, strict=True)))
    Console().print(table)


async def _run(mongod_url: str, amqp_url: str, seconds: int) -> list[float]:
    client = mongo.connect(mongod_url, app_name="bench")
    db = mongo.database(client, f"bench_{new_id()}")
    await indexes.create_common(db, outbox_collections=(COLLECTION,))
    namespace = f"bench-{new_id()[-8:]}"
    publishing, consuming = (RabbitBus(amqp_url, namespace=namespace) for _ in range(2))
    committed: dict[str, float] = {}
    waited: list[float] = []

    async def handle(event: Envelope) -> None:
        waited.append(time.perf_counter() - committed[event.subject])

    await consuming.subscribe(Subscription("bench", ("user.closed",), handle, prefetch=200))
    await consuming.start()
    await publishing.start()
    async with asyncio.timeout(20):
        while publishing.problem() or consuming.problem():
            await asyncio.sleep(0.05)
    relay = Relay(db, publishing, (COLLECTION,))
    outbox = Outbox("bench", SystemClock(), relay)
    relay.start()
    total = RATE * seconds
    await _write(db, outbox, committed, total)
    async with asyncio.timeout(30):
        while len(waited) < total:
            await asyncio.sleep(0.02)
    await relay.stop()
    await publishing.stop()
    await consuming.stop()
    await client.drop_database(db.name)
    await client.close()
    return waited[RATE // 2 :]


async def _write(db: mongo.Database, outbox: Outbox, committed: dict[str, float], total: int) -> None:
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
            await asyncio.sleep(max(0, start + number / RATE - time.perf_counter()))
            group.create_task(write())


def _quantile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * q), len(ordered) - 1)] * 1000
