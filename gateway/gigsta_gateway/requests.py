"""A client's request as the gateway reads it: what it asks for, and which of its headers may go on to a service."""

import asyncio
import hmac
from collections.abc import Iterable

from starlette.types import Receive, Scope

from gigsta_common.security import Principal
from gigsta_gateway.problems import BadHeaders, BadPath, MethodNotAllowed

_LINGER_SECONDS = 2.0
_LINGER_BYTES = 8_000_000
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})

_READ = frozenset(
    {
        b"access-control-request-method", b"authorization", b"cf-connecting-ip", b"connection", b"content-length",
        b"host", b"origin", b"traceparent", b"transfer-encoding", b"upgrade", b"x-gigsta-origin-secret",
        b"x-request-id",
    }
)  # fmt: skip
"""Headers that are looked at here. One of them twice is refused: the service might look at the other."""

_DROPPED = frozenset(
    {
        b"connection", b"content-length", b"expect", b"forwarded", b"host", b"http2-settings", b"keep-alive", b"te",
        b"traceparent", b"trailer", b"transfer-encoding", b"true-client-ip", b"upgrade", b"via", b"x-client-ip",
        b"x-cluster-client-ip", b"x-http-method-override", b"x-original-url", b"x-real-ip", b"x-request-id",
        b"x-rewrite-url",
    }
)  # fmt: skip
_DROPPED_PREFIXES = (b"cf-", b"proxy-", b"x-auth-", b"x-forwarded-", b"x-gigsta-", b"x-original-", b"x-user-")


class EdgeRequest:
    """Making one never fails; `check` does, for a request that has to be refused."""

    __slots__ = (
        "_repeated", "_scope", "body_size", "has_body", "kept", "method", "path", "read", "repeatable", "user",
    )  # fmt: skip

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._repeated: bytes | None = None
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.user: Principal | None = None
        """Who sends it, as far as the token was checked here."""
        self.kept: list[tuple[bytes, bytes]] = []
        """The headers that go on to the service."""
        self.read: dict[bytes, bytes] = {}
        """Of the headers that are looked at here, those that were sent."""
        read, kept = self.read, self.kept
        for pair in scope["headers"]:
            name = pair[0]
            if name in _READ:
                if name in read:
                    self._repeated = name
                read[name] = pair[1]
            if name not in _DROPPED and not name.startswith(_DROPPED_PREFIXES) and b"_" not in name:
                kept.append(pair)
        length = read.get(b"content-length")
        self.body_size = int(length) if length is not None and len(length) < 19 and length.isdigit() else None
        """Bytes of the body, where the client says so beforehand."""
        self.has_body = b"transfer-encoding" in read or bool(self.body_size)
        self.repeatable = self.method in _REPEATABLE and not self.has_body
        """Whether the service may get it twice without harm."""

    @property
    def is_preflight(self) -> bool:
        """Whether it is a browser's question if a page may send what it is about to."""
        return self.method == "OPTIONS" and b"origin" in self.read and b"access-control-request-method" in self.read

    @property
    def target(self) -> bytes:
        """Path and query, as the client wrote them."""
        raw: bytes = self._scope["raw_path"]
        query: bytes = self._scope["query_string"]
        return raw + b"?" + query if query else raw

    @property
    def scheme(self) -> bytes:
        return b"https" if self._scope["scheme"] == "https" else b"http"

    def header(self, name: bytes) -> str | None:
        value = self.read.get(name)
        return value.decode("latin-1") if value is not None else None

    def check(self) -> None:
        """Refuse what different servers could understand differently.

        Raises:
            BadHeaders, BadPath, MethodNotAllowed
        """
        if self.method not in METHODS:
            raise MethodNotAllowed("No such method here.", headers={"Allow": ", ".join(sorted(METHODS))})
        self._check_framing()
        path = self.path
        if "/." in path and any(part in (".", "..") for part in path.split("/")):
            raise BadPath("The path may not have dot segments.")
        if "\\" in path or "\0" in path or not path.startswith("/"):
            raise BadPath("The path has characters that it may not have.")
        connection = self.read.get(b"connection")
        if connection is not None and connection.lower() not in (b"keep-alive", b"close"):
            self._drop(part.strip().lower() for part in connection.split(b","))

    def _check_framing(self) -> None:
        read = self.read
        if self._repeated is not None:
            raise BadHeaders(f"The header {self._repeated.decode('latin-1')} may be sent only once.")
        encoding = read.get(b"transfer-encoding")
        if encoding is not None and (
            encoding.lower() != b"chunked" or b"content-length" in read or self._scope["http_version"] != "1.1"
        ):
            raise BadHeaders("The only transfer encoding is `chunked`, on HTTP/1.1, and without a Content-Length.")
        if b"content-length" in read and self.body_size is None:
            raise BadHeaders("The Content-Length is not a number.")
        if b"upgrade" in read and self.has_body:
            raise BadHeaders("A request to upgrade may not have a body.")
        if self._scope["http_version"] not in ("1.0", "1.1"):
            raise BadHeaders("Speak HTTP/1.1.")
        if b"host" not in read and self._scope["http_version"] == "1.1":
            raise BadHeaders("The Host header is missing.")

    def _drop(self, names: Iterable[bytes]) -> None:
        """Headers that the client declared to be for this hop only."""
        dropped = frozenset(names)
        self.kept = [pair for pair in self.kept if pair[0] not in dropped]

    def client(self, origin_secret: bytes | None) -> tuple[bytes, bool]:
        """The client's address, and whether the request came through our zone at Cloudflare."""
        given = self.read.get(b"x-gigsta-origin-secret")
        address = self.read.get(b"cf-connecting-ip")
        peer = self._scope["client"]
        if origin_secret is not None and given is not None and hmac.compare_digest(given, origin_secret):
            return address or (peer[0].encode() if peer else b"unknown"), True
        return (peer[0].encode() if peer else b"unknown"), False


async def linger(receive: Receive) -> None:
    """Take and forget what the client still sends, up to a point."""
    left = _LINGER_BYTES
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))
    except TimeoutError:
        return
