"""HTTP to others: always with timeouts, always carrying the request id and the trace."""

import ssl
from functools import cache

import httpx2

from gigsta_common import context

TIMEOUT = httpx2.Timeout(5.0, connect=2.0, pool=2.0)


async def _carry_context(request: httpx2.Request) -> None:
    for name, value in context.headers().items():
        request.headers.setdefault(name, value)


def client(*, timeout: httpx2.Timeout = TIMEOUT) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        timeout=timeout,
        limits=httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30),
        event_hooks={"request": [_carry_context]},
        follow_redirects=False,
        trust_env=False,
        verify=tls(),
    )


@cache
def tls() -> ssl.SSLContext:
    """Reading the certificates takes 50 ms: once a process."""
    return httpx2.create_ssl_context(trust_env=False)
