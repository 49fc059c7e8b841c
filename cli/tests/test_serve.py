"""`gigsta` as a command, and `gigsta serve`."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gigsta_cli.main import app
from gigsta_common.localservers import Child, free_port

SERVICE = """
import asyncio, os
from gigsta_common.settings import SettingsError

async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": type(asyncio.get_running_loop()).__module__.encode()})

def create_app():
    if "NEEDED" not in os.environ:
        raise SettingsError("These settings are wrong:\\n  NEEDED: is missing")
    return application
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Where a service named `demo` can be imported."""
    package = tmp_path / "gigsta_demo"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "main.py").write_text(SERVICE)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}


def test_help_names_every_command_and_imports_none_of_them() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert all(name in shown.output for name in ("up", "serve", "clean-data"))
    loads = "import sys, gigsta_cli.main; print(any(m in sys.modules for m in ('uvicorn', 'pymongo', 'fastapi')))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    asked = subprocess.run([sys.executable, "-c", loads], env=environment, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "False"


def test_a_service_is_served_until_sigterm(environment: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    told = {**environment, "PORT": str(port), "NEEDED": "here"}
    child = Child("demo", [sys.executable, "-m", "gigsta_cli", "serve", "demo"], log=tmp_path / "log", env=told)

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                return bool(answer.read() == b"uvloop")
        except OSError:
            return False

    child.start()
    try:
        child.wait_until(answers, timeout=30)
        # A connection that is kept alive must not hold up the end.
        with socket.create_connection(("127.0.0.1", port)):
            assert child.stop(grace=10)
    finally:
        child.stop(0)
    assert child.exit_code in (0, -signal.SIGTERM)


@pytest.mark.parametrize(
    ("name", "sentence"), [("demo", "NEEDED: is missing"), ("nothing", "There is no service named nothing.")]
)
def test_one_that_cannot_be_served_says_why_in_words(environment: dict[str, str], name: str, sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gigsta_cli", "serve", name],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
