"""The public keys that verify access tokens, fetched from auth and kept while it is away."""

import asyncio
import logging
import time
from typing import Any, Protocol

import httpx2

from gigsta_common.errors import Unavailable

log = logging.getLogger(__name__)


class KeySource(Protocol):
    async def key(self, kid: str) -> dict[str, str] | None:
        """The public JWK of that id, or None where there is no such key."""


class StaticKeys:
    """Keys known beforehand: auth's own, and those of tests."""

    def __init__(self, *keys: dict[str, str]) -> None:
        self._keys = {key["kid"]: key for key in keys}

    async def key(self, kid: str) -> dict[str, str] | None:
        return self._keys.get(kid)


class JwksClient:
    """Fetches a JWKS document when it is old or a token names a key it does not hold, never more than once at a time.

    A new key is published before it signs, so a refresh finds it in time; one that is withdrawn goes with the next
    refresh. While the document cannot be fetched the last one is used, and who asks for a key of it does not wait.
    Made-up key ids cost a fetch at most every `min_interval` seconds, whoever sends them.
    """

    def __init__(
        self, http: httpx2.AsyncClient, url: str, *, max_age: float = 300.0, min_interval: float = 5.0
    ) -> None:
        self._http = http
        self._url = url
        self._max_age = max_age
        self._min_interval = min_interval
        self._keys: dict[str, dict[str, str]] = {}
        self._fetched = self._tried = -max_age
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> dict[str, str] | None:
        now = time.monotonic()
        if kid not in self._keys:
            await self._refresh(now)
        elif now - self._fetched > self._max_age:
            self._begin_refresh(now)
        if not self._keys:
            raise Unavailable("The signing keys cannot be fetched for the moment.", code="keys_unavailable")
        return self._keys.get(kid)

    async def _refresh(self, now: float) -> None:
        """Wait for the fetch that is under way, or for a new one where it is time for one."""
        fetching = self._begin_refresh(now)
        if fetching is not None:
            await asyncio.shield(fetching)

    def _begin_refresh(self, now: float) -> asyncio.Task[None] | None:
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        # With no key at all there is nothing to serve with, so it is worth asking a little more often.
        patience = self._min_interval if self._keys else min(0.5, self._min_interval)
        if now - self._tried < patience:
            return None
        self._tried = now
        self._fetching = asyncio.create_task(self._fetch(), name="jwks")
        return self._fetching

    async def _fetch(self) -> None:
        try:
            answer = await self._http.get(self._url)
            answer.raise_for_status()
            self._keys = _usable(answer.json())
            self._fetched = time.monotonic()
        except (httpx2.HTTPError, ValueError, RuntimeError) as error:
            log.warning("the signing keys could not be fetched", extra={"url": self._url, "error": repr(error)})


def _usable(document: Any) -> dict[str, dict[str, str]]:
    """Only P-256 signing keys with an id: whatever else a JWKS may hold is not for us."""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("not a JWKS document")
    fields = {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig"}
    return {
        key["kid"]: key
        for key in document["keys"]
        if isinstance(key, dict)
        and isinstance(key.get("kid"), str)
        and all(key.get(name) == value for name, value in fields.items())
    }
