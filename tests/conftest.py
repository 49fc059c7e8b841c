"""A whole marketplace to test from outside: the one that GIGSTA_BASE_URL names, or one of our own.

Our own is `gigsta up` itself, as a person starts it, with its own ports and its own state.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from xdist.scheduler import LoadFileScheduling

from gigsta_common.localservers import state_dir

UNLIMITED = '{"at_once": 1000000, "a_second": 1000000}'
"""All tests are one client. `gateway/tests/test_rates.py` has what the limits do."""
RATES = dict.fromkeys(("RATE_READS", "RATE_WRITES", "RATE_OPEN_WRITES"), UNLIMITED)
MARKETPLACE = ("tests/attacks/", "tests/e2e/", "tests/faults/test_parts_that_die.py")
"""Where the tests are that share one."""
START_SECONDS = 240
STOP_SECONDS = 60


class OneMarketplace(LoadFileScheduling):
    """As `--dist loadfile`, but one worker has all the tests of the marketplace, so that it is started once."""

    def _split_scope(self, nodeid: str) -> str:
        return "the marketplace" if nodeid.startswith(MARKETPLACE) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneMarketplace | None:
    return OneMarketplace(config, log) if config.getoption("dist") == "loadfile" else None


@dataclass
class Marketplace:
    """A running `gigsta up`."""

    url: str
    process: "subprocess.Popen[bytes]"
    state: Path

    def processes(self, name: str) -> list[psutil.Process]:
        """Those of a service, `gateway`, `mongod` or `rabbitmq`."""
        wanted = {"mongod": "/mongod", "rabbitmq": "beam.smp"}.get(name, f"gigsta_cli serve {name}")
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if wanted in " ".join(child.cmdline()):
                    found.append(child)
        return found

    def kill(self, name: str) -> None:
        """SIGKILL."""
        found = self.processes(name)
        assert found, f"no process of {name}"
        for process in found:
            process.kill()


@pytest.fixture(scope="session")
def marketplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marketplace]:
    """One of our own, with the demo data."""
    with _running(tmp_path_factory.mktemp("marketplace")) as running:
        yield running


@pytest.fixture(scope="session")
def one_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marketplace]:
    """The same as `gigsta serve --all` runs it, without a broker."""
    with _running(tmp_path_factory.mktemp("one-process"), "--one-process") as running:
        yield running


@contextmanager
def _running(state: Path, *options: str) -> Iterator[Marketplace]:
    if (state_dir() / "mongod").exists():  # the server program is fetched once
        (state / "mongod").symlink_to(state_dir() / "mongod")
    if (state_dir() / "web").exists():  # and the web app, if it is as its sources are, built once
        shutil.copytree(state_dir() / "web", state / "web")
    port = _free_base_port()
    with (state / "up.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "gigsta_cli", "up", *options],
            env={**os.environ, **RATES, "GIGSTA_PORT": str(port), "GIGSTA_STATE": str(state)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process, state / "up.log")
        yield Marketplace(f"http://127.0.0.1:{port}", process, state)
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(STOP_SECONDS)
    assert code == 0, (state / "up.log").read_text()


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest) -> str:
    """Of the marketplace under test, without a slash at the end."""
    given = os.environ.get("GIGSTA_BASE_URL")
    if given:
        return given.rstrip("/")
    own: Marketplace = request.getfixturevalue("marketplace")
    return own.url


@pytest.fixture
def http(base_url: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=base_url, timeout=20, trust_env=False) as client:
        yield client


def _free_base_port() -> int:
    """A port with the thirteen after it free, as `gigsta up` needs them."""
    for base in range(18000, 30000, 50):
        taken = False
        for port in range(base, base + 14):
            with socket.socket() as probe:
                taken = taken or probe.connect_ex(("127.0.0.1", port)) == 0
        if not taken:
            return base
    raise AssertionError("no free ports")


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, f"gigsta up ended:\n{log.read_text()}"
        assert time.monotonic() < deadline, f"gigsta up was not ready in time:\n{log.read_text()}"
        # The table at the end means that everything answers, demo data included.
        if "Ctrl-C" in log.read_text():
            break
        time.sleep(0.2)
    assert httpx2.get(f"{url}/health/live", timeout=5, trust_env=False).status_code == 200
