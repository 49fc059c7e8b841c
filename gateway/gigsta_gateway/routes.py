"""The route table: which path goes to which service, and under which limits."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from gigsta_common.settings import ServiceSettings

API = "/api/v1"

_SMALL: int = ServiceSettings.model_fields["max_body_size"].default
_SCHEDULE = 200_000
_UPLOAD = 10_000_000
_DEEPEST = 6
"""Segments looked at; no prefix has more."""


class Rate(Enum):
    """How often one client may write: `gigsta_gateway.rates` counts, the settings say how often."""

    WRITE = "write"
    OPEN_WRITE = "open write"
    """What anybody may do, known or not. Counted by network, whoever has logged in."""


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
    writes: Rate | None = None
    """How often it may be written to. None: as often as users may where a token is shown, else as often as anybody."""
    read_weight: int = 1
    """As how many reads a GET counts: more where it is much work for the service."""
    shared: int = 0
    """Seconds for which caches may give out the answers to a GET without a token. 0: not at all."""
    counts_clients: bool = False
    """Whether the service counts what each client does, and so has to be shown that the address is from us."""


def _api(
    path: str,
    *,
    timeout: float = 15.0,
    body_limit: int = _SMALL,
    check_token: bool = True,
    writes: Rate | None = None,
    read_weight: int = 1,
    shared: int = 0,
) -> Route:
    upstream = path.split("/")[1]
    return Route(
        API + path,
        path,
        upstream,
        timeout,
        body_limit,
        check_token=check_token,
        writes=writes,
        read_weight=read_weight,
        shared=shared,
        counts_clients=upstream == "auth",
    )


def _open(path: str, writes: Rate = Rate.OPEN_WRITE) -> Route:
    """For those who have no token, or not yet."""
    return _api(path, check_token=False, writes=writes)


ROUTES = (
    _open("/auth/register"),
    _open("/auth/verify-email"),
    _open("/auth/login"),
    _open("/auth/token"),
    _open("/auth/refresh", Rate.WRITE),  # by every browser that has an account, and there is nothing to guess
    _open("/auth/logout", Rate.WRITE),
    _open("/auth/forgot-password"),
    _open("/auth/reset-password"),
    _open("/auth/confirm-email"),
    _open("/auth/oauth"),
    _open("/auth/guests"),
    _open("/auth/.well-known"),
    _api("/auth"),
    _api("/catalog/uploads", body_limit=_UPLOAD, check_token=False, writes=Rate.WRITE),  # the address is signed
    _api("/catalog/services", timeout=60.0, shared=10),  # making images of an upload takes a while
    _api("/catalog/categories", shared=60),
    _api("/catalog/providers", shared=10),
    _api("/catalog"),
    _api("/bookings/availability", read_weight=5, shared=5),
    _api("/bookings/export", read_weight=50),
    _api("/bookings/feed.ics", read_weight=5),
    _api("/bookings/policies", shared=60),
    _api("/bookings/state-machine", shared=60),
    _api("/bookings/schedule", body_limit=_SCHEDULE),
    _api("/bookings/guest", writes=Rate.OPEN_WRITE),
    _api("/bookings"),
    _api("/ratings", shared=10),
    _api("/geo", shared=10),
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
