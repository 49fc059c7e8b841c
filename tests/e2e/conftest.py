"""How to kill a part of the system under test, where it is one that we may kill: `gigsta up`, or containers.

`GIGSTA_COMPOSE=1` says that GIGSTA_BASE_URL is `docker compose up` here. A deployed system is left alone.
"""

import os
import subprocess
import time
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).resolve().parents[2]
RESTARTS_WITHIN = 30


class Parts(Protocol):
    def kill(self, name: str) -> None:
        """SIGKILL to a service, `gateway`, `mongod` or `rabbitmq`, of which whoever runs it has to take notice."""


class Containers:
    """Kills what runs in a container from inside, since what `docker kill` ends counts as wanted and stays down."""

    def kill(self, name: str) -> None:
        container = "mongo" if name == "mongod" else name
        identity = _said("compose", "ps", "--quiet", container)
        before = _said("inspect", "--format", "{{.RestartCount}}", identity)
        _said("compose", "exec", "-T", container, "sh", "-c", "kill -9 -1")
        deadline = time.monotonic() + RESTARTS_WITHIN
        while _said("inspect", "--format", "{{.RestartCount}}", identity) == before:
            assert time.monotonic() < deadline, f"{container} was not started again"
            time.sleep(0.05)


def _said(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip()


@pytest.fixture
def parts(request: pytest.FixtureRequest) -> Parts:
    if os.environ.get("GIGSTA_COMPOSE"):
        return Containers()
    if os.environ.get("GIGSTA_BASE_URL"):
        pytest.skip("nobody kills parts of a system that is not ours")
    own: Parts = request.getfixturevalue("marketplace")
    return own
