"""The older GigSta's database, brought in: killed twice on the way, begun again, compared, and lived in afterwards."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from bson import encode

from gigsta_bookings.models import Booking
from gigsta_bookings.models.history import checked
from gigsta_bookings.models.quotas import quotas_of
from gigsta_cli.legacy.made import new_id
from gigsta_cli.seed.market import Market, Person, open_market
from gigsta_cli.up.plan import SERVICES
from gigsta_common.clock import ManualClock
from gigsta_common.localservers import Mongod
from gigsta_common.testing.waiting import until

from . import older_gigsta
from .importing import Client, count, run
from .older_gigsta import NAME, PASSWORD, Older

COMMAND = [sys.executable, "-m", "gigsta_cli", "import-legacy"]
BESIDES = {"auth.security_events", "auth.sessions", "auth.throttle"}


def sums(mongod: Mongod, *names: str) -> dict[str, str]:
    """A checksum for each collection of the databases of these names, read in another way than the one under test."""
    found = {}
    with Client(mongod.url) as client:
        for name in names:
            for collection in client[name].list_collection_names():
                rows = [encode(row) for row in client[name][collection].find().sort("_id", 1)]
                found[f"{name}.{collection}"] = sha256(b"".join(rows)).hexdigest()
    return found


def killed_when(mongod: Mongod, service: str, collection: str) -> None:
    """Run the import in a process of its own, and kill it as soon as there is anything in that collection."""
    child = subprocess.Popen(COMMAND, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    try:
        until(lambda: count(mongod, service, collection) > 0 or child.poll() is not None)
        assert child.poll() is None, "it was done before it could be killed"
    finally:
        child.kill()
        child.wait()


def test_killed_twice_begun_again_and_lived_in(server: Mongod) -> None:
    older = Older(datetime.now(UTC))
    older.write(server.url)
    before = sums(server, NAME)

    with pytest.MonkeyPatch.context() as terminal:
        terminal.setenv("FORCE_COLOR", "1")
        code, said = run("import-legacy", "--dry-run")
    assert code == 0, said
    assert f"{len(older.bookings)}/{len(older.bookings)}" in said, "the progress bar of the bookings"
    assert "Nothing here takes over these fields of users: avatar_url (54)" in said
    assert "a new one has to be chosen by mail" in said
    assert all(count(server, service, name) == 0 for service, name in (("auth", "users"), ("bookings", "bookings")))

    killed_when(server, "auth", "users")
    killed_when(server, "bookings", "bookings")
    assert 0 < count(server, "bookings", "bookings") < len(older.bookings)

    code, said = run("import-legacy")
    assert code == 0, said
    for kind in ("users", "services", "bookings", "ratings"):
        rows = len(older.users + older.providers) if kind == "users" else len(getattr(older, kind))
        assert f"{rows} old, {rows} equal\n" in said, said
    assert run("ratings", "check")[0] == 0

    written = sums(server, *(f"gigsta_{service}" for service in SERVICES))
    code, said = run("import-legacy")
    assert code == 0, said
    again = sums(server, *(f"gigsta_{service}" for service in SERVICES))
    replayed = {
        "gigsta_bookings.offerings",
        "gigsta_catalog.providers",
        "gigsta_ratings.invitations",
        "gigsta_ratings.endings",
    }
    assert {name for name in written if written[name] != again[name]} <= replayed, "a second import changed something"
    assert sums(server, NAME) == before, "the older database was written to"
    check_what_became_of_it(server, older)


def check_what_became_of_it(server: Mongod, older: Older) -> None:
    with Client(server.url, tz_aware=True) as client:
        users = {row["_id"]: row for row in client["gigsta_auth"]["users"].find()}
        first, unverified, inactive, unknown, admin = (users[new_id("users", older.users[n]["_id"])] for n in range(5))
        assert first["email"] == "person0@example.com"
        assert first["identities"][0]["key"] == "google 1234567"
        assert unverified["email_verified_at"] is None
        assert unverified["onboarding_status"] == "provisional"
        assert inactive["suspension"]["admin_id"] == "operator"
        assert unknown["password_hash"] is None
        assert admin["roles"] == ["user"], "the report says whom to make one"
        assert list(users) == sorted(users), "in order of ids is in order of time"
        provider = users[new_id("users", older.providers[0]["_id"])]
        assert (provider["provider_status"], provider["application"]["trading_name"]) == ("approved", "Works 0")
        kept = client["gigsta_bookings"]["bookings"].find({}, {"outbox": 0, "words": 0, "wake_at": 0}).to_list()
        assert all(checked(row).broken_at is None for row in kept)
        bookings = [Booking.model_validate(row) for row in kept]
        registers = client["gigsta_bookings"]["quotas"].find()
        counted = Counter((row["_id"], holder) for row in registers for holder in row["holders"])
        assert counted == Counter((quota.register, booking.id) for booking in bookings for quota in quotas_of(booking))
        assert len(counted) == older_gigsta.PROVIDERS * older_gigsta.FUTURE_A_PROVIDER
        past = next(booking for booking in bookings if booking.status == "completed")
        assert [entry.action for entry in past.history] == ["create", "accept", "import"]
        assert past.history[1].note == "Accepted by provider"
        categories = {row["_id"]: row for row in client["gigsta_catalog"]["categories"].find()}
        assert categories["beekeeping"]["subcategories"] == [{"id": "swarms", "name": "Swarms"}]
        prices = {row["price"]["amount"] for row in client["gigsta_catalog"]["services"].find()}
        assert prices == {8550, 9025}
        schedule = client["gigsta_bookings"]["schedules"].find_one({"_id": provider["_id"]})
        assert schedule is not None
        assert schedule["plan"]["timezone"] == "Pacific/Auckland"


async def test_people_go_on_as_before(server: Mongod) -> None:
    older = Older(datetime.now(UTC))
    older.write(server.url)
    code, said = await asyncio.to_thread(run, "import-legacy")
    assert code == 0, said
    async with open_market(ManualClock(datetime.now(UTC))) as market:
        login = {"email": "person20@example.com", "password": PASSWORD}
        with Client(server.url) as client:
            users = client["gigsta_auth"]["users"]
            found = users.find_one({"email": login["email"]})
            assert found is not None
            assert "#$2b$04$" in found["password_hash"]
            for _ in range(2):
                answer = await market.call(None, "POST", "/auth/login", login)
            again = users.find_one({"email": login["email"]})
            assert again is not None
            assert "#" not in again["password_hash"], "the first login has made an ordinary hash of it"
        customer = Person(answer["user"]["id"], answer["user"]["full_name"], ("user",))
        await _book(market, customer, older)


async def _book(market: Market, customer: Person, older: Older) -> None:
    mine = await market.call(customer, "GET", "/bookings?limit=100")
    assert len(mine["items"]) == older_gigsta.PAST_A_CUSTOMER + older_gigsta.PROVIDERS
    found = await market.call(None, "GET", "/catalog/services?q=mowing&limit=50")
    assert len(found["items"]) == older_gigsta.PROVIDERS
    assert all(item["rating"]["count"] > 0 for item in found["items"])
    near = await market.call(None, "GET", "/geo/nearby?lat=-36.87&lng=174.76&radius_km=10")
    assert len(near["items"]) == older_gigsta.PROVIDERS
    service = found["items"][0]["id"]
    start, end = (older.now + timedelta(days=days) for days in (3, 12))
    times = await market.call(None, "GET", f"/bookings/availability?service_id={service}&from={start:%F}&to={end:%F}")
    taken = {row["starts_at"] for row in older.bookings if new_id("services", _service(row)) == service}
    free = [datetime.fromisoformat(slot["starts_at"]) for slot in times["items"]]
    assert free
    assert not taken & set(free)
    wish = {"service_id": service, "starts_at": free[0].isoformat()}
    made = await market.call(customer, "POST", "/bookings", wish)
    await market.settle()
    provider = Person(made["provider"]["id"], "Works", ("user", "provider"))
    accepted = await market.call(provider, "POST", f"/bookings/{made['id']}/actions/accept", {})
    assert accepted["status"] == "confirmed"
    await market.settle()
    inbox = await market.call(customer, "GET", "/notifications")
    assert any(made["id"] in item["link"] for item in inbox["items"])


def _service(row: dict[str, Any]) -> Any:
    return getattr(row["service"], "id", row["service"])


def contest(older: Older, number: int, status: str, *lines: tuple[str, str, str | None]) -> str:
    """Give an old booking that status, and lines `who, action, status`; return its id here."""
    row = older.bookings[number]
    service = next(one for one in older.services if one["_id"] == getattr(row["service"], "id", row["service"]))
    who = {"customer": row["customer"], "provider": service["provider"], "nobody": None}
    log = [
        {"action_name": action, "actor": who[side], "status": to, "timestamp": row["ends_at"] + timedelta(hours=place)}
        for place, (side, action, to) in enumerate(lines)
    ]
    row |= {"status": status, "audit_log": row.get("audit_log", []) + log}
    return new_id("bookings", row["_id"])


def test_a_dispute_goes_on_where_the_log_says_whose_it_is(server: Mongod) -> None:
    older = Older(datetime.now(UTC), future=2)
    older.ratings = older.ratings[-1:]
    begun = ("provider", "start", "in_progress")
    by_customer = contest(older, 0, "disputed", begun, ("customer", "dispute", "disputed"))
    by_provider = contest(older, 1, "in_dispute", ("provider", "open_dispute", None))
    absent = contest(older, 2, "no_show_reported", ("provider", "report_no_show", "no_show_reported"))
    contested = contest(
        older, 3, "disputed", ("provider", "absent", "no_show_reported"), ("customer", "contest", "disputed")
    )
    nobodys = contest(older, 4, "disputed", ("nobody", "flag", "disputed"))
    marked = contest(older, 5, "awaiting_confirmation", begun, ("provider", "complete", "awaiting_confirmation"))
    older.write(server.url)
    code, said = run("import-legacy")
    assert code == 1
    assert "disputes   3 of 4 go on here" in said, said
    assert f"bookings {older.bookings[4]['_id']}: dispute: the old audit log does not say which side began it" in said
    code, said = run("import-legacy", "--skip-broken")
    assert code == 0, said
    assert run("import-legacy", "--skip-broken")[0] == 0, "it is the same a second time"
    with Client(server.url, tz_aware=True) as client:
        rows = client["gigsta_bookings"]["bookings"]
        found = {name: rows.find_one({"_id": name}) for name in (by_customer, by_provider, absent, contested, marked)}
        assert rows.count_documents({"_id": nobodys}) == 0
    sides = {
        name: (row["status"], *((row["dispute"]["opened_by"], row["dispute"]["from_status"]) if row["dispute"] else ()))
        for name, row in found.items()
        if row is not None
    }
    assert sides == {
        by_customer: ("disputed", "customer", "in_progress"),
        by_provider: ("disputed", "provider", "awaiting_confirmation"),
        contested: ("disputed", "customer", "no_show_reported"),
        absent: ("no_show",),
        marked: ("completed",),
    }
    assert (found[contested] or {})["no_show"]["reporter"] == "provider"


async def test_an_old_dispute_is_decided_here(server: Mongod) -> None:
    older = Older(datetime.now(UTC), future=2)
    older.ratings = older.ratings[-1:]
    withdrawn = contest(older, 0, "disputed", ("customer", "dispute", "disputed"))
    decided = contest(older, 4, "disputed", ("provider", "dispute", "disputed"))
    older.write(server.url)
    code, said = await asyncio.to_thread(run, "import-legacy")
    assert code == 0, said
    async with open_market(ManualClock(datetime.now(UTC))) as market:
        customer = Person(new_id("users", older.users[0]["_id"]), "Person 0", ("user",))
        admin = Person(new_id("users", older.users[4]["_id"]), "Person 4", ("user", "admin"))
        back = await market.call(customer, "POST", f"/bookings/{withdrawn}/actions/withdraw_dispute", {})
        assert back["status"] == "awaiting_confirmation"
        reason = {"reason": "The work was done."}
        done = await market.call(admin, "POST", f"/bookings/{decided}/actions/resolve_completed", reason)
        assert done["status"] == "completed"


def test_what_cannot_be_taken_over_is_said_and_left_out_only_on_demand(server: Mongod) -> None:
    older = Older(datetime.now(UTC), future=2)
    older.users[7]["email"] = "PERSON6@example.com"
    older.users[8]["email"] = "nobody"
    older.bookings[0]["status"] = "postponed"
    older.bookings[-1]["starts_at"] = older.bookings[-2]["starts_at"]
    older.ratings[0]["score"] = 11
    older.ratings[1]["booking"] = older_gigsta.key(9, 9)
    older.write(server.url)
    code, said = run("import-legacy")
    assert code == 1
    for reason in (
        "email: another account has the same",
        "customer: cannot be taken over itself",
        "status: 'postponed' has no counterpart",
        "starts_at: another booking has that time",
        "booking: is not there",
        "Nothing was written.",
    ):
        assert reason in said, said
    assert "hunter" not in said
    assert count(server, "auth", "users") == 0
    code, said = run("import-legacy", "--skip-broken")
    assert code == 0, said
    assert "54 old, 52 equal, 2 left out" in said
    with Client(server.url) as client:
        users, ratings = client["gigsta_auth"]["users"], client["gigsta_ratings"]["ratings"]
        users.update_one({"email": "person5@example.com"}, {"$set": {"full_name": "New Name"}, "$inc": {"version": 1}})
        ratings.delete_one({})
        ratings.update_one({}, {"$set": {"comment": "forged"}})
        code, said = run("import-legacy", "--skip-broken")
    assert code == 1, "a document that is not as it was, and that nobody has changed here"
    assert "differs in comment" in said
    assert "54 old, 51 equal, 1 changed here since, 2 left out" in said


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda env: env.delenv("LEGACY_MONGODB_URL"), "Set LEGACY_MONGODB_URL"),
        (lambda env: env.setenv("LEGACY_MONGODB_URL", "mongodb://127.0.0.1:1"), "has to name it"),
        (lambda env: run("migrate", "down", "--service", "geo"), "run `gigsta migrate up` first"),
    ],
)
def test_what_has_to_be_there_first(server: Mongod, monkeypatch: pytest.MonkeyPatch, spoil: Any, sentence: str) -> None:
    Older(datetime.now(UTC), future=0).write(server.url)
    spoil(monkeypatch)
    code, said = run("import-legacy")
    assert (code, sentence in said) == (1, True), said


def test_a_database_of_something_else_is_refused(server: Mongod) -> None:
    code, said = run("import-legacy")
    assert code == 1
    assert "has no collection users, nor User" in said
