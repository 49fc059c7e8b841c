"""Background tasks: ended for sure, and begun again when they fail."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

log = logging.getLogger(__name__)


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel the tasks and wait until they are over.

    Once is not always enough: PyMongo turns a cancellation that meets it on the network into an AutoReconnect, and a
    loop that lives through MongoDB's absences lives through that, too.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.2)


async def keep_running(name: str, run: Callable[[], Awaitable[Any]], *, pause: float = 1.0) -> None:
    """Run something that is to go on for ever; when it fails, say so and begin again. Returns if it returns."""
    while True:
        try:
            await run()
            return
        except Exception:
            log.exception("%s failed; beginning again", name)
            await asyncio.sleep(pause)
