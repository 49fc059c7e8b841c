"""A5: an address costs the same work whoever it belongs to. Hashes and database commands are counted, never timed."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import httpx2
import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from gigsta_auth.crud import Auth
from gigsta_auth.main import create_app
from gigsta_auth.settings import Settings
from gigsta_common import mongo
from gigsta_common.testing.service import ServiceStarter, TestService

from .conftest import CHEAP, MIGRATIONS, PASSWORD, problem, register
from .test_throttle import guess

_WATCHED: ContextVar[list[str] | None] = ContextVar("watched", default=None)
"""Set around a request: what tasks do that began before it, such as the relay's, is not the request's work."""

_WRITES = ("insert", "update")
"""One write is as good as another: a new account is inserted, one that waits is updated, and for one that is verified a
note is left."""

_ALIKE = {"reset_requests": "users"}


class Commands(CommandListener):
    def started(self, event: CommandStartedEvent) -> None:
        noted = _WATCHED.get()
        if noted is not None:
            name, where = event.command_name, str(event.command.get(event.command_name))
            noted.append(f"write {_ALIKE.get(where, where)}" if name in _WRITES else f"{name} {where}")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """It was counted when it began."""

    def failed(self, event: CommandFailedEvent) -> None:
        """It was counted when it began."""


class Argon2:
    """Notes each hash with its parameters, which are most of its price."""

    def __init__(self, real: Any, noted: list[str]) -> None:
        self._real = real
        self._noted = noted
        self.check_needs_rehash = real.check_needs_rehash

    def hash(self, password: str) -> str:
        made: str = self._real.hash(password)
        self._note(made)
        return made

    def verify(self, stored: str, password: str) -> bool:
        self._note(stored)
        return bool(self._real.verify(stored, password))

    def _note(self, stored: str) -> None:
        self._noted.append("argon2 " + stored.rsplit("$", 2)[0])


@pytest.fixture
async def service(start_service: ServiceStarter, monkeypatch: pytest.MonkeyPatch) -> TestService:
    monkeypatch.setattr(mongo, "AsyncMongoClient", partial(AsyncMongoClient, event_listeners=[Commands()]))
    return await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP)


STRANGERS = "chosen-by-a-stranger"
ADDRESSES = ("verified", "provider", "waiting", "guest", "nobody", "nobody-else")

Call = Callable[[TestService, str], Awaitable[httpx2.Response]]


async def people(service: TestService, auth: Auth) -> None:
    """The accounts that there are. `nobody` has none."""
    for name in ("verified", "provider", "guest"):
        await auth.operators.create_verified_user(f"{name}@example.com", PASSWORD, "Ana", ["provider"])
    await service.db["users"].update_one({"email": "guest@example.com"}, {"$set": {"password_hash": None}})
    await register(service, "waiting@example.com")
    await service.settle()


@contextmanager
def watching(noted: list[str]) -> Iterator[None]:
    token = _WATCHED.set(noted)
    try:
        yield
    finally:
        _WATCHED.reset(token)


async def log_in_wrongly(service: TestService, email: str) -> httpx2.Response:
    return await service.http.post("/auth/login", json={"email": email, "password": "not-the-password"})


async def by_form(service: TestService, email: str) -> httpx2.Response:
    return await service.http.post("/auth/token", data={"username": email, "password": "not-the-password"})


async def log_in_as_registered(service: TestService, email: str) -> httpx2.Response:
    """Whoever has just registered the address tries the password chosen for it."""
    return await service.http.post("/auth/login", json={"email": email, "password": STRANGERS})


async def forget(service: TestService, email: str) -> httpx2.Response:
    return await service.http.post("/auth/forgot-password", json={"email": email})


@pytest.mark.parametrize(
    ("call", "hashes", "least"),
    [
        (log_in_wrongly, 1, {"find users", "write security_events", "findAndModify throttle"}),
        (by_form, 1, {"find users", "write security_events", "findAndModify throttle"}),
        (forget, 0, {"write users", "findAndModify throttle"}),
        (register, 1, {"find users", "write users", "findAndModify throttle"}),
    ],
    ids=["login", "token", "forgot-password", "register"],
)
async def test_every_address_is_as_much_work(
    service: TestService, auth: Auth, monkeypatch: pytest.MonkeyPatch, call: Call, hashes: int, least: set[str]
) -> None:
    await people(service, auth)
    noted: list[str] = []
    monkeypatch.setattr(auth._hashing, "_argon2", Argon2(auth._hashing._argon2, noted))
    work, answers = {}, {}
    for name in ADDRESSES:
        noted.clear()
        with watching(noted):
            answer = await call(service, f"{name}@example.com")
        work[name] = list(noted)
        answers[name] = problem(answer) if answer.status_code >= 400 else (answer.status_code, answer.text)
        await service.settle()
    assert all(done == work["nobody"] for done in work.values()), work
    assert len(set(answers.values())) == 1
    assert least <= set(work["nobody"]), "the listener sees the work"
    assert len([one for one in work["nobody"] if one.startswith("argon2 ")]) == hashes


async def test_registering_an_address_and_logging_in_to_it_tells_nothing(
    service: TestService, auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an account the password is another's; without one it is right, but the address is not verified."""
    await people(service, auth)
    noted: list[str] = []
    monkeypatch.setattr(auth._hashing, "_argon2", Argon2(auth._hashing._argon2, noted))
    work, answers = {}, {}
    for name in ADDRESSES:
        await register(service, f"{name}@example.com", STRANGERS)
        noted.clear()
        with watching(noted):
            answer = await log_in_as_registered(service, f"{name}@example.com")
        work[name] = list(noted)
        answers[name] = answer.json() | {"request_id": None}
        assert answer.status_code == 401
        await service.settle()
    assert all(done == work["nobody"] for done in work.values()), work
    assert all(answer == answers["nobody"] for answer in answers.values()), answers


async def test_a_throttled_address_is_as_much_work(service: TestService, auth: Auth) -> None:
    """The refusal looks up whose account it is, to tell its owner, and looks as long for nobody's."""
    await people(service, auth)
    work: dict[str, list[list[str]]] = {}
    for number, name in enumerate(ADDRESSES):
        work[name] = []
        answer = None
        while answer is None or answer.status_code != 429:
            noted: list[str] = []
            with watching(noted):
                answer = await guess(service, f"203.0.113.{number}", email=f"{name}@example.com")
            work[name].append(noted)
            assert len(work[name]) < 100
    assert all(done == work["nobody"] for done in work.values()), work
    assert "find users" in work["nobody"][-1]
