"""Waiting for what other processes do: for a condition, with a deadline, never for a time."""

import time
from collections.abc import Callable
from typing import Any


def until(found: Callable[[], Any], what: str = "", *, within: float = 90.0) -> Any:
    """Ask again and again until the answer is something, and return it.

    Raises:
        AssertionError: there was none within so many seconds.
    """
    deadline = time.monotonic() + within
    while not (answer := found()):
        assert time.monotonic() < deadline, f"never within {within} s: {what or found}"
        time.sleep(0.02)
    return answer
