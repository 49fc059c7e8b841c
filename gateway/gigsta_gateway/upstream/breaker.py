"""A circuit breaker: after a row of failures a service is left alone for a while, so that its absence costs nothing."""

import time
from collections.abc import Callable


class Breaker:
    """Closed, it lets everything through. Open, nothing. After `rest` seconds one request is let through as a probe:
    if it gets any answer the breaker closes, else it rests again."""

    def __init__(self, *, failures: int = 5, rest: float = 2.0, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._rest = rest
        self._now = now
        self._failures = 0
        self._opened: float | None = None
        self._probing = False

    @property
    def open(self) -> bool:
        return self._opened is not None

    def allows(self) -> bool:
        """Whether a request may go. Each one that may is followed by exactly one of the calls below."""
        if self._opened is None:
            return True
        if self._probing or self._now() - self._opened < self._rest:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._opened = None
        self._probing = False

    def failed(self) -> None:
        self._failures += 1
        self._probing = False
        if self._failures >= self._limit:
            self._opened = self._now()

    def abandoned(self) -> None:
        """The request ended for a reason that says nothing about the service."""
        self._probing = False
