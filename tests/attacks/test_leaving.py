"""Whoever closes their account is gone from every database, and the token that they still have brings nothing back."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx2
import pymongo
import pytest

from gigsta_cli.up.plan import SERVICES
from gigsta_common.ids import new_id
from gigsta_common.testing.waiting import until

from .conftest import API, PASSWORD, Stack, bearer, client_at, new_account

pytestmark = pytest.mark.e2e

ADDRESS = "127.0.6.1"
DEVELOPMENT = {"mailbox"}
"""What production does not have."""
FOR_A_DAY = {"idempotency_keys"}
"""As docs/architecture.md says."""


class Leaver:
    """Somebody with something of theirs in every service."""

    def __init__(self, stack: Stack, api: httpx2.Client) -> None:
        self.stack, self.api = stack, api
        self.email = new_account(stack, ADDRESS)
        self.login = api.post("/auth/login", json={"email": self.email, "password": PASSWORD}).json()
        self.tag = new_id().replace("-", "")[-10:]
        api.cookies.clear()

    @property
    def user_id(self) -> str:
        return str(self.login["user"]["id"])

    def call(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        return self.api.request(method, path, json=body, headers=bearer(self.login))

    def done(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.call(method, path, body)
        assert answer.is_success, (path, answer.text)
        return answer.json() if answer.content else None

    def live(self) -> str:
        """The id of a booking of theirs."""
        where = {"phone_number": "+64 21 555 0187", "address": f"{self.tag} Street 1, Auckland"}
        self.done("PATCH", "/auth/me", {"full_name": f"Quinn {self.tag}", **where})
        self.done("POST", "/auth/me/roles", {"roles": ["user", "provider"]})
        self.done("POST", "/auth/providers/apply", {"trading_name": f"Trading {self.tag}", **where})
        self.done("PUT", "/notifications/preferences", {"mail": {}, "timezone": "Pacific/Chatham"})
        self.done("POST", "/bookings/feed")
        service = self.api.get("/catalog/services").json()["items"][0]["id"]
        slots = self.api.get("/bookings/availability", params={"service_id": service}).json()["items"]
        note = {"note": f"Ask for {self.tag}.", "address": where["address"]}
        wanted = {"service_id": service, "starts_at": slots[-1]["starts_at"], **note}
        return str(self.done("POST", "/bookings", wanted)["id"])

    def exported(self) -> dict[str, str]:
        parts = ("auth/me", "catalog", "bookings", "ratings", "notifications")
        return {part: json.dumps(self.done("GET", f"/{part}/export")) for part in parts}

    def traces(self) -> Iterator[str]:
        """Where something of theirs is left that others were not told."""
        for service in SERVICES:
            url = self.stack.database_url(service, "MIGRATION_MONGODB_URL")
            with pymongo.MongoClient[dict[str, Any]](url) as client:
                database = client.get_default_database()
                for name in set(database.list_collection_names()) - DEVELOPMENT - FOR_A_DAY:
                    yield from (f"{service}.{name}: {found}" for found in database[name].find() if self.is_in(found))

    def is_in(self, document: dict[str, Any]) -> bool:
        if document.get("user_id") not in (None, self.user_id):
            return False  # what the other side was told in its own inbox and mails
        if document.get("template") == "account_closed":
            return False  # the last mail
        text = str(document)
        return self.email in text or self.tag in text


@pytest.fixture
def leaver(stack: Stack) -> Iterator[Leaver]:
    with client_at(stack.url + API, ADDRESS) as api:
        yield Leaver(stack, api)


def test_nothing_of_whoever_leaves_is_left_in_any_database(leaver: Leaver) -> None:
    booking_id = leaver.live()
    until(lambda: f"Trading {leaver.tag}" in leaver.exported()["catalog"], "catalog has heard of the application")
    until(lambda: leaver.email in leaver.exported()["notifications"], "notifications has heard of the address")
    before = leaver.exported()
    assert leaver.tag in before["auth/me"]
    assert booking_id in before["bookings"]
    assert leaver.tag in before["bookings"]
    assert "Chatham" in before["notifications"]

    where = {trace.partition(".")[0] for trace in leaver.traces()}
    assert where == {"auth", "catalog", "bookings", "notifications"}, "who has rated nobody is in no rating"

    leaver.done("DELETE", "/auth/me", {"password": PASSWORD})
    with suppress(AssertionError):
        until(lambda: not list(leaver.traces()))
    assert list(leaver.traces()) == []
    until(lambda: leaver.call("POST", "/bookings/feed").status_code == 403, "bookings has heard of it")
    answers = {
        path: leaver.call(method, path, body)
        for method, path, body in (
            ("PATCH", "/auth/me", {"full_name": f"Quinn {leaver.tag}"}),
            ("POST", "/auth/me/roles", {"roles": ["user"]}),
            ("POST", "/catalog/services", {}),
            ("PUT", "/bookings/policy", leaver.api.get("/bookings/policy", headers=bearer(leaver.login)).json()),
            ("POST", "/ratings", {"booking_id": booking_id, "stars": 1}),
            ("PUT", "/notifications/preferences", {"mail": {}, "timezone": "Pacific/Chatham"}),
        )
    }
    assert {path for path, answer in answers.items() if answer.is_success} == set()
    assert list(leaver.traces()) == []
