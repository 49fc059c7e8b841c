"""`gigsta up` as a process, with real signals; small programs stand in for the services."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from gigsta_cli.up.plan import SERVICES, Ports
from gigsta_common.testing.waiting import until

STANDINS = Path(__file__).with_name("standins.py")
READY = "GigSta is ready"


def free_ports() -> Ports:
    """A base whose whole row of ports is free."""
    for base in range(20_000 + os.getpid() % 10_000, 32_000, 20):
        if not any(_taken(port) for port in range(base, base + 14)):
            return Ports(base)
    raise AssertionError("no row of free ports")


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


class Running:
    """A `gigsta up` with stand-ins, its output and its marker files."""

    def __init__(self, directory: Path, *options: str, **environment: str) -> None:
        self.directory = directory
        self.ports = free_ports()
        self.output = directory / f"output-{len(list(directory.glob('output-*')))}.txt"
        state = directory / "state"
        told = {"GIGSTA_STATE": str(state), "GIGSTA_PORT": str(self.ports.gateway), "STANDINS": str(directory)}
        outer = {k: v for k, v in os.environ.items() if k not in ("MONGODB_URL", "AMQP_URL")}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "error", str(STANDINS), "marketplace", *options],
                env={**outer, "PYTHONPATH": os.pathsep.join(sys.path), **told, **environment},
                stdout=output,
                stderr=output,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def until_says(self, words: str, times: int = 1) -> None:
        until(lambda: self.said.count(words) >= times or self.process.poll() is not None)
        assert self.said.count(words) >= times, self.said

    def exit_code(self) -> int:
        return self.process.wait(timeout=60)

    def descendants(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def child(self, *words: str) -> psutil.Process:
        """The child whose command line has all these words."""
        found = [p for p in self.descendants() if all(word in _command_line(p) for word in words)]
        assert len(found) == 1, found
        return found[0]

    def answer(self, port: int) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return dict(json.loads(answer.read()))

    def runs_of(self, job: str) -> int:
        record = self.directory / f"{job}.ran"
        return len(record.read_text().splitlines()) if record.exists() else 0


def _command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return ""


def gone(processes: list[psutil.Process]) -> bool:
    return not [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def up(tmp_path: Path, mongod_url: str, amqp_url: str) -> Iterator[Callable[..., Running]]:
    """Starts a marketplace on the servers of this test session."""
    started: list[Running] = []

    def start(*options: str, **environment: str) -> Running:
        servers = {"MONGODB_URL": mongod_url, "AMQP_URL": amqp_url} | environment
        started.append(Running(tmp_path, *options, **servers))
        return started[-1]

    yield start
    for running in started:
        running.process.kill()
        running.process.wait(timeout=10)


def test_everything_is_started_shown_and_stopped_and_a_second_one_refused(up: Callable[..., Running]) -> None:
    running = up()
    running.until_says(READY)
    children = running.descendants()
    assert len(children) == len(SERVICES) + 1
    told = running.answer(running.ports.service("auth"))["environment"]
    assert told["MONGODB_URL"].startswith("mongodb://127.0.0.1:")
    assert "/gigsta_auth" in told["MONGODB_URL"]
    for words in ("customer@example.com", "gigsta-demo", "/api/docs", "/dev/mail", "geo.log", "Ctrl-C"):
        assert words in running.said
    assert (running.runs_of("migrate"), running.runs_of("seed")) == (1, 1)
    second = up()
    assert second.exit_code() == 1
    assert f"process {running.process.pid}" in second.said
    running.process.send_signal(signal.SIGINT)
    assert running.exit_code() == 0
    assert gone(children)


def test_sigterm_stops_it_too_and_no_seed_loads_nothing(up: Callable[..., Running]) -> None:
    running = up("--no-seed")
    running.until_says(READY)
    assert running.runs_of("seed") == 0
    assert "customer@example.com" not in running.said
    running.process.terminate()
    assert running.exit_code() == 0


def test_a_killed_service_comes_back_and_nothing_outlives_a_killed_supervisor(up: Callable[..., Running]) -> None:
    running = up()
    running.until_says(READY)
    running.child("service", "catalog").kill()
    running.until_says("catalog stopped (killed by SIGKILL)")
    running.until_says("catalog is up again.")
    assert running.answer(running.ports.service("catalog"))
    children = running.descendants()
    running.process.kill()
    running.process.wait(timeout=10)
    until(lambda: gone(children))


def test_a_service_that_dies_while_starting_is_named_with_its_log(up: Callable[..., Running], tmp_path: Path) -> None:
    (tmp_path / "broken-ratings").touch()
    running = up()
    assert running.exit_code() == 1
    assert "ratings stopped while starting (exit code 1)" in running.said
    assert "ratings cannot live like this" in running.said
    assert "ratings.log" in running.said


def test_a_failed_migration_stops_the_start(up: Callable[..., Running], tmp_path: Path) -> None:
    (tmp_path / "broken-migrate").touch()
    running = up()
    assert running.exit_code() == 1
    assert "migrate failed (exit code 1)" in running.said
    assert "migrate went wrong" in running.said


def test_without_a_web_app_it_says_why_and_runs_all_the_same(up: Callable[..., Running], tmp_path: Path) -> None:
    (tmp_path / "broken-web").touch()
    running = up()
    running.until_says(READY)
    assert "There is no web app: web went wrong" in running.said


def test_it_stops_at_once_while_it_still_waits_for_a_service(up: Callable[..., Running], tmp_path: Path) -> None:
    (tmp_path / "not-ready-geo").touch()
    running = up()
    running.until_says(" notifications ")
    running.process.send_signal(signal.SIGINT)
    assert running.exit_code() == 0
    assert READY not in running.said


def test_with_servers_of_its_own_it_heals_and_keeps_its_data(tmp_path: Path, amqp_url: str) -> None:
    mongod = Path(__file__).resolve().parents[2] / ".gigsta" / "mongod"
    (tmp_path / "state").mkdir()
    if mongod.exists():
        (tmp_path / "state" / "mongod").symlink_to(mongod)
    running = Running(tmp_path)
    try:
        running.until_says(READY)
        told = running.answer(running.ports.service("auth"))["environment"]
        assert "gigsta_auth?authSource=gigsta_auth" in told["MONGODB_URL"]
        running.child("mongod", "--dbpath").kill()
        running.child("beam.smp").kill()
        running.until_says("mongod is up again.")
        running.until_says("RabbitMQ is up again.")
        children = running.descendants()
    finally:
        running.process.terminate()
    assert running.exit_code() == 0
    assert gone(children)
    again = Running(tmp_path, AMQP_URL=amqp_url)  # a second start of RabbitMQ would only take time
    try:
        again.until_says(READY)
        assert (again.runs_of("migrate"), again.runs_of("seed")) == (2, 1)
        children = again.descendants()
    finally:
        again.process.kill()
        again.process.wait(timeout=10)
    until(lambda: gone(children))


def test_without_rabbitmq_everything_runs_in_one_process_and_it_says_so(up: Callable[..., Running]) -> None:
    running = up("--no-rabbitmq", AMQP_URL="")
    running.until_says(READY)
    assert "RabbitMQ is not installed: install it. Until then everything runs in one process" in running.said
    assert [_command_line(child).split()[-1] for child in running.descendants()] == ["--all"]
    told = running.answer(running.ports.gateway)["environment"]
    assert "/gigsta_geo" in told["MONGODB_URL_GEO"]
    assert "AMQP_URL" not in told
    running.process.send_signal(signal.SIGINT)
    assert running.exit_code() == 0
