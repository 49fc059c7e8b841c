"""Small programs that stand in for the services, and a `gigsta up` that runs them."""

import json
import os
import signal
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from gigsta_cli.up import servers
from gigsta_cli.up.command import run_up
from gigsta_cli.up.plan import Commands
from gigsta_common.localservers import LocalServerError
from gigsta_common.localservers.rabbitmq_install import RabbitMQBinaries

HERE = str(Path(__file__).resolve())


class Answers(BaseHTTPRequestHandler):
    """503 while the file `not-ready-NAME` lies in the working directory, else 200, with what it was told."""

    def do_GET(self) -> None:
        waiting = Path(os.environ["STANDINS"], f"not-ready-{sys.argv[2]}").exists()
        checks = {"broker": "away" if waiting else "ok"}
        body = json.dumps({"checks": checks, "environment": dict(os.environ)}).encode()
        self.send_response(503 if waiting else 200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def service(name: str) -> None:
    if Path(os.environ["STANDINS"], f"broken-{name}").exists():
        sys.exit(f"{name} cannot live like this")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answers).serve_forever()


def job(name: str) -> None:
    """Leaves its environment behind, a line for each time it ran."""
    if Path(os.environ["STANDINS"], f"broken-{name}").exists():
        sys.exit(f"{name} went wrong")
    with Path(os.environ["STANDINS"], f"{name}.ran").open("a") as stream:
        stream.write(json.dumps(dict(os.environ)) + "\n")


def marketplace(*options: str) -> None:
    # The children see only what `gigsta up` passes on, so the place of the marker files travels in the command.
    def told(*arguments: str) -> tuple[str, ...]:
        return ("/usr/bin/env", f"STANDINS={os.environ['STANDINS']}", sys.executable, HERE, *arguments)

    commands = Commands(
        serve=lambda name: told("service", name),
        migrate=told("job", "migrate"),
        seed=told("job", "seed"),
        web=told("job", "web"),
    )
    if "--no-rabbitmq" in options:
        setattr(servers, "find_rabbitmq", no_rabbitmq)  # noqa: B010 -- it is not this module that owns it
    sys.exit(run_up(seed="--no-seed" not in options, commands=commands))


def no_rabbitmq(_: Path | None = None) -> RabbitMQBinaries:
    raise LocalServerError("RabbitMQ is not installed: install it.")


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    kinds: dict[str, Callable[..., None]] = {"service": service, "job": job, "marketplace": marketplace}
    kinds[kind](*rest)
