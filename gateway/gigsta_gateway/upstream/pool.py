"""The connections to one service."""

import asyncio
import select
import ssl
from collections import deque
from urllib.parse import urlsplit

from gigsta_gateway.upstream.breaker import Breaker
from gigsta_gateway.upstream.connection import Connection, UpstreamGone
from gigsta_gateway.writes import Turn

_FRESH = 1.0
"""Seconds. A request that must not be sent twice goes only on a connection that was in use so lately: no server closes
one that soon."""


class TooManyConnections(Exception):
    """The service has as many requests under way as it may have."""


class Pool:
    def __init__(self, host: str, port: int, turn: Turn, *, tls: bool, idle_limit: float, limit: int = 4_000) -> None:
        self._host = host
        self._port = port
        self._turn = turn
        self._tls = ssl.create_default_context() if tls else None
        self._idle_limit = idle_limit
        self._limit = limit
        self._connections: set[Connection] = set()
        self._idle: deque[Connection] = deque()

    @property
    def open(self) -> int:
        return len(self._connections)

    @property
    def idle(self) -> int:
        return sum(not connection.closed for connection in self._idle)

    def take(self, now: float, *, repeatable: bool) -> Connection | None:
        """The idle connection that was in use last, if there is one good enough for such a request."""
        limit = self._idle_limit if repeatable else min(self._idle_limit, _FRESH)
        while self._idle:
            connection = self._idle.pop()
            if connection.closed:
                continue
            if now - connection.idle_since > limit:
                self._idle.append(connection)  # the others are older still
                return None
            if repeatable or not _has_news(connection):
                return connection
            connection.abort()
        return None

    async def connect(self) -> Connection:
        """A fresh connection.

        Raises:
            UpstreamGone: nobody answers there.
            TooManyConnections
        """
        if len(self._connections) >= self._limit:
            raise TooManyConnections
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: Connection(self._connections, self._turn), self._host, self._port, ssl=self._tls
            )
        except OSError as error:
            raise UpstreamGone(str(error)) from error
        return connection

    def give_back(self, connection: Connection, *, sent_whole: bool) -> None:
        """Keep it for the next request, or close it where that would not be safe."""
        if sent_whole and connection.reusable():
            connection.rest()
            self._idle.append(connection)
        else:
            connection.abort()

    def prune(self, now: float) -> None:
        """Close what has been idle for too long."""
        while self._idle and (self._idle[0].closed or now - self._idle[0].idle_since > self._idle_limit):
            self._idle.popleft().abort()

    def close(self) -> None:
        for connection in list(self._connections):
            connection.abort()


def _has_news(connection: Connection) -> bool:
    """Whether something has arrived that the event loop has not seen yet: on an idle connection, that it was closed."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


class Upstream:
    """One service, as the gateway sees it."""

    def __init__(self, name: str, url: str, turn: Turn, *, idle_limit: float) -> None:
        parts = urlsplit(url)
        self.name = name
        self.url = url
        self.host = parts.netloc.encode()
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        self.pool = Pool(parts.hostname or "", port, turn, tls=tls, idle_limit=idle_limit)
        self.breaker = Breaker()
