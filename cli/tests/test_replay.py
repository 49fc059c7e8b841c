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
from gigsta_cli.seed.data import DOMAIN, PASSWORD
from gigsta_cli.seed.load import seed
from gigsta_cli.seed.market import Market, Person, open_market
from gigsta_common.clock import ManualClock
from gigsta_common.localservers import Mongod
from gigsta_common.mongo import Database

Documents = dict[str, dict[str, Any]]

WRITTEN = {"version", "stale", "updated_at", "held", "next_at"}
"""What only says how often and when a document was written."""
TOLD = {"sequence", "barred_sequence"}
"""Of what auth tells: a replay tells it with the account's version, which may be above the event's of then."""

READ_MODELS: dict[tuple[str, str], set[str]] = {
    ("geo", "places"): set(),
    ("geo", "cells"): set(),
    ("bookings", "offerings"): set(),
    ("bookings", "suspensions"): TOLD,
    ("bookings", "departures"): set(),
    ("ratings", "invitations"): set(),
    ("ratings", "endings"): set(),
    ("ratings", "closed_users"): set(),
    ("ratings", "suspensions"): TOLD,
    ("catalog", "providers"): TOLD,
    ("notifications", "addresses"): TOLD,
}
"""And what of each is not compared."""
NO_GUESTS = {"_id": {"$not": {"$regex": "^guest-"}}}
"""What is known of guests is in no other database: it is no copy."""
UNRATED = {"rating": {"average": None, "weighted": None, "count": 0, "version": -1}}


@pytest.fixture(scope="module")
def demo() -> Iterator[Mongod]:
    with Mongod() as mongod, pytest.MonkeyPatch.context() as environment:
        environment.setenv("MONGODB_URL", mongod.url)
        environment.setenv("AMQP_URL", "amqp://nobody.invalid")
        environment.setenv("JWKS_URL", "http://nobody.invalid/jwks.json")
        environment.setenv("KEY_ENCRYPTION_KEY", "A" * 43 + "=")
        environment.setenv("ENVIRONMENT", "development")
        environment.setenv("ADMIN_SECOND_FACTOR", "true")  # the demo data are made all the same
        assert CliRunner().invoke(app, ["migrate", "up"]).exit_code == 0
        assert seed(if_empty=True)
        asyncio.run(_people_come_and_go())
        yield mongod


async def _people_come_and_go() -> None:
    """One is suspended, one was, and a customer and a provider have closed their accounts."""
    async with open_market(ManualClock(datetime.now(UTC))) as market:
        db = market.apps["auth"].state.runtime.db
        admin = Person((await _user(db, "admin"))["_id"], "Ada", ("user", "admin"))
        owners = {service["provider_id"] for service in await _listed(market)}
        barred, let_in, leaving = sorted(owners - {(await _user(db, "provider"))["_id"]})[:3]
        for user_id in (barred, let_in):
            await market.call(admin, "POST", f"/auth/admin/users/{user_id}/suspend", {"reason": "Complaints."})
        await market.settle()
        await market.call(admin, "POST", f"/auth/admin/users/{let_in}/reinstate", {"reason": "Cleared up."})
        for user_id in (leaving, (await _user(db, "customer"))["_id"]):
            await market.call(Person(user_id, "", ("user",)), "DELETE", "/auth/me", {"password": PASSWORD})
        await market.settle()
        while await market.apps["bookings"].state.use_cases.departures.run_due():
            await market.settle()
        while await market.apps["bookings"].state.use_cases.open_days.run_due():
            await market.settle()


async def _user(db: Database, login: str) -> dict[str, Any]:
    found = await db["users"].find_one({"email": f"{login}@{DOMAIN}"})
    assert found is not None
    return found


def kept(mongod: Mongod) -> dict[str, Documents]:
    """Every read model, and the ratings that are copied onto services."""
    with MongoClient[dict[str, Any]](mongod.url) as client:
        found = {}
        for (service, name), left_out in READ_MODELS.items():
            documents = client[f"gigsta_{service}"][name].find({"count": {"$ne": 0}, **NO_GUESTS})
            found[f"{service}.{name}"] = {one["_id"]: _plain(one, WRITTEN | left_out) for one in documents}
        rated = client["gigsta_catalog"]["services"].find({}, {"rating": 1, "rating_rank": 1})
        found["catalog.services"] = {document["_id"]: document for document in rated}
        return found


def _plain(document: dict[str, Any], left_out: set[str]) -> dict[str, Any]:
    """Not to be barred (any more) is the same, said or not."""
    plain = {name: value for name, value in document.items() if name not in left_out}
    return {name: value for name, value in plain.items() if (name, value) != ("barred", False)}


def wipe(mongod: Mongod) -> None:
    with MongoClient[dict[str, Any]](mongod.url) as client:
        for service, name in READ_MODELS:
            client[f"gigsta_{service}"][name].delete_many(NO_GUESTS)
        client["gigsta_catalog"]["services"].update_many({}, {"$set": {**UNRATED, "rating_rank": 0.0}})


def replayed() -> str:
    done = CliRunner().invoke(app, ["replay"])
    assert done.exit_code == 0, done.output
    return done.output


def test_what_was_wiped_is_equal_afterwards_and_again_the_second_time(demo: Mongod) -> None:
    before = kept(demo)
    of_accounts = ("bookings.suspensions", "bookings.departures", "ratings.closed_users", "ratings.suspensions")
    few = dict.fromkeys(of_accounts, 2)
    assert all(len(documents) >= few.get(name, 20) for name, documents in before.items()), list(map(len, before))
    assert sum(bool(one.get("barred")) for one in before["bookings.suspensions"].values()) == 1
    assert sum(bool(one.get("barred")) for one in before["catalog.providers"].values()) == 1
    assert sum(bool(one.get("closed")) for one in before["catalog.providers"].values()) == 2
    assert sum(one["closed"] for one in before["notifications.addresses"].values()) == 2
    assert any(place.get("open_days") for place in before["geo.places"].values())
    with MongoClient[dict[str, Any]](demo.url) as client:
        addresses = client["gigsta_notifications"]["addresses"]
        guests = addresses.find({"secret": {"$exists": True}}).to_list()
        assert len(guests) >= 2
        wipe(demo)
        assert kept(demo) != before
        replayed()
        assert addresses.find({"secret": {"$exists": True}}).to_list() == guests
    assert kept(demo) == before
    assert {line.rpartition(", ")[2] for line in replayed().splitlines()} == {"0 forgotten"}
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
        providers, addresses = client["gigsta_catalog"]["providers"], client["gigsta_notifications"]["addresses"]
        providers.update_one({"status": "approved"}, {"$set": {"trading_name": "Nonsense", "status": "pending"}})
        providers.insert_one({**UNRATED, "_id": "ghost", "status": "approved", "trading_name": "G.", "sequence": 3})
        addresses.update_one({"closed": False, **NO_GUESTS}, {"$set": {"email": "nobody@example.com"}})
        addresses.insert_one({"_id": "ghost", "email": "g@example.com", "closed": False, "sequence": 1})
        for name in ("suspensions", "departures"):
            client["gigsta_bookings"][name].insert_one({"_id": "ghost", "sequence": 1, "barred": True})
        client["gigsta_ratings"]["closed_users"].insert_one({"_id": "ghost"})
        client["gigsta_ratings"]["suspensions"].insert_one({"_id": "ghost", "sequence": 1, "barred": True})
    replayed()
    with MongoClient[dict[str, Any]](demo.url) as client:
        ghost = client["gigsta_catalog"]["providers"].find_one_and_delete({"_id": "ghost"})
        assert ghost is not None
        assert (ghost["status"], ghost["trading_name"]) == (None, "")
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


def test_a_job_in_production_needs_no_mail_server(demo: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept(demo)
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("GATEWAY_SECRET", "shared-with-the-gateway")
    assert "addresses" in CliRunner().invoke(app, ["replay", "--service", "notifications"]).output
    assert kept(demo) == before
