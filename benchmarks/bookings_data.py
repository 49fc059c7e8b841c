"""A bookings service without its edges, on a mongod of its own, filled as a benchmark needs it."""

import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import prometheus_client as prometheus
import psutil
import pymongo
from pymongo import IndexModel

import gigsta_bookings
from gigsta_bookings import search
from gigsta_bookings.availability import DAYS, Plan, WeeklyPlan, Window
from gigsta_bookings.crud import UseCases, build
from gigsta_bookings.crud.store import COLLECTION
from gigsta_bookings.lifecycle import CREATIONS
from gigsta_bookings.models import Booking, Money, Offering, Policy, Status, stored
from gigsta_bookings.settings import Settings
from gigsta_bookings.transitions import first_entry
from gigsta_common import migrations, mongo
from gigsta_common.app import Runtime
from gigsta_common.clock import SystemClock
from gigsta_common.ids import new_id
from gigsta_common.messaging import InProcessBus, Outbox, Relay

MIDNIGHT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
ALL_DAY = (Window(start="00:00", end="24:00"),)
PLAN = Plan(
    timezone="UTC",
    weekly=WeeklyPlan.model_validate(dict.fromkeys(DAYS, ALL_DAY)),
    minimum_notice_minutes=0,
    horizon_days=365,
    slot_interval_minutes=15,
)
"""Around the clock, so that a benchmark does not run out of times."""


@dataclass
class Bench:
    db: mongo.Database
    use_cases: UseCases
    runtime: Runtime[Settings]


@asynccontextmanager
async def bench(mongod_url: str) -> AsyncIterator[Bench]:
    """The use cases over a fresh database. Nothing publishes: events wait in their documents."""
    client = mongo.connect(mongod_url, app_name="bench")
    db = mongo.database(client, f"bench_{new_id()}")
    await migrations.up(db, Path(gigsta_bookings.__file__).parent / "migrations")
    registry = prometheus.CollectorRegistry()
    settings = Settings.model_validate(
        {
            "environment": "test",
            "mongodb_url": mongod_url,
            "amqp_url": "amqp://nobody.invalid",
            "jwks_url": "http://nobody.invalid",
        }
    )
    bus = InProcessBus()
    runtime = Runtime(
        name="bookings",
        settings=settings,
        clock=SystemClock(),
        db=db,
        bus=bus,
        outbox=Outbox("bookings", SystemClock(), Relay(db, bus, (COLLECTION,), registry=registry)),
        http=cast("Any", None),
        verifier=cast("Any", None),
        registry=registry,
    )
    yield Bench(db, build(runtime), runtime)
    await client.drop_database(db.name)
    await client.close()


def pin(cores: dict[str, int]) -> None:
    """Give us and mongod a core each: `{"us": 0, "mongod": 1}`."""
    us = psutil.Process()
    if (psutil.cpu_count() or 1) < 2:
        return
    us.cpu_affinity([cores["us"]])
    for child in us.children(recursive=True):
        if "mongod" in child.name():
            child.cpu_affinity([cores["mongod"]])
            for thread in child.threads():
                with contextlib.suppress(OSError):  # a thread that has ended meanwhile
                    os.sched_setaffinity(thread.id, {cores["mongod"]})


async def offer(db: mongo.Database, provider_id: str) -> None:
    """One published service of a provider who works around the clock."""
    offering = Offering(
        _id=f"service-{provider_id}",
        sequence=1,
        provider_id=provider_id,
        provider_name="Ana's Gardens",
        title="Hedge trimming",
        price=Money(amount=9000, currency="NZD"),
        duration_minutes=60,
        buffer_minutes=0,
        instant_book=False,
        status="published",
    )
    await db["offerings"].insert_one(stored(offering))
    schedule = {"_id": provider_id, "plan": PLAN.model_dump(mode="json"), "is_default": False, "version": 1}
    await db["schedules"].insert_one(schedule)


def booking(number: int, provider_id: str, starts_at: datetime, **changes: Any) -> Booking:
    made = MIDNIGHT - timedelta(days=300) + timedelta(seconds=number)
    facts: dict[str, Any] = {
        "_id": new_id(), "version": 1, "status": Status.PENDING, "customer_id": f"customer-{number % 500}",
        "customer_name": "Charlie Customer", "provider_id": provider_id, "provider_name": "Ana's Gardens",
        "service_id": f"service-{provider_id}", "service_title": "Hedge trimming", "duration_minutes": 60,
        "price": Money(amount=9000, currency="NZD"), "buffer_before_minutes": 0, "buffer_after_minutes": 0,
        "instant_book": False, "policy": Policy(), "timezone": "UTC", "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1), "note": "The climber by the gate", "address": None,
        "created_at": made, "requested_at": datetime.now(UTC), "updated_at": datetime.now(UTC),
        "history": (first_entry(CREATIONS["create"], "customer-1", made),),
    }  # fmt: skip
    return Booking.model_validate(facts | changes)


async def insert(db: mongo.Database, bookings: list[Booking]) -> None:
    await _insert(db, [_document(one) for one in bookings])


async def insert_many_alike(db: mongo.Database, provider_id: str, starts: list[datetime]) -> None:
    """Bookings that differ in what lists are sorted and found by. Indexes are made once all are there: sooner done."""
    bookings = db[COLLECTION]
    indexes = [IndexModel(how.pop("key"), name=name, **how) for name, how in (await _indexes(bookings)).items()]
    await bookings.drop_indexes()
    like = _document(booking(0, provider_id, MIDNIGHT))
    documents = []
    for number, start in enumerate(starts):
        at = MIDNIGHT - timedelta(days=300) + timedelta(seconds=number)
        times = {"starts_at": start, "ends_at": start + timedelta(hours=1), "created_at": at, "updated_at": at}
        documents.append(like | times | {"_id": new_id(), "customer_id": f"customer-{number % 500}"})
    await _insert(db, documents)
    with pymongo.timeout(900):
        await bookings.create_indexes(indexes)


async def _indexes(bookings: mongo.Collection) -> dict[str, Any]:
    found = await bookings.index_information()
    del found["_id_"]
    for how in found.values():
        del how["v"]
    return dict(found)


def _document(one: Booking) -> mongo.Document:
    return stored(one) | {"words": search.words_of(one), "outbox": [], "wake_at": None}


async def _insert(db: mongo.Database, documents: list[mongo.Document]) -> None:
    for place in range(0, len(documents), 500):
        await db[COLLECTION].insert_many(documents[place : place + 500], ordered=False)
