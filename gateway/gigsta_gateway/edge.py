"""What every answer carries: security headers, the request id, and what CORS needs."""

from starlette.types import Message, Send

from gigsta_common.errors import Forbidden
from gigsta_gateway.requests import METHODS, EdgeRequest
from gigsta_gateway.settings import GatewaySettings

Header = tuple[bytes, bytes]

DOCS = "/api/docs"

_CSP = b"content-security-policy"
_HSTS: Header = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"vary", b"Origin"),
)
_API_CSP: Header = (_CSP, b"default-src 'none'; frame-ancestors 'none'")
_PERMISSIONS: Header = (b"permissions-policy", b"camera=(), microphone=(), payment=(), geolocation=(self)")
DOCS_CSP: Header = (
    _CSP,
    b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
)

_EXPOSED = b"X-Request-ID, Retry-After, ETag, Idempotency-Replayed"
_REQUEST_HEADERS = (
    b"Authorization, Booking-Key, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, "
    b"X-Request-ID, traceparent"
)
_PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", ", ".join(sorted(METHODS)).encode()),
    (b"access-control-allow-headers", _REQUEST_HEADERS),
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
)


class Edge:
    """The headers to add, made once."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._origins = {origin.encode() for origin in settings.allowed_origins}
        always = (*_ALWAYS, _HSTS) if settings.environment == "production" else _ALWAYS
        self.api = (*always, _API_CSP)
        self.page = (*always, _API_CSP, _PERMISSIONS)  # the web client says itself what it needs
        self.docs = (*always, DOCS_CSP)

    def cors(self, request: EdgeRequest) -> tuple[Header, ...]:
        """What lets the page that sent this request read the answer; nothing if it may not."""
        origin = request.read.get(b"origin")
        if origin is None or origin not in self._origins:
            return ()
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", _EXPOSED),
        )

    def preflight(self, request: EdgeRequest) -> list[Header]:
        """The answer to a browser that asks whether it may.

        Raises:
            Forbidden: not from that origin.
        """
        if request.read.get(b"origin") not in self._origins:
            raise Forbidden("Pages of this origin may not call the API.", code="origin_not_allowed")
        return list(_PREFLIGHT)


class Reply:
    """The client's end of a response: an ASGI `send` that adds the edge's headers and remembers the status."""

    __slots__ = ("_own", "headers", "send", "status")

    def __init__(self, send: Send, request_id: str, headers: tuple[Header, ...], cors: tuple[Header, ...]) -> None:
        self.send = send
        self._own = (*cors, (b"x-request-id", request_id.encode()))
        self.headers = headers
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            said = message["headers"]
            own = self.headers
            if _CSP in dict(said):  # a page of a service knows best what it needs
                own = tuple(pair for pair in own if pair[0] != _CSP)
            message["headers"] = [*said, *own, *self._own]
        await self.send(message)
