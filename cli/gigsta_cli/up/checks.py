"""What must hold before anything is started: nobody else runs from here, and every port is free."""

import fcntl
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil


class UpError(Exception):
    """`gigsta up` cannot go on; the text is one plain sentence that names the way out."""


@contextmanager
def claimed(state: Path) -> Iterator[None]:
    """Holds the state directory for this process. The kernel lets go of it when the process ends, however it does."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            raise UpError(
                f"GigSta already runs from {state} (process {owner}): "
                f"use that one, or stop it with Ctrl-C where it runs or with `kill {owner}`."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def require_free(ports: Mapping[int, str], *, suggestion: int) -> None:
    """`ports` says who wants each. Raises UpError for the first that is taken."""
    for port, wanted_by in ports.items():
        if port_is_free(port):
            continue
        raise UpError(
            f"Port {port}, which {wanted_by} needs, is taken by {holder(port)}: "
            f"stop that, or use other ports with `GIGSTA_PORT={suggestion} make up`."
        )


def port_is_free(port: int) -> bool:
    """Whether we could listen there on 127.0.0.1. What is left of closed connections does not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
        return True


def holder(port: int) -> str:
    """Who listens on a port, as far as this user may know."""
    try:
        for connection in psutil.net_connections("tcp"):
            here = connection.laddr
            if connection.status == psutil.CONN_LISTEN and here and here.port == port and connection.pid:
                process = psutil.Process(connection.pid)
                return f"{process.name()} (process {process.pid})"
    except (psutil.Error, OSError):
        pass
    return "another process"
