"""One answer for many who ask at the same time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """What `make` returns, made at most once every `seconds`, however many ask."""

    def __init__(self, make: Callable[[], Awaitable[T]], seconds: float) -> None:
        self._make = make
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._value: tuple[T, float] | None = None

    async def get(self) -> T:
        async with self._lock:
            if self._value is None or time.monotonic() - self._value[1] > self._seconds:
                self._value = (await self._make(), time.monotonic())
            return self._value[0]
