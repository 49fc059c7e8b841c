"""Guests: whose account their booking goes to, and how they choose a password for one that has none."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gigsta_auth.crud import Auth
from gigsta_common.clock import ManualClock
from gigsta_common.events import BookingChanged
from gigsta_common.testing.service import TestService

from .conftest import COOKIE, PASSWORD, Json, LogIn, log_in, mailed, mailed_token, problem, register, together, verify

SECRET = "the-secret-of-the-mail"
GUS = {"email": "Gus@Example.com", "full_name": "Gus Guest"}
CHOSEN = "the-password-of-gus"


def verified(clock: ManualClock, booking_id: str = "booking-1", secret: str = SECRET, **who: Any) -> BookingChanged:
    now = clock.now()
    facts = {
        "booking_id": booking_id,
        "customer_id": f"guest-{booking_id}",
        "customer_name": "Gus Guest",
        "provider_id": "pat",
        "provider_name": "Pat",
        "service_id": "service-1",
        "service_title": "Tap repair",
        "price": {"amount": 8500, "currency": "NZD"},
        "starts_at": now + timedelta(days=2),
        "ends_at": now + timedelta(days=2, hours=1),
        "timezone": "Pacific/Auckland",
        "action_name": "verify_guest",
        "from_status": "awaiting_verification",
        "to_status": "pending",
        "actor": "guest",
        "note": "Email verified",
        "at": now,
        "verified_guest": GUS | {"secret_hash": hashlib.sha256(secret.encode()).hexdigest()} | who,
    }
    return BookingChanged.model_validate(facts)


class House:
    def __init__(self, service: TestService, clock: ManualClock) -> None:
        self.service = service
        self.clock = clock

    async def hear(self, booking_id: str = "booking-1", secret: str = SECRET, **who: Any) -> None:
        event = verified(self.clock, booking_id, secret, **who)
        await self.service.receive("booking.verified", event, subject=booking_id, sequence=2)

    async def look(self, booking_id: str = "booking-1", secret: str = SECRET) -> httpx2.Response:
        return await self.service.http.get(f"/auth/guests/{booking_id}", headers={"Booking-Key": secret})

    async def complete(
        self, password: str = CHOSEN, booking_id: str = "booking-1", secret: str = SECRET, **more: Any
    ) -> httpx2.Response:
        body = {"booking_id": booking_id, "secret": secret, "password": password, **more}
        answer = await self.service.http.post("/auth/guests/complete", json=body)
        self.service.http.cookies.clear()
        return answer

    async def users(self) -> list[Json]:
        return await self.service.db["users"].find().to_list()

    def told(self, name: str) -> list[Json]:
        return [event.data for event in self.service.published if event.name == name]


@pytest.fixture
def house(service: TestService, clock: ManualClock) -> House:
    return House(service, clock)


async def test_a_guest_with_an_unknown_address_gets_a_provisional_account(house: House) -> None:
    await house.hear()
    [user] = await house.users()
    assert (user["email"], user["full_name"], user["password_hash"]) == ("gus@example.com", "Gus Guest", None)
    assert (user["roles"], user["onboarding_status"], user["provider_status"]) == (
        ["user"],
        "provisional",
        "not_applied",
    )
    assert user["email_verified_at"] == house.clock.now()
    ours = [event for event in house.service.published if event.subject == user["_id"]]
    assert [(event.name, event.sequence) for event in ours] == [
        ("user.registered", 1),
        ("user.verified", 2),
        ("user.guest_known", 3),
    ]
    assert ours[-1].data == {"user_id": user["_id"], "booking_id": "booking-1"}
    assert "user.mail_requested" not in house.service.published_names()


async def test_nobody_logs_in_where_there_is_no_password(house: House) -> None:
    await house.hear()
    for password in ("", "x", CHOSEN):
        answer = await house.service.http.post(
            "/auth/login", json={"email": "gus@example.com", "password": password or " "}
        )
        assert problem(answer) == (401, "invalid_credentials")


async def test_a_guest_who_is_known_keeps_account_password_and_name(house: House, person: LogIn) -> None:
    gus = await person("gus@example.com", full_name="Augustus")
    await house.hear()
    assert house.told("user.guest_known") == [{"user_id": gus.id, "booking_id": "booking-1"}]
    assert (await log_in(house.service, "gus@example.com"))["user"] == gus.login["user"]
    assert len(house.told("user.verified")) == 1, "when the account was made"


async def test_what_a_stranger_chose_for_an_address_is_gone_when_its_owner_books(house: House) -> None:
    for password in ("the-password-of-eve", "eves-second-password"):
        await register(house.service, "gus@example.com", password, full_name="Eve")
    eves = await mailed_token(house.service, "gus@example.com")
    await house.hear()
    [user] = await house.users()
    assert (user["password_hash"], user["full_name"]) == (None, "Gus Guest")
    assert all(link["password_hash"] is None for link in user["links"])
    assert house.told("user.verified")[0]["full_name"] == "Gus Guest"
    assert house.told("user.guest_known") == [{"user_id": user["_id"], "booking_id": "booking-1"}]
    for password in ("the-password-of-eve", "eves-second-password"):
        answer = await house.service.http.post("/auth/login", json={"email": "gus@example.com", "password": password})
        assert problem(answer) == (401, "invalid_credentials")
    assert problem(await verify(house.service, eves)) == (410, "link_used")
    assert (await house.complete()).status_code == 200


async def test_the_same_event_twice_tells_once_and_leaves_the_password(house: House) -> None:
    await house.hear()
    await house.complete()
    await house.service.db["inbox_seen"].delete_many({})
    await house.hear()
    [user] = await house.users()
    assert user["password_hash"] is not None
    assert len(house.told("user.guest_known")) == 1


async def test_an_event_that_comes_again_does_not_bring_back_a_closed_account(house: House) -> None:
    event = verified(house.clock)
    await house.service.receive("booking.verified", event, subject="booking-1", sequence=2)
    await house.service.db["users"].delete_many({})
    await house.service.receive("booking.verified", event, subject="booking-1", sequence=2)
    assert await house.users() == []
    assert problem(await house.look()) == (404, "link_unknown")
    house.clock.advance(timedelta(days=30))
    await house.service.db["guest_links"].delete_many({})  # as MongoDB does by itself
    await house.service.receive("booking.verified", event, subject="booking-1", sequence=2)
    assert await house.users() == []


async def test_bookings_of_one_guest_verified_at_once_make_one_account(house: House) -> None:
    registering = [register(house.service, "gus@example.com", f"some-password-{n}") for n in range(4)]
    hearing = [house.hear(f"booking-{n}", f"secret-{n}") for n in range(8)]
    await asyncio.gather(*registering, *hearing)
    await house.service.settle()
    [user] = await house.users()
    assert user["email_verified_at"] is not None
    told = house.told("user.guest_known")
    assert {fact["user_id"] for fact in told} == {user["_id"]}
    assert sorted(fact["booking_id"] for fact in told) == [f"booking-{n}" for n in range(8)]
    assert len(house.told("user.registered")) == len(house.told("user.verified")) == 1
    sequences = [event.sequence for event in house.service.published if event.subject == user["_id"]]
    assert sorted(sequences) == list(range(1, user["version"] + 1))


async def test_the_secret_of_the_mail_completes_the_account_and_logs_in(house: House) -> None:
    await house.hear()
    seen = await house.look()
    assert (seen.status_code, seen.json()) == (200, {"email": "gus@example.com", "full_name": "Gus Guest"})
    assert seen.headers["cache-control"] == "no-store"

    answer = await house.complete(full_name="Augustus Guest")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}={answer.json()['refresh_token']};")
    assert "HttpOnly" in cookie
    user = answer.json()["user"]
    assert (user["full_name"], user["email_verified"], user["onboarding_status"]) == (
        "Augustus Guest",
        True,
        "provisional",
    )
    me = await house.service.http.get("/auth/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    assert me.json() == user
    assert (await log_in(house.service, "gus@example.com", CHOSEN))["user"] == user


async def test_the_owner_is_told_by_mail_and_finds_it_in_the_audit_trail(house: House) -> None:
    await register(house.service, "gus@example.com", "the-password-of-eve")
    await house.hear()
    login = (await house.complete()).json()
    assert (await mailed(house.service, "gus@example.com"))[-1]["kind"] == "account_completed"
    headers = {"Authorization": f"Bearer {login['access_token']}"}
    events = (await house.service.http.get("/auth/me/security-events", headers=headers)).json()["items"]
    assert [event["kind"] for event in events] == ["login", "account_completed", "guest_recognised", "email_verified"]
    assert events[2]["details"] == {"booking_id": "booking-1"}


async def test_without_a_name_that_of_the_booking_stays(house: House) -> None:
    await house.hear()
    assert (await house.complete()).json()["user"]["full_name"] == "Gus Guest"


async def test_a_password_is_chosen_once(house: House) -> None:
    await house.hear("booking-1")
    await house.hear("booking-2", "another-secret")
    answers = await together(*(house.complete(f"the-password-of-gus-{n}") for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert {problem(answer) for answer in answers if answer.status_code == 409} == {(409, "account_complete")}
    [won] = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    await log_in(house.service, "gus@example.com", f"the-password-of-gus-{won}")
    for booking_id, secret in (("booking-1", SECRET), ("booking-2", "another-secret")):
        assert problem(await house.look(booking_id, secret)) == (409, "account_complete")
        assert problem(await house.complete("yet-another-one", booking_id, secret)) == (409, "account_complete")


async def test_whoever_has_a_password_is_told_to_log_in(house: House, person: LogIn) -> None:
    await person("gus@example.com")
    await house.hear()
    answer = await house.complete("not-the-password")
    assert problem(answer) == (409, "account_complete")
    assert "log in" in answer.json()["detail"]
    await log_in(house.service, "gus@example.com", PASSWORD)


@pytest.mark.parametrize(
    ("booking_id", "secret"),
    [("booking-1", "wrong"), ("booking-1", "another-secret"), ("booking-2", SECRET), ("booking-9", SECRET)],
)
async def test_another_secret_completes_nothing(
    house: House, booking_id: str, secret: str, auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.hear("booking-1")
    await house.hear("booking-2", "another-secret", email="other@example.com")

    async def hash_nothing(password: str) -> str:
        raise AssertionError("a stranger costs no hash")

    monkeypatch.setattr(auth._hashing, "hash", hash_nothing)
    assert problem(await house.look(booking_id, secret)) == (404, "link_unknown")
    assert problem(await house.complete(CHOSEN, booking_id, secret)) == (404, "link_unknown")
    assert {user["password_hash"] for user in await house.users()} == {None}


async def test_the_link_is_good_for_thirty_days(house: House) -> None:
    await house.hear()
    house.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert (await house.look()).status_code == 200
    house.clock.advance(timedelta(seconds=1))
    assert problem(await house.look()) == (410, "link_expired")
    assert problem(await house.complete()) == (410, "link_expired")
    assert (await house.users())[0]["password_hash"] is None


async def test_a_suspended_account_is_not_completed(house: House) -> None:
    await house.hear()
    suspension = {"reason": "Spam", "at": house.clock.now(), "admin_id": "root"}
    await house.service.db["users"].update_one({}, {"$set": {"suspension": suspension}})
    assert problem(await house.look()) == (403, "account_suspended")
    assert problem(await house.complete()) == (403, "account_suspended")
    assert (await house.users())[0]["password_hash"] is None


async def test_whoever_logs_in_by_google_keeps_the_account_to_themselves(house: House) -> None:
    """A guest's link may have been passed on; it must not open what its owner has made their own."""
    await house.hear()
    identity = {"key": "google 7", "provider": "google", "subject": "7", "email": None, "linked_at": house.clock.now()}
    await house.service.db["users"].update_one({}, {"$set": {"identities": [identity]}})
    assert problem(await house.look()) == (409, "account_complete")
    assert problem(await house.complete()) == (409, "account_complete")


async def test_neither_secret_nor_tokens_are_kept(house: House) -> None:
    await house.hear()
    body = {"booking_id": "booking-1", "secret": SECRET, "password": CHOSEN}
    answer = await house.service.http.post(
        "/auth/guests/complete", json=body, headers={"Idempotency-Key": "pressed-twice"}
    )
    assert answer.status_code == 200
    assert await house.service.db["idempotency_keys"].count_documents({}) == 0
    for name in await house.service.db.list_collection_names():
        kept = str(await house.service.db[name].find().to_list())
        for told in (SECRET, CHOSEN, answer.json()["refresh_token"]):
            assert told not in kept
    await house.service.settle()
    assert all(SECRET not in event.model_dump_json() for event in house.service.published)


async def test_an_event_of_an_older_publisher_is_let_be(house: House) -> None:
    event = verified(house.clock).model_copy(update={"verified_guest": None})
    await house.service.receive("booking.verified", event, subject="booking-1", sequence=2)
    assert await house.users() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("booking_id", {"$ne": None}),
        ("booking_id", "a.b"),
        ("secret", {"$ne": None}),
        ("secret", ""),
        ("password", "short"),
        ("password", "password123"),
        ("full_name", "Gus\r\nBcc: everybody"),
        ("roles", ["admin"]),
        ("email", "eve@example.com"),
    ],
)
async def test_what_a_guest_sends_is_checked(house: House, field: str, value: object) -> None:
    await house.hear()
    body = {"booking_id": "booking-1", "secret": SECRET, "password": CHOSEN}
    answer = await house.service.http.post("/auth/guests/complete", json=body | {field: value})
    assert problem(answer) == (422, "validation_failed")
    assert (await house.users())[0]["password_hash"] is None
