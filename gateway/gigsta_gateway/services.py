"""What the gateway asks the services for itself: whether they are ready, and how their API is described."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import httpx2
import orjson

from gigsta_gateway.openapi import merge
from gigsta_gateway.shared import Shared

log = logging.getLogger(__name__)

_PATIENCE = 2.0


class Services:
    def __init__(self, http: httpx2.AsyncClient, upstreams: Mapping[str, str]) -> None:
        self._http = http
        self._upstreams = upstreams
        self._documents: dict[str, dict[str, Any]] = {}
        self.readiness = Shared(self._ask_readiness, 1.0)
        """`ok`, `not ready` or `away`, by service."""
        self.openapi = Shared(self._merge_openapi, 5.0)
        """The merged document, rendered once for all. A service that is away is in it as it was last seen."""

    async def _ask_readiness(self) -> dict[str, str]:
        said = await asyncio.gather(*(self._is_ready(url) for url in self._upstreams.values()))
        return dict(zip(self._upstreams, said, strict=True))

    async def _is_ready(self, url: str) -> str:
        answer = await self._get(f"{url}/health/ready")
        if answer is None:
            return "away"
        return "ok" if answer.status_code == 200 else "not ready"

    async def _merge_openapi(self) -> bytes:
        await asyncio.gather(*(self._fetch(name, url) for name, url in self._upstreams.items()))
        return orjson.dumps(merge(self._documents))

    async def _fetch(self, name: str, url: str) -> None:
        answer = await self._get(f"{url}/openapi.json")
        if answer is None or answer.status_code != 200:
            return
        try:
            document = answer.json()
            merge({name: document})
        except (ValueError, AttributeError, TypeError):
            log.warning("a service's OpenAPI document does not make sense", extra={"upstream": name})
        else:
            self._documents[name] = document

    async def _get(self, url: str) -> httpx2.Response | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._http.get(url)
        except (httpx2.HTTPError, TimeoutError):
            return None
