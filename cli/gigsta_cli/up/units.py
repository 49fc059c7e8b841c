"""What the supervisor starts, watches and stops: servers, our own programs, and jobs that run once."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Protocol

from gigsta_cli.up.plan import Program, log_file
from gigsta_common.localservers import Child

READY_SECONDS = 60
ANSWER_SECONDS = 5


class Unit(Protocol):
    """`Mongod` and `RabbitMQ` are units as they are."""

    name: str
    log: Path

    @property
    def pid(self) -> int | None: ...

    @property
    def alive(self) -> bool: ...

    def start(self) -> object:
        """Returns once it is ready for use. Raises LocalServerError."""

    def terminate(self) -> None: ...

    def stop(self, grace: float, /) -> object: ...

    def how_it_ended(self) -> str: ...


class Service(Child):
    """A program of ours, ready once its URL answers 200."""

    def __init__(self, program: Program, state: Path, *, ready_seconds: float = READY_SECONDS) -> None:
        super().__init__(program.name, program.argv, log=log_file(state, program.name), env=program.env)
        self._url = program.ready_url
        self._ready_seconds = ready_seconds
        self._not_ready = ""

    def start(self) -> None:
        super().start()
        self.wait_until(self._ready, timeout=self._ready_seconds, waits_for=lambda: self._not_ready)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(self._url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 -- ours
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            with error:
                self._not_ready = _what_is_missing(error.read())
        except OSError:
            self._not_ready = f"{self._url} does not answer"
        return False


class Job(Child):
    """A program that runs once and ends."""

    def run(self, *, timeout: float) -> None:
        """Returns once it has ended well. Raises LocalServerError."""
        self.start()
        self.wait_finished(timeout=timeout)


def _what_is_missing(body: bytes) -> str:
    """Out of `{"checks": {"broker": "away", "mongodb": "ok"}}`: what is not ok."""
    try:
        checks = json.loads(body)["checks"]
        return ", ".join(f"{name}: {state}" for name, state in checks.items() if state != "ok")
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
