"""Fetching signing keys: rotated without a restart, kept while auth is away, never fetched more than is needed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from gigsta_common.errors import Unavailable
from gigsta_common.security import JwksClient, SigningKey, StaticKeys
from gigsta_common.testing.service import eventually


class Auth:
    """The JWKS endpoint of auth, in process."""

    def __init__(self) -> None:
        self.keys: list[Any] = []
        self.calls = 0
        self.failure: Exception | httpx2.Response | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.calls += 1
        await self.gate.wait()
        if isinstance(self.failure, Exception):
            raise self.failure
        return self.failure or httpx2.Response(200, json={"keys": self.keys})


@pytest.fixture
def auth() -> Auth:
    return Auth()


@pytest.fixture
async def http(auth: Auth) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(auth)) as client:
        yield client


def client(http: httpx2.AsyncClient, **options: float) -> JwksClient:
    return JwksClient(http, "http://auth/jwks.json", **options)


KEYS = [SigningKey.generate() for _ in range(2)]
OLD, NEW = (key.public_jwk() for key in KEYS)


async def test_static_keys() -> None:
    keys = StaticKeys(OLD, NEW)
    assert await keys.key(OLD["kid"]) == OLD
    assert await keys.key("another") is None


def test_a_public_key_holds_nothing_private() -> None:
    assert set(OLD) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert "d" not in OLD


async def test_a_key_is_fetched_once_and_kept(auth: Auth, http: httpx2.AsyncClient) -> None:
    auth.keys = [OLD]
    keys = client(http)
    for _ in range(5):
        assert await keys.key(OLD["kid"]) == OLD
    assert auth.calls == 1


async def test_callers_at_the_same_time_share_one_fetch(auth: Auth, http: httpx2.AsyncClient) -> None:
    auth.keys = [OLD]
    auth.gate.clear()
    keys = client(http)
    waiting = [asyncio.create_task(keys.key(OLD["kid"])) for _ in range(50)]
    for _ in range(5):
        await asyncio.sleep(0)
    auth.gate.set()
    assert await asyncio.gather(*waiting) == [OLD] * 50
    assert auth.calls == 1


async def test_a_caller_who_gives_up_does_not_spoil_the_fetch_for_others(auth: Auth, http: httpx2.AsyncClient) -> None:
    auth.keys = [OLD]
    auth.gate.clear()
    keys = client(http)
    first, second = (asyncio.create_task(keys.key(OLD["kid"])) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    auth.gate.set()
    assert await second == OLD


async def test_a_new_key_is_found_by_its_first_token(auth: Auth, http: httpx2.AsyncClient) -> None:
    auth.keys = [OLD]
    keys = client(http, min_interval=0)
    assert await keys.key(OLD["kid"]) == OLD
    auth.keys = [OLD, NEW]
    assert await keys.key(NEW["kid"]) == NEW


async def test_a_withdrawn_key_goes_with_the_next_refresh(auth: Auth, http: httpx2.AsyncClient) -> None:
    auth.keys = [OLD]
    keys = client(http, min_interval=0)
    await keys.key(OLD["kid"])
    auth.keys = [NEW]
    assert await keys.key(NEW["kid"]) == NEW
    assert await keys.key(OLD["kid"]) is None


async def test_an_old_document_is_renewed_behind_the_callers_back(auth: Auth, http: httpx2.AsyncClient) -> None:
    auth.keys = [OLD]
    keys = client(http, max_age=0, min_interval=0)
    await keys.key(OLD["kid"])
    auth.keys = [NEW]

    async def withdrawn() -> bool:
        return await keys.key(OLD["kid"]) is None

    await eventually(withdrawn)


async def test_made_up_key_ids_do_not_make_us_fetch(auth: Auth, http: httpx2.AsyncClient) -> None:
    auth.keys = [OLD]
    keys = client(http, min_interval=600)
    assert await keys.key(OLD["kid"]) == OLD
    for n in range(100):
        assert await keys.key(f"made-up-{n}") is None
    assert auth.calls == 1


FAILURES = [
    httpx2.ConnectError("refused"),
    httpx2.ReadTimeout("slow"),
    httpx2.Response(500),
    httpx2.Response(302, headers={"location": "http://elsewhere/"}),
    httpx2.Response(200, text="<html>"),
    httpx2.Response(200, content=b"\xff\xfe"),
    httpx2.Response(200, json=[]),
    httpx2.Response(200, json={"keys": "none"}),
]


@pytest.mark.parametrize("failure", FAILURES)
async def test_while_auth_is_away_the_last_keys_serve(
    auth: Auth, http: httpx2.AsyncClient, failure: Exception | httpx2.Response
) -> None:
    auth.keys = [OLD]
    keys = client(http, max_age=0, min_interval=0)
    await keys.key(OLD["kid"])
    auth.failure = failure
    assert await keys.key("unknown") is None
    assert await keys.key(OLD["kid"]) == OLD
    assert auth.calls > 1


@pytest.mark.parametrize("failure", FAILURES)
async def test_without_any_key_it_is_503_until_there_is_one(
    auth: Auth, http: httpx2.AsyncClient, failure: Exception | httpx2.Response
) -> None:
    keys = client(http, min_interval=0)
    auth.failure = failure
    with pytest.raises(Unavailable):
        await keys.key(OLD["kid"])
    auth.failure, auth.keys = None, [OLD]
    assert await keys.key(OLD["kid"]) == OLD


async def test_known_keys_never_wait_for_an_auth_that_hangs(auth: Auth, http: httpx2.AsyncClient) -> None:
    auth.keys = [OLD]
    keys = client(http, max_age=0, min_interval=0)
    await keys.key(OLD["kid"])
    auth.gate.clear()
    for _ in range(10):
        assert await keys.key(OLD["kid"]) == OLD
        await asyncio.sleep(0)
    auth.gate.set()


@pytest.mark.parametrize(
    "key",
    [
        "text",
        None,
        {},
        OLD | {"kid": 5},
        OLD | {"kty": "RSA"},
        OLD | {"crv": "P-384"},
        OLD | {"alg": "HS256"},
        OLD | {"use": "enc"},
        {name: value for name, value in OLD.items() if name != "alg"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": OLD["kid"], "alg": "HS256"},
    ],
)
async def test_only_signing_keys_of_our_kind_are_taken(auth: Auth, http: httpx2.AsyncClient, key: Any) -> None:
    auth.keys = [key, NEW]
    keys = client(http)
    assert await keys.key(NEW["kid"]) == NEW
    assert await keys.key(OLD["kid"]) is None
