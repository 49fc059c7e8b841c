"""Consumers that are killed, each a step further on its way than the one before: for tests of what is left then.

A step is a command to MongoDB. One consumer dies before the command is sent, the next when it has been answered. They
are forks of one process, which a test starts by `deaths_of`; its module calls `die_at_every_step`.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from itertools import count

from pymongo import monitoring

_NOT_STEPS = {"hello", "ismaster", "saslStart", "saslContinue", "ping", "endSessions", "buildInfo"}


class _Executioner(monitoring.CommandListener):
    """Kills this process at a step of its way."""

    def __init__(self, step: int, moment: str) -> None:
        self._left = step
        self._moment = moment
        self._fatal: int | None = None

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in _NOT_STEPS:
            return
        self._left -= 1
        if self._left == 0 and self._moment == "before":
            self._kill(event.command_name)
        if self._left == 0:
            self._fatal = event.request_id

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if event.request_id == self._fatal:
            self._kill(event.command_name)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """As good as never sent: nothing is left of it, and the next one is the step instead."""
        if event.request_id == self._fatal:
            self._left, self._fatal = 1, None

    def _kill(self, command: str) -> None:
        os.write(1, f"{command} ".encode())
        os.kill(os.getpid(), signal.SIGKILL)


def die_at_every_step(consume: Callable[[int], Awaitable[None]]) -> None:
    """Run `consume` with the numbers from 1, in processes that die ever later, until one comes through.

    Prints a line for each: the command at which it died, whether before or after it, and how it ended.
    """

    async def run(number: int) -> None:
        await consume(number)

    numbers = count(1)
    for step in count(1):
        for moment in ("before", "after"):
            number, child = next(numbers), os.fork()
            if child == 0:
                monitoring.register(_Executioner(step, moment))
                asyncio.run(run(number))
                os._exit(0)
            _, status = os.waitpid(child, 0)
            os.write(1, f"{moment} {status}\n".encode())
            if not os.WIFSIGNALED(status):
                return


async def deaths_of(module: str, *arguments: str, cwd: str, within: float = 240.0) -> list[str]:
    """What `die_at_every_step` prints in a process that runs the module.

    Raises:
        AssertionError: it is not what was to be expected: all killed but for the last, who has come through.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", module, *arguments),
        cwd=cwd,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(within):
            told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    deaths = told.decode().splitlines()
    assert process.returncode == 0, deaths
    assert deaths[-1].endswith(" 0"), deaths
    assert all(death.endswith(f" {signal.SIGKILL.value}") for death in deaths[:-1]), deaths
    return deaths
