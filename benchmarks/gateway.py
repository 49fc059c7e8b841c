"""How fast the gateway proxies, next to nginx and to the proxy one writes first, each on one core."""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from gigsta_common.localservers.process import free_port, port_answers
from gigsta_common.security import Principal, SigningKey, issue_token

_ROOT = Path(__file__).resolve().parents[1]
_TESTED, _LOAD = "0", "1"
"""The core of what is measured, and the one of all the rest."""
_GOAL = 0.23
"""Of what nginx does on the same core."""
_BUSY = 0.8
"""How much of its core nginx has to have used: less means that the load was too slow, and flatters everything else."""
_NGINX_NAME, _GATEWAY_NAME = "nginx proxy_pass", "gateway"
_PATH = "/api/v1/catalog/services/0198c0de"

_NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  upstream service {{ server 127.0.0.1:{upstream}; keepalive 128; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
"""


@dataclass(frozen=True)
class _Proxy:
    name: str
    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """What it and its workers have used so far."""
        times = [process.cpu_times() for process in (self.process, *self.process.children(recursive=True))]
        return float(sum(used.user + used.system for used in times))


@dataclass(frozen=True)
class _Run:
    rate: float
    """Requests a second."""
    p99: float
    """Milliseconds."""
    cpu: float
    """Microseconds of processor time a request."""


def main(*, quick: bool = False) -> None:
    console = Console()
    problem = _missing()
    if problem:
        console.print(f"[yellow]gateway: not measured. {problem}[/yellow]")
        return
    rounds, seconds = (2, 1) if quick else (5, 4)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gigsta-bench-")))
        proxies, token = _start(stack, folder)
        found: dict[str, list[_Run]] = {proxy.name: [] for proxy in proxies}
        for proxy in proxies:
            _load(proxy, token, 1)  # warm
            console.print(f"gateway: {proxy.name} answers", style="dim")
        for _ in range(rounds):
            for proxy in proxies:
                found[proxy.name].append(_load(proxy, token, seconds))
    console.print(_table(found))


def _missing() -> str | None:
    if (os.cpu_count() or 1) < 2:
        return "It takes two cores: one for what is measured, one for the load."
    wanted = [tool for tool in ("nginx", "wrk", "taskset") if not _which(tool)]
    if not wanted:
        return None
    return f"{', '.join(wanted)} not found; on Debian: apt-get install nginx-light wrk util-linux"


def _which(tool: str) -> str | None:
    return shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin")


def _start(stack: ExitStack, folder: Path) -> tuple[list[_Proxy], str]:
    """Start the service and the proxies; returns the proxies, and a token that the service's keys verify."""
    upstream, nginx, gateway, plain = (free_port() for _ in range(4))
    key = SigningKey.generate()
    jwks = folder / "jwks.json"
    jwks.write_text(json.dumps({"keys": [key.public_jwk()]}))
    token = issue_token(
        key,
        Principal("0198c0de-user", frozenset({"user"}), session_id="bench"),
        issuer="https://gigsta.nz",
        audience="gigsta-api",
        now=datetime.now(UTC),
        lifetime=timedelta(hours=1),
    )
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, upstream=upstream, port=nginx))
    origin = f"http://127.0.0.1:{upstream}"
    services = ("auth", "catalog", "bookings", "ratings", "geo", "notifications")
    env = {f"UPSTREAM_{name.upper()}": origin for name in services}
    env |= {"JWKS_URL": f"{origin}/jwks.json", "PORT": str(gateway), "CORS_ORIGINS": "https://gigsta.nz"}
    env |= {"GATEWAY_SECRET": "shared-with-the-services"}
    env |= {"RATE_READS": '{"at_once": 1000000, "a_second": 1000000}'}  # all of the load is one user
    python = sys.executable
    uvicorn = (python, "-m", "uvicorn", "benchmarks.gateway_plain:app", "--no-access-log", "--log-level", "warning")
    _run(stack, folder, _LOAD, upstream, python, "-m", "benchmarks.gateway_upstream", str(upstream), str(jwks))
    one = _run(stack, folder, _TESTED, nginx, str(_which("nginx")), "-c", str(config), "-e", str(folder / "nginx.log"))
    two = _run(stack, folder, _TESTED, gateway, python, "-m", "gigsta_gateway", **env)
    three = _run(stack, folder, _TESTED, plain, *uvicorn, "--port", str(plain), UPSTREAM=origin)
    return [
        _Proxy(_NGINX_NAME, nginx, one),
        _Proxy(_GATEWAY_NAME, gateway, two),
        _Proxy("FastAPI + httpx2", plain, three),
    ], token


def _run(stack: ExitStack, folder: Path, core: str, port: int, *argv: str, **env: str) -> psutil.Process:
    """Start a process on one core and wait until it listens."""
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(
            ["taskset", "-c", core, *argv],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=_ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | env,
        )
    stack.callback(process.wait, timeout=30)
    stack.callback(process.terminate)
    deadline = time.monotonic() + 30
    while not port_answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{argv} did not start:\n{(folder / f'{port}.log').read_text()[-2000:]}")
        time.sleep(0.05)
    return psutil.Process(process.pid)


def _load(proxy: _Proxy, token: str, seconds: int) -> _Run:
    argv = ["taskset", "-c", _LOAD, "wrk", "-t1", "-c64", f"-d{seconds}", "--latency", "--timeout", "20s"]
    argv += ["-H", f"Authorization: Bearer {token}", f"http://127.0.0.1:{proxy.port}{_PATH}"]
    before = proxy.cpu_seconds()
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    rate, slow = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+([\d.]+)(us|ms|s)\b", said)
    count = re.search(r"(\d+) requests in", said)
    if rate is None or slow is None or count is None or "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"The load did not go well:\n{said}")
    p99 = float(slow[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[slow[2]]
    return _Run(float(rate[1]), p99, (proxy.cpu_seconds() - before) / int(count[1]) * 1e6)


def _table(found: dict[str, list[_Run]]) -> Table:
    table = Table(
        title="Gateway: one core, 64 connections, 1.1 kB answers; medians of interleaved runs",
        caption="Only to be trusted where nothing else uses the two cores.",
    )
    for column in ("variant", "requests/s", "p99 ms", "cpu us/request", "of nginx", "goal"):
        table.add_column(column, justify="left" if column == "variant" else "right")
    used = statistics.median(run.rate * run.cpu / 1e6 for run in found[_NGINX_NAME])
    for name, runs in found.items():
        pairs = zip(runs, found[_NGINX_NAME], strict=True)
        ratio = statistics.median(run.rate / of.rate for run, of in pairs)
        table.add_row(
            name,
            f"{statistics.median(run.rate for run in runs):,.0f}",
            f"{statistics.median(run.p99 for run in runs):.1f}",
            f"{statistics.median(run.cpu for run in runs):.0f}",
            f"{ratio:.3f}",
            _verdict(ratio, used) if name == _GATEWAY_NAME else "",
        )
    return table


def _verdict(ratio: float, used: float) -> str:
    """`used` is the part of its core that nginx was busy for."""
    if used < _BUSY:
        return f"not judged: nginx used {used:.0%} of its core"
    return f"{_GOAL} {'met' if ratio >= _GOAL else 'MISSED'}"
