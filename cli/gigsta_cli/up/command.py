"""`gigsta up`, from the first check to the last process stopped."""

import os
import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path

from gigsta_cli.failures import sentence
from gigsta_cli.running import announced
from gigsta_cli.up.checks import UpError, claimed, require_free
from gigsta_cli.up.display import Display, Running
from gigsta_cli.up.plan import (
    DEFAULT_PORT,
    EVERYTHING,
    GATEWAY,
    SERVICES,
    Addresses,
    Commands,
    Ports,
    Program,
    admins_show_two,
    gateway_environment,
    job_environment,
    log_file,
    one_process_environment,
    service_environment,
)
from gigsta_cli.up.servers import Broker, Database, ExistingBroker, ExistingDatabase, NoBroker, OwnBroker, OwnDatabase
from gigsta_cli.up.supervisor import Stopped, Supervisor
from gigsta_cli.up.units import Job, Service, Unit
from gigsta_common.localservers import LocalServerError, Secrets, state_dir

DEMO_ADMIN = "admin@example.com"
DEMO_ACCOUNTS = ["customer@example.com", "provider@example.com", DEMO_ADMIN]
DEMO_PASSWORD = "gigsta-demo"
MIGRATE_SECONDS = 300
SEED_SECONDS = 300
WEB_SECONDS = 900
LOG_BYTES = 10 * 1024**2


def run_up(*, seed: bool, one_process: bool = False, commands: Commands | None = None) -> int:
    """Returns the exit code: 0 when somebody asked it to stop."""
    display = Display()
    try:
        state = state_dir()
        ports = ports_from(os.environ)
        with claimed(state):
            marketplace = Marketplace(
                display, state, ports, os.environ, commands or Commands(), one_process=one_process
            )
            marketplace.run(seed=seed)
    except (UpError, LocalServerError, OSError) as error:
        display.problem(sentence(error))
        return 1
    return 0


def remove_data() -> int:
    """Returns the exit code."""
    state = state_dir()
    try:
        with claimed(state):
            shutil.rmtree(state / "data", ignore_errors=True)
            Display().say("The database, the queues and the pictures are removed; the next start begins afresh.")
    except (UpError, OSError) as error:
        Display().problem(sentence(error))
        return 1
    return 0


def ports_from(environment: Mapping[str, str]) -> Ports:
    chosen = environment.get("GIGSTA_PORT") or str(DEFAULT_PORT)
    if not chosen.isdecimal() or not 1024 <= int(chosen) <= 65000:
        raise UpError(f"GIGSTA_PORT is {chosen!r} and must be a number from 1024 to 65000, such as 8100.")
    return Ports(int(chosen))


class Marketplace:
    def __init__(
        self,
        display: Display,
        state: Path,
        ports: Ports,
        environment: Mapping[str, str],
        commands: Commands,
        *,
        one_process: bool = False,
    ) -> None:
        self._display = display
        self._state = state
        self._ports = ports
        self._environment = environment
        self._commands = commands
        self._secrets = Secrets(state / "secrets.json")
        self._supervisor = Supervisor(display.say)
        mongodb_url, amqp_url = environment.get("MONGODB_URL"), environment.get("AMQP_URL")
        self._database: Database = (
            ExistingDatabase(mongodb_url) if mongodb_url else OwnDatabase(ports, state, self._secrets)
        )
        self._broker: Broker = ExistingBroker(amqp_url) if amqp_url else OwnBroker(ports, state, self._secrets)
        if one_process:
            self._broker = NoBroker()
        self._services: list[Service] = []
        self._gateway: list[Service] = []

    def run(self, *, seed: bool) -> None:
        """Returns once everything is stopped again. Raises UpError or LocalServerError, with everything stopped."""
        began = time.monotonic()
        self._require_ports()
        set_long_logs_aside(self._state / "logs")
        self._supervisor.listen_for_signals()
        try:
            addresses = self._start(seed=seed)
            with announced(self._state, self._job_environment(addresses)):
                self._show(time.monotonic() - began, seeded=seed)
                self._supervisor.watch([*self._servers(), *self._services, *self._gateway])
        except Stopped:
            pass
        finally:
            with self._display.step("stopping everything"):
                broker, database = ([unit] if unit else [] for unit in (self._broker.unit, self._database.unit))
                self._supervisor.stop_all([self._gateway, self._services, broker, database])

    def _require_ports(self) -> None:
        wanted = self._ports.of_services()
        if self._database.unit:
            wanted[self._ports.mongod] = "mongod"
        if self._broker.unit:
            wanted |= self._ports.of_broker()
        other = DEFAULT_PORT + 100 if self._ports.gateway == DEFAULT_PORT else self._ports.gateway + 100
        require_free(wanted, suggestion=other)

    def _start(self, *, seed: bool) -> Addresses:
        """The broker takes the longest to start, so whatever can do without it for a while does not wait for it."""
        supervisor = self._supervisor
        web = self._begin_web()
        database = supervisor.begin(self._step(self._database.title, self._database.start))
        supervisor.wait(supervisor.begin(self._see_to_a_broker))
        broker = supervisor.begin(self._step(self._broker.title, self._broker.start))
        supervisor.wait(database)
        addresses = Addresses(
            service_urls={name: self._database.service_url(name) for name in SERVICES},
            migrator_urls={name: self._database.migrator_url(name) for name in SERVICES},
            amqp_url=self._broker.url,
            media_folder=self._state / "data" / "media",
        )
        with self._display.step("migrations"):
            supervisor.run(self._job("migrate", self._commands.migrate, addresses), timeout=MIGRATE_SECONDS)
        mark = self._database.seeded_mark
        if seed and not (mark and mark.exists()):
            supervisor.wait(broker)
            with self._display.step("demo data"):
                supervisor.run(self._job("seed", self._commands.seed, addresses), timeout=SEED_SECONDS)
            if mark:
                mark.touch()
        self._make_services(addresses)
        started = [
            supervisor.begin(self._step(service.name, service.start)) for service in [*self._services, *self._gateway]
        ]
        supervisor.wait(broker, web, *started)
        return addresses

    def _begin_web(self) -> "Future[None]":
        """The web app is built meanwhile; without it, everything else still runs."""
        job = Job("web", self._commands.web, log=log_file(self._state, "web"), env=self._environment)

        def build() -> None:
            try:
                with self._display.step("web app"):
                    job.run(timeout=WEB_SECONDS)
            except LocalServerError:
                reason = job.log_tail(1).strip() or job.how_it_ended()
                self._display.say(
                    f"There is no web app: {reason} Its log is {_short(job.log)}; the API runs all the same."
                )

        return self._supervisor.begin_job(job, build)

    def _see_to_a_broker(self) -> None:
        why = self._broker.missing()
        if why:
            self._display.say(f"{why} Until then everything runs in one process, with the events inside it.")
            self._broker = NoBroker()

    def _make_services(self, addresses: Addresses) -> None:
        ports, outer = self._ports, self._environment
        shared = self._secrets.password("gateway_secret")
        secrets = {
            "key_encryption_key": self._secrets.key("key_encryption_key"),
            "gateway_secret": shared,
            "mail_link_secret": self._secrets.password("mail_link_secret"),
        }
        if not addresses.amqp_url:
            environment = one_process_environment(ports, addresses, outer, web=self._state / "web" / "dist", **secrets)
            program = Program("gigsta", self._commands.serve(EVERYTHING), environment, ports.gateway)
            self._gateway.append(Service(program, self._state))
            return
        for name in SERVICES:
            environment = service_environment(name, ports, addresses, outer, **secrets)
            program = Program(name, self._commands.serve(name), environment, ports.service(name))
            self._services.append(Service(program, self._state))
        environment = gateway_environment(ports, outer, gateway_secret=shared, web=self._state / "web" / "dist")
        program = Program(GATEWAY, self._commands.serve(GATEWAY), environment, ports.gateway)
        self._gateway.append(Service(program, self._state))

    def _job(self, name: str, argv: tuple[str, ...], addresses: Addresses) -> Job:
        return Job(name, argv, log=log_file(self._state, name), env=self._job_environment(addresses))

    def _job_environment(self, addresses: Addresses) -> dict[str, str]:
        key = self._secrets.key("key_encryption_key")
        return job_environment(addresses, self._ports, self._environment, KEY_ENCRYPTION_KEY=key)

    def _step(self, title: str, work: Callable[[], object]) -> Callable[[], None]:
        def with_a_line() -> None:
            with self._display.step(title):
                work()

        return with_a_line

    def _servers(self) -> list[Unit]:
        return [unit for unit in (self._database.unit, self._broker.unit) if unit]

    def _show(self, seconds: float, *, seeded: bool) -> None:
        url = f"http://localhost:{self._ports.gateway}"
        rows = [Running(unit.name, url.removeprefix("http://"), unit.pid, _short(unit.log)) for unit in self._gateway]
        for service in self._services:
            address = f"127.0.0.1:{self._ports.service(service.name)}"
            rows.append(Running(service.name, address, service.pid, _short(service.log)))
        for server in (self._database, self._broker):
            unit = server.unit
            log = _short(unit.log) if unit else ""
            rows.append(Running(server.title, server.place, unit.pid if unit else None, log))
        accounts = DEMO_ACCOUNTS if seeded else []
        if seeded and admins_show_two(self._environment):
            self._display.say(
                f"Administrators show a second factor (ADMIN_SECOND_FACTOR): `gigsta users grant-admin {DEMO_ADMIN}` "
                "permits the demo's to turn one on, in the account's settings."
            )
        self._display.summary(rows, url=url, seconds=seconds, accounts=accounts, password=DEMO_PASSWORD)


def set_long_logs_aside(directory: Path) -> None:
    """A log that has grown long becomes `NAME.log.old`, in place of the one before it."""
    for log in directory.glob("*.log"):
        if log.stat().st_size > LOG_BYTES:
            log.replace(log.with_name(f"{log.name}.old"))


def _short(path: Path) -> str:
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
