"""`gigsta replay` against the whole demo: read models wiped under running services are equal afterwards."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from gigsta_cli import replay as command
from gigsta_cli import services
from gigsta_cli.main import app
from gigsta_cli.seed.load import seed
from gigsta_cli.seed.market import Market, Person, open_market
from gigsta_common.clock import ManualClock
from gigsta_common.localservers import Mongod

Documents = dict[str, dict[str, Any]]

READ_MODELS = (
    ("geo", "places"),
    ("geo", "cells"),
    ("bookings", "offerings"),
    ("ratings", "invitations"),
    ("ratings", "endings"),
)
RATED = (("catalog", "services"), ("catalog", "providers"))
"""Collections of their own with a copy of the summaries in each document."""
UNRATED = {"rating": {"average": None, "weighted": None, "count": 0, "version": -1}}


@pytest.fixture(scope="module")
def demo() -> Iterator[Mongod]:
    with Mongod() as mongod, pytest.MonkeyPatch.context() as environment:
        environment.setenv("MONGODB_URL", mongod.url)
        environment.setenv("AMQP_URL", "amqp://nobody.invalid")
        environment.setenv("JWKS_URL", "http://nobody.invalid/jwks.json")
        environment.setenv("KEY_ENCRYPTION_KEY", "A" * 43 + "=")
        environment.setenv("ENVIRONMENT", "development")
        assert CliRunner().invoke(app, ["migrate", "up"]).exit_code == 0
        assert seed(if_empty=True)
        yield mongod


def kept(mongod: Mongod) -> dict[str, Documents]:
    """Every read model, but for what only says how often and when a document was written."""
    with MongoClient[dict[str, Any]](mongod.url) as client:
        found = {}
        for service, name in READ_MODELS:
            documents = client[f"gigsta_{service}"][name].find({"count": {"$ne": 0}}, {"version": 0, "stale": 0})
            found[f"{service}.{name}"] = {document["_id"]: document for document in documents}
        for service, name in RATED:
            rated = client[f"gigsta_{service}"][name].find({}, {"rating": 1, "rating_rank": 1})
            found[f"{service}.{name}"] = {document["_id"]: document for document in rated}
        return found


def wipe(mongod: Mongod) -> None:
    with MongoClient[dict[str, Any]](mongod.url) as client:
        for service, name in READ_MODELS:
            client[f"gigsta_{service}"][name].delete_many({})
        for service, name in RATED:
            client[f"gigsta_{service}"][name].update_many({}, {"$set": UNRATED})
        client["gigsta_catalog"]["services"].update_many({}, {"$set": {"rating_rank": 0.0}})


def replayed() -> str:
    done = CliRunner().invoke(app, ["replay"])
    assert done.exit_code == 0, done.output
    return done.output


def test_what_was_wiped_is_equal_afterwards_and_again_the_second_time(demo: Mongod) -> None:
    before = kept(demo)
    assert all(len(documents) > 20 for documents in before.values()), {k: len(v) for k, v in before.items()}
    assert any(place.get("open_days") for place in before["geo.places"].values())
    wipe(demo)
    assert kept(demo) != before
    replayed()
    assert kept(demo) == before
    assert " 0 forgotten" in replayed()
    assert kept(demo) == before


def test_what_its_owner_does_not_have_vanishes_and_what_is_wrong_is_mended(demo: Mongod) -> None:
    before = kept(demo)
    with MongoClient[dict[str, Any]](demo.url) as client:
        places, offerings = client["gigsta_geo"]["places"], client["gigsta_bookings"]["offerings"]
        ghost = places.find_one({"listed": True, "rating.count": {"$gt": 0}})
        assert ghost is not None
        client["gigsta_geo"]["cells"].delete_many({})
        places.delete_many({"_id": {"$ne": ghost["_id"]}})
        places.update_one({"_id": ghost["_id"]}, {"$set": {"title": "Nonsense", "sequence": 999, "listed": False}})
        offerings.insert_one({**offerings.find_one({}, {"_id": 0}), "_id": "ghost"})  # type: ignore[dict-item]
        offerings.update_one({"_id": ghost["_id"]}, {"$set": {"title": "Nonsense"}})
        client["gigsta_ratings"]["invitations"].update_many({}, {"$set": {"open_to": [], "status": "withdrawn"}})
        client["gigsta_catalog"]["services"].update_one({"_id": ghost["_id"]}, {"$set": {"rating.count": 77}})
    replayed()
    assert kept(demo) == before


async def test_services_that_are_written_meanwhile_end_equal_too(demo: Mongod) -> None:
    before = kept(demo)
    async with open_market(ManualClock(datetime.now(UTC))) as market:
        edited = await _listed(market)
        wipe(demo)
        rebuilding = asyncio.create_task(command.rebuild(services.chosen(None)))
        rounds = 0
        while not rebuilding.done() or not rounds:
            rounds += 1
            await asyncio.gather(*(_edit(market, service, f"Round {rounds}") for service in edited[:8]))
            await market.settle()
        await rebuilding
        # Whoever looked while the offerings were gone has told that nothing is open: the next look tells otherwise.
        while await market.apps["bookings"].state.use_cases.open_days.run_due():
            await market.settle()
        await market.settle()
    after = kept(demo)
    with MongoClient[dict[str, Any]](demo.url) as client:
        for service in edited[:8]:
            truth = client["gigsta_catalog"]["services"].find_one({"_id": service["id"]})
            assert truth is not None
            for copy in (after["geo.places"][service["id"]], after["bookings.offerings"][service["id"]]):
                assert (copy.pop("title"), copy.pop("sequence")) == (f"Round {rounds}", truth["version"])
            for old in (before["geo.places"][service["id"]], before["bookings.offerings"][service["id"]]):
                del old["title"], old["sequence"]
            for places in (before["geo.places"], after["geo.places"]):
                del places[service["id"]]["words"]
    for place in (*before["geo.places"].values(), *after["geo.places"].values()):
        del place["open_days_version"]
    assert after == before


async def _listed(market: Market) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await market.call(None, "GET", "/catalog/services?limit=20"))["items"]
    return items


async def _edit(market: Market, service: dict[str, Any], title: str) -> None:
    owner = Person(service["provider_id"], service["provider_name"], ("user", "provider"))
    await market.call(owner, "PATCH", f"/catalog/services/{service['id']}", {"title": title})
