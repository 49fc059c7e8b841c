"""The streams that are open here, and the one watch over the inbox that feeds them all.

The inbox is the truth, and `position` its order: a stream knows the last position that it gave out, and when the watch
says that there is something new, it reads what is behind that. So what comes between reading and listening is neither
lost nor doubled, on whichever instance a stream goes on.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Literal, cast

import prometheus_client as prometheus
from pymongo.errors import PyMongoError

from gigsta_common.app import Runtime
from gigsta_common.clock import Clock
from gigsta_common.errors import TooManyRequests
from gigsta_notifications.crud.inbox import Inbox
from gigsta_notifications.models import Item
from gigsta_notifications.settings import Settings

Reason = Literal["token_expired", "restarting", "unavailable"]

_PAGE = 100


class Stream:
    """One open stream of one user."""

    def __init__(self, user_id: str, expires: float | None, inbox: Inbox, clock: Clock) -> None:
        self.user_id = user_id
        self.ended: Reason | None = None
        """Why, once it is over."""
        self._expires = expires
        self._inbox = inbox
        self._clock = clock
        self._behind = True
        self._wake = asyncio.Event()

    def look(self) -> None:
        """Something may have been missed."""
        self._behind = True
        self._wake.set()

    def end(self, reason: Reason) -> None:
        self.ended = self.ended or reason
        self._wake.set()

    async def start(self, last: int | None) -> int:
        """The position at which the stream begins: `last`, or the end where there is no such position."""
        end = await self._inbox.last_position(self.user_id)
        return end if last is None else min(last, end)

    async def items(self, last: int) -> AsyncIterator[Item]:
        """Every item behind `last`, each once and in order, until the stream ends."""
        try:
            while self.ended is None:
                self._wake.clear()
                while self._behind and self.ended is None:
                    self._behind = False
                    found = await self._inbox.after(self.user_id, last, _PAGE)
                    self._behind = self._behind or len(found) == _PAGE
                    for item in found:
                        last = cast("int", item["position"])
                        yield item
                        if self.ended is not None:
                            return
                await self._wait()
        except PyMongoError:
            self.end("unavailable")

    async def _wait(self) -> None:
        """For something to do, or for the token to expire."""
        left = self._expires - self._clock.now().timestamp() if self._expires is not None else None
        if left is None or left > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._wake.wait()
        if self._expires is not None and self._clock.now().timestamp() >= self._expires:
            self.end("token_expired")


class Streams:
    def __init__(self, runtime: Runtime[Settings], inbox: Inbox) -> None:
        self._clock = runtime.clock
        self._inbox = inbox
        self._most = runtime.settings.streams_per_user
        self._open: defaultdict[str, set[Stream]] = defaultdict(set)
        self._stopping = False
        self._count = prometheus.Gauge(
            "gigsta_notification_streams", "Event streams that are open.", registry=runtime.registry
        )

    def open(self, user_id: str, expires: float | None) -> Stream:
        """A stream that is fed from now on; whoever opens it closes it.

        Raises:
            TooManyRequests: the user has as many as one may have.
        """
        if len(self._open.get(user_id, ())) >= self._most:
            raise TooManyRequests(
                f"You have {self._most} streams open already.", code="too_many_streams", retry_after=30
            )
        stream = Stream(user_id, expires, self._inbox, self._clock)
        self._open[user_id].add(stream)
        self._count.inc()
        if self._stopping:
            stream.end("restarting")
        return stream

    def close(self, stream: Stream) -> None:
        streams = self._open[stream.user_id]
        streams.discard(stream)
        if not streams:
            del self._open[stream.user_id]
        self._count.dec()

    def end_all(self) -> None:
        """End every stream: the process is about to stop."""
        self._stopping = True
        for stream in self._all():
            stream.end("restarting")

    async def run(self) -> None:
        """Feed the streams, for ever. Whenever the watch begins, every stream looks for what it may have missed."""
        async for user_id in self._inbox.watch():
            for stream in self._all() if user_id is None else tuple(self._open.get(user_id, ())):
                stream.look()

    def _all(self) -> list[Stream]:
        return [stream for streams in self._open.values() for stream in streams]
