"""Answers that are the same for everybody: what a page of the marketplace shows to whoever has not logged in.

The service is asked once for all who ask the same at the same time, and without any header of theirs. The answer is
made to say for how long caches between us and the clients may give it out, and is given a tag, so that nobody gets what
they have: here and in no service, unless its answer says itself how it may be kept (a picture: for ever). The gateway
keeps nothing.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.types import Message

from gigsta_common.errors import Problem, Unavailable
from gigsta_gateway.edge import Header, Reply
from gigsta_gateway.requests import EdgeRequest
from gigsta_gateway.routes import Route
from gigsta_gateway.upstream import BadUpstreamResponse, UpstreamGone

MOST = 512 * 1024
"""Bytes of an answer; a longer one is streamed to each who asks, as any other is."""
STALE_FACTOR = 6
"""A cache may give out what is so many times as old while it asks anew."""

_MEANINGLESS = frozenset(
    {
        b"accept", b"accept-encoding", b"accept-language", b"cache-control", b"cookie", b"dnt", b"if-none-match",
        b"origin", b"pragma", b"priority", b"referer", b"upgrade-insecure-requests", b"user-agent",
    }
)  # fmt: skip
"""Headers that no public answer depends on; only auth reads cookies, and a browser sends them along with everything.
With any other, or one of `sec-...`, an answer may be for one client."""


Ask = Callable[["Gathering"], Awaitable[None]]
"""Has the service's answer gathered."""


class TooLong(Exception):
    """More than is gathered here."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: list[Header]
    body: bytes
    tag: bytes | None
    """By which a client may say that it has it."""

    async def give(self, known: bytes | None, reply: Reply) -> None:
        """To one client, who has the versions named in `known` (If-None-Match)."""
        status, headers, body = self.status, self.headers, self.body
        if known is not None and self.tag is not None and _names(known, self.tag):
            status, body = 304, b""
            headers = [pair for pair in headers if not pair[0].startswith(b"content-")]
        await reply({"type": "http.response.start", "status": status, "headers": headers})
        await reply.send({"type": "http.response.body", "body": body})


def _names(known: bytes, tag: bytes) -> bool:
    return any(one.strip().removeprefix(b"W/") in (tag, b"*") for one in known.split(b","))


class Gathering:
    """Takes an answer in a client's stead."""

    def __init__(self) -> None:
        self.status = 0
        self._said: list[Header] = []
        self._parts: list[bytes] = []
        self._size = 0

    async def __call__(self, message: Message) -> None:
        self.status = message["status"]
        self._said = message["headers"]

    async def send(self, message: Message) -> None:
        part: bytes = message["body"]
        self._parts.append(part)
        self._size += len(part)
        if self._size > MOST:
            raise TooLong

    def answer(self, seconds: int) -> Answer | None:
        """None where it is for one client only. `seconds`: how long caches may keep it."""
        said, body = dict(self._said), b"".join(self._parts)
        if b"set-cookie" in said:
            return None
        if self.status != 200:
            return Answer(self.status, self._said, body, None)
        tag, headers = said.get(b"etag", b"").removeprefix(b"W/"), self._said
        if b"cache-control" not in said:
            tag = tag or b'"%b"' % hashlib.sha256(body).hexdigest()[:32].encode()
            how_long = b"public, max-age=0, s-maxage=%d, stale-while-revalidate=%d" % (seconds, seconds * STALE_FACTOR)
            headers = [pair for pair in headers if pair[0] != b"etag"]
            headers += [(b"cache-control", how_long), (b"etag", tag), (b"vary", b"Authorization")]
        return Answer(self.status, headers, body, tag or None)


class Public:
    def __init__(self) -> None:
        self._asked: dict[bytes, asyncio.Future[Answer | None]] = {}
        """What is being asked, by its address."""

    @staticmethod
    def is_everybodys(request: EdgeRequest, route: Route) -> bool:
        return (
            route.shared > 0
            and request.method == "GET"
            and not request.has_body
            and b"authorization" not in request.read
            and all(name in _MEANINGLESS or name.startswith(b"sec-") for name, _ in request.kept)
        )

    async def get(self, request: EdgeRequest, route: Route, ask: Ask) -> Answer | None:
        """The answer that `ask` gets, or that of whoever is asking the same. None where it cannot be shared.

        Raises:
            Problem, and what else `ask` raises
        """
        target = request.target
        while (underway := self._asked.get(target)) is not None:
            await asyncio.wait((underway,))
            if not underway.cancelled():  # else whoever asked has gone away
                return underway.result()
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._asked[target] = future
        try:
            future.set_result(await self._gather(route, ask))
        except Problem as error:
            future.set_exception(error)
        finally:
            del self._asked[target]
            future.cancel()  # if it is not done
        return future.result()

    async def _gather(self, route: Route, ask: Ask) -> Answer | None:
        gathering = Gathering()
        try:
            await ask(gathering)
        except TooLong:
            return None
        except (UpstreamGone, BadUpstreamResponse):
            why = f"The {route.upstream} service is away for the moment."
            raise Unavailable(why, code="upstream_unavailable") from None
        return gathering.answer(route.shared)
