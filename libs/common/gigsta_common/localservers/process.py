"""Child processes that log to a file, are waited for with a deadline, and never outlive their parent."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

DIE_WITH_PARENT = Path(__file__).with_name("die_with_parent.py")
LOG_LINES_SHOWN = 8
LOG_LINE_WIDTH = 300

Popen: TypeAlias = subprocess.Popen[bytes]


class LocalServerError(Exception):
    """A local server cannot be had. The text is for a person: one plain sentence, then log lines if any."""


class Child:
    """One child process with its own log file, in its own session so that Ctrl-C reaches only us."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.argv = [str(part) for part in argv]
        self.log = log
        self.env = env
        self.cwd = cwd
        self._process: Popen | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs, or before it was started; negative for the signal that ended it."""
        return self._process.poll() if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        wrapped = [sys.executable, "-I", "-S", str(DIE_WITH_PARENT), str(os.getpid()), *self.argv]
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._process = _spawner.run(
                lambda: subprocess.Popen(
                    wrapped,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=self.env,
                    cwd=self.cwd,
                    start_new_session=True,
                )
            )

    def terminate(self) -> None:
        """Asks it to stop, and returns at once."""
        if self.alive and self._process:
            self._process.terminate()

    def stop(self, grace: float = 10.0) -> bool:
        """Asks it to stop, and kills it after `grace` seconds. False when it had to be killed."""
        if self._process is None:
            return True
        if grace > 0:
            self.terminate()
        try:
            self._process.wait(timeout=grace)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def kill(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)

    def log_tail(self, lines: int = LOG_LINES_SHOWN) -> str:
        """The last lines it wrote since it was last started."""
        try:
            with self.log.open("rb") as stream:
                size = stream.seek(0, os.SEEK_END)
                stream.seek(max(self._log_start, size - 64 * 1024))
                text = stream.read().decode(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(f"    {_readable(line)[:LOG_LINE_WIDTH]}" for line in text.splitlines()[-lines:])

    def wait_until(
        self,
        ready: Callable[[], bool],
        *,
        timeout: float,
        interval: float = 0.05,
        waits_for: Callable[[], str] = str,
    ) -> None:
        """Returns once `ready()` is true. Raises LocalServerError if the child dies or time is up first.

        `waits_for` says, in a few words, what it was not ready for.
        """
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.alive:
                raise self.error(f"{self.name} stopped while starting ({self.how_it_ended()})")
            if time.monotonic() > deadline:
                reason = waits_for()
                late = f"{self.name} was not ready within {timeout:.0f} seconds"
                raise self.error(f"{late} ({reason})" if reason else late)
            time.sleep(interval)

    def wait_finished(self, *, timeout: float) -> None:
        """Returns once it has ended by itself, and well. Raises LocalServerError otherwise."""
        deadline = time.monotonic() + timeout
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.alive:
            self.kill()
            raise self.error(f"{self.name} did not finish within {timeout:.0f} seconds")
        if self.exit_code != 0:
            raise self.error(f"{self.name} failed ({self.how_it_ended()})")

    def how_it_ended(self) -> str:
        code = self.exit_code
        if code is None:
            return "still running"
        return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"

    def error(self, sentence: str) -> LocalServerError:
        said = self.log_tail() or "    (nothing)"
        return LocalServerError(f"{sentence}; the end of its log, {self.log}, says:\n{said}")


def free_port() -> int:
    """A TCP port on 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_answers(port: int) -> bool:
    """Whether something on 127.0.0.1 accepts connections on this port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _readable(line: str) -> str:
    """Of a line of JSON, what a person wants to read first."""
    try:
        entry = json.loads(line)
        message = entry.get("message") or entry["msg"]
        details = entry.get("exception") or entry.get("error") or entry.get("attr", {}).get("error", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return line
    return f"{message} {details}".strip()


def require_unused(port: int, name: str) -> None:
    """A server that cannot listen takes a moment to say so; meanwhile somebody else would answer in its place."""
    if port_answers(port):
        raise LocalServerError(f"Port {port}, which {name} needs, is taken by another program: stop that one.")


class _Spawner:
    """Starts every process from one thread that lives as long as we do.

    Linux sends the parent-death signal when the *thread* that started the child ends, not the process.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Callable[[], Popen], Future[Popen]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def run(self, start: Callable[[], Popen]) -> Popen:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="spawner", daemon=True)
                self._thread.start()
        started: Future[Popen] = Future()
        self._jobs.put((start, started))
        return started.result()

    def _serve(self) -> None:
        while True:
            start, started = self._jobs.get()
            try:
                started.set_result(start())
            except BaseException as error:  # noqa: BLE001 -- handed to whoever waits
                started.set_exception(error)


_spawner = _Spawner()
