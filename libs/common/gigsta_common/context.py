"""What belongs to the request being served: its id and its place in a trace (W3C Trace Context)."""

import random
import re
from contextvars import ContextVar
from typing import NamedTuple

from gigsta_common.ids import new_id

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


class RequestContext(NamedTuple):
    """Travels with a request, in headers, and with an event, in its envelope."""

    request_id: str
    trace_id: str
    span_id: str

    @property
    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-01"


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def current() -> RequestContext | None:
    return _current.get()


def enter(request_id: str | None = None, traceparent: str | None = None) -> RequestContext:
    """Start a span for this task: it goes on with what the caller sent where that is well formed, else starts anew."""
    if request_id is None or not _REQUEST_ID.fullmatch(request_id):
        request_id = new_id()
    # Distinct, not secret: each request needs both, and asking the system for them would cost a call.
    drawn = f"{random.getrandbits(192):048x}"
    parent = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    trace_id = parent[1] if parent and parent[1] != "0" * 32 else drawn[:32]
    context = RequestContext(request_id, trace_id, drawn[32:])
    _current.set(context)
    return context


def headers() -> dict[str, str]:
    """The headers that hand the present context to the next service."""
    context = current()
    if context is None:
        return {}
    return {"x-request-id": context.request_id, "traceparent": context.traceparent}
