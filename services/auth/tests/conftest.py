"""Auth under test: its own signing keys, cheap password hashes, and the steps that most tests begin with."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

import gigsta_auth
from gigsta_auth.crud import Auth
from gigsta_auth.main import create_app
from gigsta_auth.models.users import Role
from gigsta_auth.settings import Settings
from gigsta_common.testing.service import ServiceStarter, TestService, eventually

from .authenticator import *  # noqa: F403 -- its fixture
from .openid_browser import *  # noqa: F403 -- its fixtures

MIGRATIONS = Path(gigsta_auth.__file__).parent / "migrations"
PASSWORD = "a-good-long-one"
KEY = "A" * 43
GATEWAY_SECRET = "shared-with-the-gateway"
CHEAP = {
    "key_encryption_key": KEY,
    "gateway_secret": GATEWAY_SECRET,
    "argon2_memory_kib": 8,
    "argon2_time_cost": 1,
    "password_workers": 2,
}
COOKIE = "__Host-gigsta_refresh"

Json = dict[str, Any]


@pytest.fixture
async def service(start_service: ServiceStarter, caplog: pytest.LogCaptureFixture) -> TestService:
    """It is up: a service that is stopped while it connects to MongoDB leaves a socket open behind it."""
    caplog.set_level(logging.INFO, "gigsta_common.app")
    started = await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP)

    async def is_up() -> bool:
        return "auth is up" in caplog.text

    await eventually(is_up)
    return started


@pytest.fixture
def auth(service: TestService) -> Auth:
    use_cases: Auth = service.app.state.use_cases
    return use_cases


@dataclass
class Person:
    """Somebody with an account, logged in."""

    service: TestService
    email: str
    login: Json

    @property
    def id(self) -> str:
        return str(self.login["user"]["id"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.login['access_token']}"}

    @property
    def refresh_token(self) -> str:
        return str(self.login["refresh_token"])

    async def get(self, path: str, **params: Any) -> httpx2.Response:
        return await self.service.http.get(path, headers=self.headers, params=params)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        return await self.service.http.post(path, json=body, headers={**self.headers, **headers})

    async def patch(self, path: str, body: Any) -> httpx2.Response:
        return await self.service.http.patch(path, json=body, headers=self.headers)

    async def delete(self, path: str) -> httpx2.Response:
        return await self.service.http.delete(path, headers=self.headers)

    async def account(self) -> Json:
        return (await self.get("/auth/me")).raise_for_status().json()  # type: ignore[no-any-return]

    async def apply(self) -> None:
        """Choose to be a provider, and apply."""
        (await self.post("/auth/me/roles", {"roles": ["user", "provider"]})).raise_for_status()
        (await self.post("/auth/providers/apply", APPLICATION)).raise_for_status()


APPLICATION = {"trading_name": "Ana's Gardens", "phone_number": "+64 21 555 0100", "address": "1 Queen St, Auckland"}

LogIn = Callable[..., Awaitable[Person]]
"""`await person("ana@example.com", "admin")`: a verified account with these roles, logged in."""


@pytest.fixture
def person(service: TestService, auth: Auth) -> LogIn:
    async def make(email: str = "ana@example.com", *roles: Role, full_name: str | None = "Ana") -> Person:
        await auth.operators.create_verified_user(email, PASSWORD, full_name, roles)
        return Person(service, email, await log_in(service, email))

    return make


async def register(service: TestService, email: str, password: str = PASSWORD, **more: Any) -> httpx2.Response:
    return await service.http.post("/auth/register", json={"email": email, "password": password, **more})


async def log_in(service: TestService, email: str, password: str = PASSWORD) -> Json:
    """The cookie that comes with it is forgotten, so that tests say themselves what they send."""
    answer = await service.http.post("/auth/login", json={"email": email, "password": password})
    service.http.cookies.clear()
    return answer.raise_for_status().json()  # type: ignore[no-any-return]


async def refresh(service: TestService, token: str) -> httpx2.Response:
    answer = await service.http.post("/auth/refresh", json={"refresh_token": token})
    service.http.cookies.clear()
    return answer


async def mailed(service: TestService, email: str) -> list[Json]:
    """What the mails asked for to that address say, in order."""
    await service.settle()
    return [e.data for e in service.published if e.name == "user.mail_requested" and e.data["email"] == email]


async def mailed_token(service: TestService, email: str) -> str:
    return str((await mailed(service, email))[-1]["token"])


async def verify(service: TestService, token: str, **chosen: str) -> httpx2.Response:
    """As a program does that has taken the token out of the mail: see `models.registrations`."""
    answer = await service.http.post("/auth/verify-email", json={"token": token, **chosen})
    service.http.cookies.clear()
    return answer


def problem(answer: httpx2.Response) -> tuple[int, str]:
    """The status and code of an error, which must be a problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]


async def together(*calls: Awaitable[httpx2.Response]) -> list[httpx2.Response]:
    return list(await asyncio.gather(*calls))


def noting_calls(calls: list[str], name: str, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def noting(*arguments: Any, **named: Any) -> Any:
        calls.append(name)
        return await method(*arguments, **named)

    return noting
