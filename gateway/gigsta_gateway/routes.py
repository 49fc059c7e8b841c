"""The route table: which path goes to which service, and under which limits."""

from collections.abc import Iterable
from dataclasses import dataclass

API = "/api/v1"

_SMALL = 1_000_000
_UPLOAD = 10_000_000
_DEEPEST = 6
"""Segments looked at; no prefix has more."""


@dataclass(frozen=True, slots=True)
class Route:
    """One row: the longest prefix that matches whole segments wins."""

    prefix: str
    """As clients write it."""
    inside: str
    """What stands in its place when the service is asked."""
    upstream: str
    timeout: float = 15.0
    """Seconds within which the service has to begin its answer."""
    body_limit: int = _SMALL
    """Bytes of a request's body."""
    check_token: bool = True
    """Whether a bad token is refused here. Not where somebody without a good one has business: a browser may well send
    an expired access token along when it refreshes it or logs out, and the docs page sends Basic credentials to
    `/auth/token`. The service decides there, as it does everywhere."""
    counts_clients: bool = False
    """Whether the service counts what each client does, and so has to be shown that the address is from us."""


def _api(path: str, *, timeout: float = 15.0, body_limit: int = _SMALL, check_token: bool = True) -> Route:
    upstream = path.split("/")[1]
    return Route(API + path, path, upstream, timeout, body_limit, check_token, counts_clients=upstream == "auth")


ROUTES = (
    _api("/auth/register", check_token=False),
    _api("/auth/verify-email", check_token=False),
    _api("/auth/login", check_token=False),
    _api("/auth/token", check_token=False),
    _api("/auth/refresh", check_token=False),
    _api("/auth/logout", check_token=False),
    _api("/auth/forgot-password", check_token=False),
    _api("/auth/reset-password", check_token=False),
    _api("/auth/confirm-email", check_token=False),
    _api("/auth/oauth", check_token=False),
    _api("/auth/guests", check_token=False),
    _api("/auth/.well-known", check_token=False),
    _api("/auth"),
    _api("/catalog/services", body_limit=_UPLOAD),
    _api("/catalog"),
    _api("/bookings"),
    _api("/ratings"),
    _api("/geo"),
    _api("/notifications"),
)

DEVELOPMENT_ROUTES = (Route("/dev/mail", "/dev/mail", "notifications", check_token=False),)


class RouteTable:
    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = {route.prefix: route for route in routes}

    def match(self, path: str) -> Route | None:
        """The row for a decoded path."""
        prefix = "/".join(path.split("/", _DEEPEST)[:_DEEPEST])
        while prefix:
            route = self._routes.get(prefix)
            if route is not None:
                return route
            prefix = prefix[: prefix.rfind("/")]
        return None
