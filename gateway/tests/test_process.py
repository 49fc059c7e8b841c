"""The gateway as the process that runs in production: uvloop, real signals, its own open files."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx2
import psutil
import pytest

from gigsta_common.localservers.process import free_port
from gigsta_common.testing.service import eventually

from .conftest import RATES, SERVICES, until
from .standin import Call, StandIn


def _has_calls(service: StandIn, wanted: int) -> bool:
    return len(service.calls) >= wanted


class Process:
    def __init__(self, process: asyncio.subprocess.Process, port: int, service: StandIn, log: Path) -> None:
        self.process = process
        self.port = port
        self.service = service
        self.url = f"http://127.0.0.1:{port}"
        self._log = log

    @property
    def open_files(self) -> int:
        return int(psutil.Process(self.process.pid).num_fds())

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    service = StandIn()
    await service.start()
    port = free_port()
    env = {f"UPSTREAM_{name.upper()}": service.url for name in SERVICES}
    env |= {"JWKS_URL": f"{service.url}/jwks.json", "PORT": str(port), "PYTHONPATH": os.pathsep.join(sys.path)}
    env |= {"GATEWAY_SECRET": "shared-with-the-services"}
    env |= {name.upper(): json.dumps(limit) for name, limit in RATES.items()}
    log = tmp_path / "log"
    with log.open("wb") as output:
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gigsta_gateway", stdout=output, stderr=output, env=env, cwd=tmp_path
        )
    running = Process(started, port, service, log)
    async with httpx2.AsyncClient(base_url=running.url, trust_env=False) as http:

        async def answers() -> bool:
            try:
                return (await http.get("/health/live")).status_code == 200
            except httpx2.TransportError:
                return False

        await eventually(answers, within=30)
    yield running
    if started.returncode is None:
        started.kill()
    await started.wait()
    await service.stop()


async def test_told_to_stop_it_ends_streams_finishes_requests_and_writes_its_log(process: Process) -> None:
    go_on = asyncio.Event()

    async def stream(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n")
        await call.gone()

    async def slow(call: Call) -> None:
        await go_on.wait()
        await call.answer(b"finished")

    process.service.handlers["/notifications/stream"] = stream
    process.service.handlers["/catalog/slow"] = slow
    async with httpx2.AsyncClient(base_url=process.url, trust_env=False, timeout=20) as http:

        async def listen() -> bytes:
            return (await http.get("/api/v1/notifications/stream")).content

        listening = [asyncio.create_task(listen()) for _ in range(50)]
        waiting = asyncio.create_task(http.get("/api/v1/catalog/slow", headers={"X-Request-ID": "the-slow-one"}))
        await until(lambda: len(process.service.calls) == 51)
        process.process.send_signal(signal.SIGTERM)
        assert await asyncio.gather(*listening) == [b"data: 1\n\n"] * 50  # each whole, so that clients just reconnect
        assert not waiting.done()
        go_on.set()
        assert (await waiting).content == b"finished"
    async with asyncio.timeout(20):
        await process.process.wait()
    assert process.process.returncode in (0, -signal.SIGTERM)
    lines = process.lines()
    assert len([line for line in lines if line.get("path") == "/api/v1/notifications/stream"]) == 50
    assert [
        line["status"] for line in lines if line["message"] == "request" and line["request_id"] == "the-slow-one"
    ] == [200]
    assert not [line for line in lines if line["level"] == "error"]


async def test_given_up_requests_leave_no_open_files(process: Process) -> None:
    async def hangs(call: Call) -> None:
        await call.gone()

    process.service.handlers["/catalog/hangs"] = hangs
    before = process.open_files
    for round_ in range(20):
        opened = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", process.port) for _ in range(100)))
        for _, writer in opened:
            writer.write(b"GET /api/v1/catalog/hangs HTTP/1.1\r\nHost: x\r\n\r\n")
        wanted = (round_ + 1) * 100
        await until(partial(_has_calls, process.service, wanted))
        for _, writer in opened:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for _, writer in opened), return_exceptions=True)
    await until(lambda: process.service.open == 0)
    await until(lambda: process.open_files <= before + 1)
    async with httpx2.AsyncClient(base_url=process.url, trust_env=False) as http:
        answers = await asyncio.gather(*(http.get("/api/v1/catalog/x") for _ in range(100)))
        answers += [await http.post("/api/v1/catalog/x", content=b"{}") for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}


async def test_a_wrong_environment_is_said_and_nothing_starts(tmp_path: Path) -> None:
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "UPSTREAM_AUTH": "non sense"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gigsta_gateway", stderr=asyncio.subprocess.PIPE, env=env, cwd=tmp_path
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert b"UPSTREAM_AUTH" in said
    assert b"JWKS_URL: is missing" in said
    assert b"Traceback" not in said
