"""Answers that may be kept: each with an ETag, and 304 for whoever has it already.

Whoever shows no token gets what everybody gets, and caches in between may keep that for a moment. Whoever shows one
gets an answer of their own, which nobody else may be given and which has to be asked after each time.
"""

from hashlib import sha256

from fastapi import Request
from starlette.responses import Response

from gigsta_common.idempotency import Endpoint, IdempotentRoute

FOR_EVERYBODY = "public, max-age=10, s-maxage=30, stale-while-revalidate=60"
FOR_ONE = "private, no-cache"
_KEPT = ("cache-control", "etag", "vary")


class CachedRoute(IdempotentRoute):
    """For the GETs of a router. One whose answer says itself how it may be kept is left as it is."""

    def get_route_handler(self) -> Endpoint:
        original = super().get_route_handler()
        if "GET" not in (self.methods or ()):
            return original

        async def handler(request: Request) -> Response:
            return _answered(request, await original(request))

        return handler


def _answered(request: Request, response: Response) -> Response:
    body = getattr(response, "body", None)
    if response.status_code != 200 or body is None or "cache-control" in response.headers:
        return response
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    response.headers["etag"] = tag
    response.headers["cache-control"] = FOR_ONE if "authorization" in request.headers else FOR_EVERYBODY
    response.headers["vary"] = "Authorization"
    if _names(request.headers.get("if-none-match"), tag):
        kept = {name: value for name, value in response.headers.items() if name in _KEPT}
        return Response(status_code=304, headers=kept)
    return response


def _names(known: str | None, tag: str) -> bool:
    """Whether an If-None-Match names this version. A cache in between that compresses makes its tag a weak one."""
    return known is not None and any(one.strip().removeprefix("W/") in (tag, "*") for one in known.split(","))
