"""How many requests one client may send. Each instance counts for itself, in its memory.

A client is a user where the token is known to be good, else a network: never what a header says that a client can send.
"""

import math
from functools import lru_cache

from gigsta_common.clients import network_of
from gigsta_common.errors import TooManyRequests
from gigsta_gateway.requests import EdgeRequest
from gigsta_gateway.routes import Rate, Route
from gigsta_gateway.settings import GatewaySettings, RateLimit

MOST_REMEMBERED = 20_000
"""Clients in each half of the buckets of one rate: about 25 MB for all of them at the very most."""
_ROUNDING = 1e-6

_network = lru_cache(MOST_REMEMBERED)(network_of)


class Buckets:
    """For each client a bucket that drains at a steady rate, which is no more than the time when it will be empty.

    A bucket that has not been touched for as long as a full one takes to drain is empty. So they are kept in two
    halves that change places no sooner than after that time: what is in the older half and was not moved to the younger
    one is forgotten when they do, and was empty. Where there are too many clients they change places sooner, and who
    was away for longest may begin anew.
    """

    def __init__(self, limit: RateLimit, most: int = MOST_REMEMBERED) -> None:
        self._interval = 1 / limit.a_second
        self._depth = limit.at_once / limit.a_second
        self._most = most
        self._younger: dict[str, float] = {}
        self._older: dict[str, float] = {}
        self._changed = 0.0

    def __len__(self) -> int:
        return len(self._younger) + len(self._older)

    def take(self, who: str, now: float, places: int = 1) -> float:
        """Take places in the client's bucket. Answers 0, or the seconds until they will be there."""
        if now - self._changed > self._depth or len(self._younger) >= self._most:
            self._older, self._younger, self._changed = self._younger, {}, now
        drained = self._younger.get(who) or self._older.get(who, now)
        drained = max(drained, now) + min(places * self._interval, self._depth)
        wait = drained - now - self._depth
        if wait > _ROUNDING:
            return wait
        self._younger[who] = drained
        return 0.0


class Rates:
    def __init__(self, settings: GatewaySettings) -> None:
        self._reads = Buckets(settings.rate_reads)
        self._writes = {
            Rate.WRITE: Buckets(settings.rate_writes),
            Rate.OPEN_WRITE: Buckets(settings.rate_open_writes),
        }
        self._secret = settings.origin_secret.get_secret_value().encode() if settings.origin_secret else None

    def check(self, request: EdgeRequest, route: Route, now: float) -> None:
        """Count a request. Ask before its token is verified, which costs more than most requests.

        Raises:
            TooManyRequests
        """
        user, buckets, places = request.user, self._reads, route.read_weight
        if request.method not in ("GET", "HEAD"):
            rate = route.writes or (Rate.WRITE if b"authorization" in request.read else Rate.OPEN_WRITE)
            buckets, places = self._writes[rate], 1
            if rate is Rate.OPEN_WRITE:
                user = None
        wait = buckets.take(user.user_id if user else self._network(request), now, places)
        if wait:
            seconds = math.ceil(wait)
            raise TooManyRequests(f"Too many requests. Try again in {seconds} s.", retry_after=seconds)

    def _network(self, request: EdgeRequest) -> str:
        address, _ = request.client(self._secret)
        return _network(address.decode("latin-1"))
