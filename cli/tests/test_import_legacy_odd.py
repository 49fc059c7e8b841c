"""Old documents that nobody would write: named, counted, left out on demand, and never half taken over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import Binary, DBRef, encode
from bson.raw_bson import RawBSONDocument

from gigsta_auth.models.identities import Identity, identity_key
from gigsta_auth.models.users import new_user
from gigsta_bookings.models import Booking
from gigsta_cli.legacy.here import Here
from gigsta_cli.legacy.made import new_id
from gigsta_common.localservers import Mongod

from . import older_gigsta
from .importing import Client, count, run
from .older_gigsta import NAME, Older, Row, key, user

LATE = 9  # past bookings: one of each customer, whose number is the booking's
Spoil = Callable[[Older], Any]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(older_gigsta, "CUSTOMERS", 20)
    monkeypatch.setattr(older_gigsta, "PROVIDERS", 2)
    monkeypatch.setattr(older_gigsta, "PAST_A_CUSTOMER", 1)


@pytest.fixture
def older() -> Older:
    made = Older(datetime.now(UTC), future=2)
    made.ratings = made.ratings[10:]
    return made


def by_id(server: Mongod, service: str, collection: str) -> dict[str, Row]:
    with Client(server.url, tz_aware=True) as client:
        return {row["_id"]: row for row in client[f"gigsta_{service}"][collection].find()}


ODD: dict[str, Spoil] = {
    "name: Value error, must have a letter": lambda o: o.categories.append({"_id": key(2, 9), "name": "???"}),
    "name: Value error, no id of 1 to 60": lambda o: o.categories.append({"_id": key(2, 8), "name": "日本"}),
    "name: String should have at most 80": lambda o: o.categories.append({"_id": key(2, 7), "name": "x" * 100_000}),
    "users dict {'a': 1}: _id: Value error, is neither": lambda o: o.users.append(user(90) | {"_id": {"a": 1}}),
    "users float 5.5: _id: Value error, is neither": lambda o: o.users.append(user(91) | {"_id": 5.5}),
    "users bool True: _id: Value error, is neither": lambda o: o.users.append(user(92) | {"_id": True}),
    "users Binary Binary(b'x', 128): _id: Value error, is neither": lambda o: o.users.append(
        user(93) | {"_id": Binary(b"x", 128)}
    ),
    "users 94: oauth_accounts.0.account_id: String should have at most": lambda o: o.users.append(
        user(94) | {"_id": 94, "oauth_accounts": [{"oauth_name": "google", "account_id": "9" * 10_000}]}
    ),
    "users 95: created_at: Value error, does not lie": lambda o: o.users.append(
        user(95) | {"_id": 95, "created_at": datetime(1, 1, 1, tzinfo=UTC)}
    ),
    "services 1: provider: Value error, is neither": lambda o: o.services.append(
        o.services[0] | {"_id": 1, "provider": DBRef("users", {"a": 1})}
    ),
    "services 2: provider: Value error, is neither": lambda o: o.services.append(
        o.services[0] | {"_id": 2, "provider": {"_id": {"a": 1}}}
    ),
    "services 3: price: Input should be less than": lambda o: o.services.append(
        o.services[0] | {"_id": 3, "price": "1e999999"}
    ),
    "services 4: category: there is none of that": lambda o: o.services.append(
        o.services[0] | {"_id": 4, "category": key(2, 9)}
    ),
    "bookings 10: price: Input should be less": lambda o: o.bookings.append(again(o, 10, price=1e22)),
    "bookings 11: price: Input should be greater": lambda o: o.bookings.append(again(o, 11, price=-50.0)),
    "bookings 12: price: Input should be less": lambda o: o.bookings.append(again(o, 12, price=900_000_000.0)),
    "bookings 13: ends_at: is not 5 minutes to 24 hours": lambda o: o.bookings.append(
        again(o, 13, ends_at=o.now + timedelta(days=36500))
    ),
    "bookings 14: starts_at: Value error, does not lie": lambda o: o.bookings.append(
        again(o, 14, starts_at=datetime(9999, 12, 31, 23, 30, tzinfo=UTC), ends_at=None)
    ),
    "bookings 15: starts_at: Value error, does not lie": lambda o: o.bookings.append(
        again(o, 15, starts_at="0001-01-01T00:00:00+13:00")
    ),
    "bookings 16: audit_log: Tuple should have at most 1000": lambda o: o.bookings.append(
        again(o, 16, audit_log=[{"action_name": "x"}] * 100_000)
    ),
    "bookings 17: status: '[/b]": lambda o: o.bookings.append(again(o, 17, status="[/b]\x1b[31m")),
}


def again(older: Older, number: int, **more: Any) -> Row:
    return older.bookings[0] | {"_id": number, **more}


def test_each_is_named_in_the_dry_run_and_left_out_on_demand(server: Mongod, older: Older) -> None:
    good = {kind: len(getattr(older, kind)) for kind in ("services", "bookings", "ratings")}
    good["users"] = len(older.users + older.providers)
    good["bookings"] += 1
    for spoil in ODD.values():
        spoil(older)
    older.users += [user(96, email="five@example.com") | {"_id": 5}, user(97, email="V@example.com") | {"_id": "5"}]
    older.write(server.url)
    with Client(server.url) as client:
        late = {"$toDate": {"$toLong": "300000000000000"}}
        client[NAME]["bookings"].insert_one(again(older, 18))
        no_utf8 = encode(again(older, 19, note="AAAA")).replace(b"AAAA", b"\xff\xfeAA")
        client[NAME]["bookings"].insert_one(RawBSONDocument(no_utf8))  # may come
        client[NAME]["bookings"].update_one({"_id": 18}, [{"$set": {"created_at": late}}])
    code, said = run("import-legacy", "--dry-run")
    assert code == 1
    for reason in (*ODD, "bookings 18: created_at: Input should be a valid datetime"):
        assert reason in said, (reason, said)
    assert "\x1b" not in said
    assert max(len(line) for line in said.splitlines()) < 2100
    assert f"{'categories':<10} 3 of 6 can be taken over" in said
    code, said = run("import-legacy")
    assert code == 1
    assert "Nothing was written." in said
    assert count(server, "auth", "users") == 0
    for _ in range(2):
        code, said = run("import-legacy", "--skip-broken")
        assert code == 0, said
        assert f"users      {good['users'] + 8} old, {good['users'] + 2} equal, 6 left out" in said
        for kind, left in (("services", 4), ("bookings", 9), ("ratings", 0)):
            assert f"{kind:<10} {good[kind] + left} old, {good[kind]} equal" in said
    assert set(by_id(server, "catalog", "categories")) >= {"gardening", "beekeeping"}
    assert all(0 < len(name) <= 60 for name in by_id(server, "catalog", "categories"))


def test_times_without_a_zone_are_in_utc_as_mongos_are_and_are_counted(server: Mongod, older: Older) -> None:
    row = older.bookings[LATE]
    row |= {"starts_at": "2024-04-01T10:00:00", "ends_at": "2024-04-01T11:00:00+00:00", "created_at": "2024-03-01"}
    row["audit_log"][0]["timestamp"] = "2024-03-02T10:00:00.123456"
    older.users[6]["created_at"] = "2024-03-01 09:00:00"
    older.write(server.url)
    code, said = run("import-legacy", "--dry-run")
    assert code == 0, said
    assert "taken for UTC: 1 of users" in said
    assert "taken for UTC: 3 of bookings" in said
    assert run("import-legacy")[0] == 0
    kept = by_id(server, "bookings", "bookings")[new_id("bookings", row["_id"])]
    assert kept["starts_at"] == datetime(2024, 4, 1, 10, tzinfo=UTC)
    assert kept["history"][1]["at"] == datetime(2024, 3, 2, 10, 0, 0, 123000, tzinfo=UTC)
    born = by_id(server, "auth", "users")[new_id("users", older.users[6]["_id"])]["created_at"]
    assert born == datetime(2024, 3, 1, 9, tzinfo=UTC)


def test_what_people_wrote_comes_as_a_request_may_say_it(server: Mongod, older: Older) -> None:
    older.users[5] |= {
        "full_name": "Ada\x1b \u202eLovelace",
        "phone_number": "call me",
        "address": "?",
        "hashed_password": "$argon2id$garbage",
    }
    older.users[6] |= {"full_name": "<script>", "hashed_password": "$2b$31$" + "a" * 53}
    older.users[7] |= {"full_name": "Zoë " + "x" * 200}
    older.providers[0] |= {"business_name": "www.evil.example", "full_name": "Pat", "address": "1 Long Road " * 50}
    older.providers[1] |= {"business_name": "", "full_name": None, "email": "gigsta.team@example.com"}
    row = older.bookings[LATE]
    row |= {"note": "n\x00" * 500_000, "address": "x" * 1000}
    row["audit_log"][0] |= {"note": "a" * 1_000_000, "action_name": "\x1b" + "b" * 1000}
    older.ratings[0]["review"] = "c" * 5000
    older.write(server.url)
    code, said = run("import-legacy")
    assert code == 0, said
    for line in (
        "phone_number: may not be as it was, and is left out",
        "full_name: may not be as it was, and is changed",
        "trading_name: may not be as it was, and is changed",
        "note: may not be as it was, and is changed",
        "comment: may not be as it was, and is changed",
    ):
        assert line in said, said
    users = by_id(server, "auth", "users")
    ada, script, long = (users[new_id("users", older.users[number]["_id"])] for number in (5, 6, 7))
    assert (ada["full_name"], ada["phone_number"], ada["address"]) == ("Ada Lovelace", None, None)
    assert (ada["password_hash"], script["password_hash"], script["full_name"]) == (None, None, None)
    assert len(long["full_name"]) == 100
    pat, team = (new_id("users", one["_id"]) for one in older.providers)
    assert users[pat]["application"]["trading_name"] == "Pat"
    assert len(users[pat]["application"]["address"]) <= 300
    assert by_id(server, "catalog", "providers")[team]["trading_name"] == "Provider"
    booking = Booking.model_validate(by_id(server, "bookings", "bookings")[new_id("bookings", row["_id"])])
    assert booking.note == "n" * 2000
    assert len(booking.address or "") == 300
    assert (booking.history[1].note, booking.history[1].action) == ("a" * 2000, "b" * 60)
    assert len(by_id(server, "ratings", "ratings")[new_id("ratings", older.ratings[0]["_id"])]["comment"]) == 2000


def test_nobody_becomes_an_administrator_by_it(server: Mongod, older: Older) -> None:
    older.users[6] |= {"role": "ADMIN", "is_verified": False}
    older.users[7] |= {"roles": ["customer", "admin"]}
    older.write(server.url)
    code, said = run("import-legacy")
    assert code == 0, said
    for number in (4, 6, 7):
        assert (
            f"was an administrator, and is none here before you say so: gigsta users grant-admin person{number}@"
            in said
        )
    assert said.count("was an administrator") == 3
    assert all("admin" not in row["roles"] for row in by_id(server, "auth", "users").values())
    assert run("users", "grant-admin", "person7@example.com")[0] == 0
    code, said = run("import-legacy")
    assert code == 0, said
    assert by_id(server, "auth", "users")[new_id("users", older.users[7]["_id"])]["roles"] == ["user", "admin"]


def stranger(server: Mongod, email: str, *identities: Identity) -> None:
    """Somebody who has registered here meanwhile."""
    account = new_user("01900000-0000-7000-8000-000000000001", email, None, "Stranger", datetime.now(UTC))
    with Client(server.url) as client:
        client["gigsta_auth"]["users"].insert_one({**account, "version": 1, "identities": list(identities)})


SAME = Identity(
    key=identity_key("google", "77"), provider="google", subject="77", email=None, linked_at=datetime.now(UTC)
)


@pytest.mark.parametrize(
    ("email", "identities", "field"),
    [("works0@example.com", (), "email"), ("new@example.com", (SAME,), "oauth_accounts")],
)
def test_an_account_that_is_here_already_is_found_before_and_nothing_comes_of_the_old(
    server: Mongod, older: Older, email: str, identities: tuple[Identity, ...], field: str
) -> None:
    older.providers[0]["oauth_accounts"] = [{"oauth_name": "google", "account_id": "77"}]
    older.write(server.url)
    stranger(server, email, *identities)
    code, said = run("import-legacy", "--dry-run")
    assert code == 1
    assert f"{field}: an account here has the same already (01900000-0000-7000-8000-000000000001)" in said
    code, said = run("import-legacy", "--skip-broken")
    assert code == 0, said
    nothing_of(server, older.providers[0])


def nothing_of(server: Mongod, provider: Row) -> None:
    left = new_id("users", provider["_id"])
    for service, collection in (("auth", "users"), ("notifications", "addresses"), ("catalog", "providers")):
        assert left not in by_id(server, service, collection)
    assert all(row["provider_id"] != left for row in by_id(server, "catalog", "services").values())
    assert all(row["provider_id"] != left for row in by_id(server, "bookings", "bookings").values())
    assert count(server, "bookings", "bookings") > 0


def test_who_registers_while_it_writes_is_refused_and_nothing_else(
    server: Mongod, older: Older, monkeypatch: pytest.MonkeyPatch
) -> None:
    older.write(server.url)
    stranger(server, "works0@example.com")

    async def nobody(*_: object) -> dict[Any, str]:
        return {}

    monkeypatch.setattr(Here, "refusals", nobody)
    code, said = run("import-legacy")
    assert code == 1
    assert f"Was refused: users {older.providers[0]['_id']}: auth.users: E11000" in said, said
    assert f"Was refused: services {older.services[0]['_id']}: provider: cannot be taken over itself" in said
    nothing_of(server, older.providers[0])


def test_an_import_that_broke_off_within_a_person_goes_on(server: Mongod, older: Older) -> None:
    older.write(server.url)
    assert run("import-legacy")[0] == 0
    someone = new_id("users", older.providers[0]["_id"])
    with Client(server.url) as client:
        client["gigsta_notifications"]["addresses"].delete_one({"_id": someone})
        client["gigsta_catalog"]["providers"].delete_one({"_id": someone})
        client["gigsta_bookings"]["schedules"].delete_one({"_id": someone})
    code, said = run("import-legacy")
    assert code == 0, said
    assert someone in by_id(server, "notifications", "addresses")
    assert someone in by_id(server, "bookings", "schedules"), "nobody could book them"
    assert by_id(server, "catalog", "providers")[someone]["status"] == "approved"


def test_whoever_has_closed_their_account_here_does_not_come_again(server: Mongod, older: Older) -> None:
    older.write(server.url)
    assert run("import-legacy")[0] == 0
    gone, booked = new_id("users", older.users[LATE]["_id"]), new_id("bookings", older.bookings[LATE]["_id"])
    with Client(server.url) as client:
        client["gigsta_auth"]["users"].delete_one({"_id": gone})
        tombstone = {"_id": gone, "closed_at": datetime.now(UTC), "version": 2, "outbox": []}
        client["gigsta_auth"]["closed_users"].insert_one(tombstone)
        client["gigsta_bookings"]["bookings"].update_one({"_id": booked}, {"$set": {"customer_name": None}})
    code, said = run("import-legacy")
    assert code == 0, said
    assert f"Stays out: users {older.users[LATE]['_id']}: is of somebody who has closed their account here" in said
    assert "users      22 old, 21 equal, 1 left out" in said
    assert gone not in by_id(server, "auth", "users")
    assert by_id(server, "bookings", "bookings")[booked]["customer_name"] is None
