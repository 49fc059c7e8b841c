"""The one ASGI middleware of a service: request id and trace, access log, metrics, and the last resort for errors."""

import logging
import time
from typing import Any

import prometheus_client as prometheus
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gigsta_common import context, errors

access_log = logging.getLogger("gigsta.access")
log = logging.getLogger(__name__)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_READ = (b"x-request-id", b"traceparent", b"authorization")
_FOR_NOBODY_ELSE = (b"cache-control", b"no-store")
"""What somebody's token was shown for is kept by no cache and no browser, unless the route says otherwise."""
_QUIET = ("/health/live", "/health/ready", "/metrics")


class RequestMiddleware:
    """Plain ASGI, because wrapping the response (as `BaseHTTPMiddleware` does) breaks cancellation and streaming."""

    def __init__(self, app: ASGIApp, registry: prometheus.CollectorRegistry) -> None:
        self._app = app
        self._seconds = prometheus.Histogram(
            "gigsta_http_request_seconds",
            "Time to answer a request.",
            ("method", "route", "status"),
            registry=registry,
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value for name, value in scope["headers"] if name in _READ}
        request = context.enter(_text(headers, b"x-request-id"), _text(headers, b"traceparent"))
        started = time.perf_counter()
        status = 0
        replaced = False

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = message.get("headers", ())
                message["headers"] = [*said, (b"x-request-id", request.request_id.encode())]
                if b"authorization" in headers and all(name != b"cache-control" for name, _ in said):
                    message["headers"].append(_FOR_NOBODY_ELSE)
            await send(message)

        async def send_or_replace(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_plain_413(message):
                replaced = True
                too_large = errors.from_status(413, "The body is larger than this takes.")
                await errors.answer(too_large, scope)(scope, receive, send_with_id)
            elif not replaced:
                await send_with_id(message)

        try:
            await self._app(scope, receive, send_or_replace)
        except Exception:
            log.exception("an unexpected error")
            if status:
                raise
            problem = errors.Problem("Something went wrong on our side. The request id helps us to find it.")
            await errors.answer(problem, scope)(scope, receive, send_with_id)
        finally:
            self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._seconds.labels(method, route, str(status)).observe(seconds)
        if scope["path"] in _QUIET:
            return
        access_log.info(
            "request",
            extra={
                "method": scope["method"],
                "path": scope["path"],
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 2),
            },
        )


def route_of(scope: Scope) -> str:
    """The route's template (`/bookings/{booking_id}`): paths with ids in them would make a metric each."""
    # The route of an included router does not know the prefix it was included under; what FastAPI notes beside it does.
    included: Any = scope.get("fastapi", {}).get("effective_route_context")
    route: Any = included or scope.get("route")
    return getattr(route, "path_format", None) or getattr(route, "path", None) or "(none)"


def _is_plain_413(message: Message) -> bool:
    """Whether it is the text that Starlette's body limit answers with, past all exception handlers."""
    return message["status"] == 413 and (b"content-type", b"text/plain; charset=utf-8") in message.get("headers", ())


def _text(headers: dict[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return value.decode("latin-1") if value is not None else None
