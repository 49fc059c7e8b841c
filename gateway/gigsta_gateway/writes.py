"""What is written in one turn of the event loop leaves together at the end of the turn.

Each message on its own would wake its receiver on another core, which costs more than the message itself; and the head
and the body of a response need only one system call this way.
"""

import asyncio
from typing import Any


class Turn:
    """The transports that have something to send at the end of this turn."""

    def __init__(self) -> None:
        self._waiting: list[GatheringTransport] = []

    def add(self, transport: "GatheringTransport") -> None:
        if not self._waiting:
            transport.loop.call_soon(self._end)
        self._waiting.append(transport)

    def _end(self) -> None:
        waiting, self._waiting = self._waiting, []
        for transport in waiting:
            transport.flush()


class GatheringTransport:
    """As much of a transport as HTTP needs, whose `write` waits for the end of the turn."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, turn: Turn) -> None:
        self.loop = loop
        self._transport = transport
        self._turn = turn
        self._parts: list[bytes] = []
        self.abort = transport.abort
        self.is_closing = transport.is_closing
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._turn.add(self)
        self._parts.append(data)

    def flush(self) -> None:
        """Send now what waits."""
        parts = self._parts
        if parts:
            self._parts = []
            if self._transport.is_closing():
                return
            if len(parts) == 1:
                self._transport.write(parts[0])
            else:
                self._transport.writelines(parts)

    def close(self) -> None:
        self.flush()
        self._transport.close()
