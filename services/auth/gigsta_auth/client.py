"""Who is at the other end: the address and the device that sent the request being served."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from fastapi import Request

from gigsta_auth.models.sessions import device_name
from gigsta_auth.settings import Settings
from gigsta_common.clients import address_of, network_of

DEVICE_COOKIE = "__Host-gigsta_device"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Client:
    address: str
    device: str
    """What the browser or app calls itself."""
    known_device: str | None = None
    """What it shows as the cookie of a device that is known: `models.devices` knows whether it is one."""

    @property
    def network(self) -> str:
        """What counts as one client."""
        return network_of(self.address)


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
    address = address_of(request.scope, settings.gateway_secret)
    device = device_name(request.headers.get("user-agent"))
    _current.set(Client(address, device, request.cookies.get(DEVICE_COOKIE)))
