"""`gigsta serve --all` as a process: it answers for every service, and ends in good order."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from gigsta_cli import doctor
from gigsta_cli.main import app
from gigsta_cli.up.plan import SERVICES
from gigsta_common.localservers import Child, Mongod, free_port

TOLD = {"ENVIRONMENT": "development", "KEY_ENCRYPTION_KEY": "A" * 43 + "=", "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def mongod() -> Iterator[Mongod]:
    with Mongod() as server:
        yield server


def test_everything_answers_and_sigterm_ends_it(
    mongod: Mongod, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    environment = {**os.environ, **TOLD, "MONGODB_URL": mongod.url, "PORT": str(port)}
    argv = [sys.executable, "-m", "gigsta_cli", "serve", "--all"]
    child = Child("gigsta", argv, log=tmp_path / "log", env=environment)
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as http:

        def ready() -> bool:
            try:
                return set(http.get("/health/ready").json()["checks"].values()) == {"ok"}
            except httpx2.TransportError:
                return False

        child.start()
        try:
            child.wait_until(ready, timeout=60)
            assert set(http.get("/health/ready").json()["checks"]) == set(SERVICES)
            assert http.get("/api/v1/bookings/state-machine").status_code == 200
            assert http.get("/api/v1/auth/.well-known/jwks.json").json()["keys"]
            monkeypatch.setenv("GIGSTA_BASE_URL", str(http.base_url))
            monkeypatch.setenv("JWKS_URL", f"http://127.0.0.1:{port}/api/v1/auth/.well-known/jwks.json")
            assert [finding.good for finding in (asyncio.run(doctor._keys()), *asyncio.run(doctor._gateway()))] == [
                True,
                True,
            ]
            # A connection that is kept alive must not hold up the end.
            assert child.stop(grace=20)
        finally:
            child.stop(0)
    assert child.exit_code in (0, -signal.SIGTERM)
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URL", "mongodb://nobody.invalid/")
    monkeypatch.delenv("KEY_ENCRYPTION_KEY", raising=False)
    told = CliRunner().invoke(app, ["serve", "--all", "--port", str(free_port())])
    assert told.exit_code == 2
    assert "KEY_ENCRYPTION_KEY: is missing" in told.output


def test_without_a_name_it_asks_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SERVICE", raising=False)
    told = CliRunner().invoke(app, ["serve"])
    assert told.exit_code == 2
    assert "Name a service" in told.output
