"""Who is at the other end: the address and the device that sent the request being served.

Only the gateway knows a client's address, and says it in `X-Forwarded-For`. Anybody who reaches auth can write that
header, so it is believed only beside the secret that the gateway shares with auth (`GATEWAY_SECRET`), which the gateway
lets no client send. Without it the address is that of the connection.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address

from fastapi import Request

from gigsta_auth.models.sessions import device_name
from gigsta_auth.settings import Settings

SECRET_HEADER = "x-gigsta-gateway"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Client:
    address: str
    device: str
    """What the browser or app calls itself."""


_NOBODY = Client(UNKNOWN, UNKNOWN)
_current: ContextVar[Client] = ContextVar("client", default=_NOBODY)


def current() -> Client:
    """The client of this request; `unknown` where nobody asked over HTTP."""
    return _current.get()


@contextmanager
def acting_for(client: Client) -> Iterator[None]:
    """For what is done later on behalf of a client."""
    token = _current.set(client)
    try:
        yield
    finally:
        _current.reset(token)


async def note_client(request: Request) -> None:
    """The dependency that every route of auth has."""
    settings: Settings = request.app.state.runtime.settings
    _current.set(Client(_address(request, settings), device_name(request.headers.get("user-agent"))))


def _address(request: Request, settings: Settings) -> str:
    peer = request.client.host if request.client else UNKNOWN
    secret, given = settings.gateway_secret, request.headers.getlist(SECRET_HEADER)
    said = request.headers.getlist("x-forwarded-for")
    if secret is None or len(given) != 1 or len(said) != 1:
        return peer
    if not hmac.compare_digest(given[0].encode(), secret.get_secret_value().encode()):
        return peer
    try:
        return str(ip_address(said[0]))
    except ValueError:
        return peer
