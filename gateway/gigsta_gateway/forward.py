"""The head of a request as a service gets it, and the headers of its response as the client gets them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from gigsta_common.clients import ADDRESS_HEADER, PROOF_HEADER
from gigsta_common.context import RequestContext
from gigsta_gateway.problems import HEAD_LIMIT, BadHeaders, HeadTooLarge
from gigsta_gateway.requests import EdgeRequest
from gigsta_gateway.routes import API, Route
from gigsta_gateway.settings import GatewaySettings
from gigsta_gateway.upstream import Upstream

_DROPPED = frozenset(
    {
        b"connection", b"date", b"keep-alive", b"referrer-policy", b"server",
        b"strict-transport-security", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"x-content-type-options",
        b"x-powered-by", b"x-request-id",
    }
)  # fmt: skip
"""Of a response: what is for one hop only, and what the edge or the server in front of it says itself."""
_DROPPED_PREFIXES = (b"access-control-", b"proxy-")


@dataclass(frozen=True, slots=True)
class Origin:
    """How the gateway tells services where a request came from: only what it knows itself."""

    secret: bytes | None
    scheme: bytes
    host: bytes
    proof: tuple[bytes, ...] = ()
    """The header by which a service knows that it is the gateway who speaks."""

    @classmethod
    def of(cls, settings: GatewaySettings) -> "Origin":
        parts = urlsplit(settings.public_url)
        secret = settings.origin_secret.get_secret_value().encode() if settings.origin_secret else None
        own = settings.gateway_secret
        proof = (PROOF_HEADER + b": " + own.get_secret_value().encode(),) if own else ()
        return cls(secret, parts.scheme.encode(), parts.netloc.encode(), proof)


def request_head(
    request: EdgeRequest, route: Route, upstream: Upstream, context: RequestContext, origin: Origin
) -> bytes:
    """Request line and headers, all but those that frame the body and the empty line at the end.

    Raises:
        BadHeaders: there is a line break where none can be.
        HeadTooLarge
    """
    address, trusted = request.client(origin.secret)
    lines = [
        b"%b %b%b HTTP/1.1" % (request.method.encode(), route.inside.encode(), request.target[len(route.prefix) :]),
        b"host: " + upstream.host,
        b"x-request-id: " + context.request_id.encode(),
        b"traceparent: " + context.traceparent.encode(),
        ADDRESS_HEADER + b": " + address,
        b"x-forwarded-proto: " + (origin.scheme if trusted else request.scheme),
        b"x-forwarded-host: " + origin.host,
        *(origin.proof if route.counts_clients else ()),
        *map(b": ".join, request.kept),
    ]
    head = b"\r\n".join(lines) + b"\r\n"
    if len(head) > HEAD_LIMIT:
        raise HeadTooLarge
    if not has_lines(head, len(lines)):
        raise BadHeaders("A header has characters that it may not have.")
    return head


def has_lines(head: bytes, wanted: int) -> bool:
    """Whether a head has this many lines, whatever may be taken for the end of one, and nothing that ends it early.

    With the number of lines that were put into it, none of them can have brought a further one along.
    """
    return len(head.splitlines()) == wanted and b"\0" not in head


def response_headers(
    status: int, headers: list[tuple[bytes, bytes]], route: Route, upstream: Upstream
) -> list[tuple[bytes, bytes]]:
    """What of a service's headers the client gets."""
    listed: frozenset[bytes] = frozenset()
    passed = []
    for pair in headers:
        name = pair[0]
        if name in _DROPPED or name.startswith(_DROPPED_PREFIXES):
            if name == b"connection" and pair[1] not in (b"close", b"keep-alive"):
                listed |= {token.strip().lower() for token in pair[1].split(b",")}
        elif name == b"location":
            passed.append((name, _outside(pair[1], route, upstream)))
        elif name != b"content-length" or status not in (204, 304):
            passed.append(pair)
    return [pair for pair in passed if pair[0] not in listed] if listed else passed


def _outside(location: bytes, route: Route, upstream: Upstream) -> bytes:
    """A place in the service, as a client has to write it; any other place as it is."""
    path = location.removeprefix(upstream.url.encode())
    if route.prefix.startswith(API) and path.startswith(b"/%b/" % upstream.name.encode()):
        return API.encode() + path
    return path or b"/"
