"""A RabbitMQ node of our own, with everything it writes in one directory and every port on 127.0.0.1."""

import asyncio
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import aiormq
from aiormq.exceptions import AMQPError, AuthenticationError, ProbableAuthenticationError

from gigsta_common.localservers.process import Child, LocalServerError, free_port, port_answers, require_unused
from gigsta_common.localservers.rabbitmq_install import RabbitMQBinaries, find_rabbitmq
from gigsta_common.localservers.state import Secrets, write_private

USER = "gigsta"
START_SECONDS = 90
STOP_SECONDS = 20
CONNECT_SECONDS = 5

# Small write-ahead log and memory: the defaults are for a machine that does nothing else.
CONFIG = """\
listeners.tcp.local = 127.0.0.1:{port}
default_user = {user}
default_pass = {password}
loopback_users = none
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 100MB
raft.wal_max_size_bytes = 33554432
log.console = false
log.file = {log_file}
log.file.level = warning
"""


class LoginRefusedError(Exception):
    """The broker answers but does not let us in."""


class RabbitMQ:
    """`start()`, use `url`, `stop()`; or a `with` block. Started again, it finds its data.

    It has its own node name, cookie and epmd, so it neither touches nor meets another broker of this machine.
    Without a `directory` its data go when it stops.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        port: int = 0,
        epmd_port: int = 0,
        distribution_port: int = 0,
        secrets: Secrets | None = None,
        log: Path | None = None,
        state: Path | None = None,
    ) -> None:
        self.temporary = directory is None
        self.directory = directory or Path(tempfile.mkdtemp(prefix="gigsta-rabbitmq-"))
        self.port = port or free_port()
        self.epmd_port = epmd_port or free_port()
        self.distribution_port = distribution_port or free_port()
        self._password = (secrets or Secrets(self.directory / "secrets.json")).password("rabbitmq")
        self._state = state
        self.name = "RabbitMQ"
        self.log = log or self.directory / "rabbitmq.log"
        self.child: Child | None = None
        self._epmd: Child | None = None

    @property
    def url(self) -> str:
        return f"amqp://{USER}:{self._password}@127.0.0.1:{self.port}/"

    @property
    def alive(self) -> bool:
        """Whether node and epmd both run: RabbitMQ would replace a lost epmd by one that outlives us."""
        return all(child is not None and child.alive for child in (self.child, self._epmd))

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child else None

    def how_it_ended(self) -> str:
        if self._epmd and self.child and self.child.alive:
            return f"its epmd: {self._epmd.how_it_ended()}"
        return self.child.how_it_ended() if self.child else "not started"

    def start(self) -> Self:
        """Returns once an AMQP connection can be opened. Raises LocalServerError."""
        binaries = find_rabbitmq(self._state)
        for left_over in (self.child, self._epmd):
            if left_over:
                left_over.kill()
        for port in (self.port, self.epmd_port, self.distribution_port):
            require_unused(port, self.name)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._configure()
        try:
            self._start_epmd(binaries)
            self._start_node(binaries)
        except BaseException:
            self.stop()
            raise
        return self

    def terminate(self) -> None:
        """Asks it to stop, and returns at once."""
        if self.child:
            self.child.terminate()

    def stop(self, grace: float = STOP_SECONDS) -> None:
        """Stops it in good order, or kills it after `grace` seconds; data that go anyway need no good order."""
        if self.child:
            self.child.stop(0 if self.temporary else grace)
        if self._epmd:
            self._epmd.stop(2)
        if self.temporary:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_epmd(self, binaries: RabbitMQBinaries) -> None:
        argv = [str(binaries.epmd), "-port", str(self.epmd_port), "-address", "127.0.0.1"]
        self._epmd = Child("epmd", argv, log=self.log, env=self._environment())
        self._epmd.start()
        self._epmd.wait_until(lambda: port_answers(self.epmd_port), timeout=10, interval=0.02)

    def _start_node(self, binaries: RabbitMQBinaries) -> None:
        argv = [str(binaries.server), "-noinput"]
        self.child = Child("RabbitMQ", argv, log=self.log, env=self._environment(), cwd=self.directory)
        self.child.start()
        self.child.wait_until(lambda: port_answers(self.port), timeout=START_SECONDS)
        try:
            self.child.wait_until(lambda: amqp_answers(self.url), timeout=START_SECONDS)
        except LoginRefusedError as error:
            raise LocalServerError(
                "RabbitMQ refuses its user: its data were made with another password than that in secrets.json; "
                "put that file back, or remove the data with `make clean-data`."
            ) from error

    def _configure(self) -> None:
        config = CONFIG.format(port=self.port, user=USER, password=self._password, log_file=self.log)
        write_private(self.directory / "rabbitmq.conf", config)
        write_private(self.directory / "enabled_plugins", "[].\n")
        write_private(self.directory / "rabbitmq-env.conf", "")
        (self.directory / "home").mkdir(exist_ok=True)

    def _environment(self) -> dict[str, str]:
        """All that the node's scripts ask the environment for, and nothing set there for another node.

        RABBITMQ_ALLOW_INPUT makes the start script become the Erlang VM instead of waiting for it as a child,
        so that the process we start, signal and watch is the broker itself; `-noinput` goes with it.
        """
        here = self.directory
        vm_args = ["+S", "2:2", "-start_epmd", "false", "-kernel", "inet_dist_use_interface", "{127,0,0,1}"]
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(here / "home"),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": str(here / "erl_crash.dump"),
            "RABBITMQ_ALLOW_INPUT": "true",
            "RABBITMQ_NODENAME": "gigsta@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_CONF_ENV_FILE": str(here / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(here / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(here / "advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(here / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(here / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(here / "data"),
            "RABBITMQ_LOG_BASE": str(here / "logs"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": " ".join(vm_args),
        }


def amqp_answers(url: str) -> bool:
    """Whether an AMQP connection can be opened. Raises LoginRefusedError."""
    # In a thread of its own, for the caller may have an event loop running.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: asyncio.run(_connects(url))).result()


async def _connects(url: str) -> bool:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            connection = await aiormq.connect(url)
            await connection.close()
    except (AuthenticationError, ProbableAuthenticationError) as error:
        raise LoginRefusedError from error
    except (AMQPError, OSError, TimeoutError):
        return False
    return True
