"""What belongs to the request being served: its id and its place in a trace (W3C Trace Context)."""

import random
import re
from contextvars import ContextVar
from dataclasses import dataclass

from gigsta_common.ids import new_id

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class RequestContext:
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
    parent = _TRACEPARENT.fullmatch(traceparent or "")
    trace_id = parent.group(1) if parent and parent.group(1) != "0" * 32 else _random_hex(128)
    context = RequestContext(request_id, trace_id, _random_hex(64))
    _current.set(context)
    return context


def _random_hex(bits: int) -> str:
    """Distinct, not secret: each request needs one, and asking the system for it would cost a call."""
    return f"{random.getrandbits(bits):0{bits // 4}x}"


def headers() -> dict[str, str]:
    """The headers that hand the present context to the next service."""
    context = current()
    if context is None:
        return {}
    return {"x-request-id": context.request_id, "traceparent": context.traceparent}
