"""The database and the broker of `gigsta up`: our own, or existing ones that MONGODB_URL and AMQP_URL name."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from gigsta_cli.up.checks import UpError
from gigsta_cli.up.plan import SERVICES, Ports, database_url, log_file
from gigsta_cli.up.units import Unit
from gigsta_common.localservers import (
    LocalServerError,
    LoginRefusedError,
    Mongod,
    RabbitMQ,
    Secrets,
    amqp_answers,
    find_rabbitmq,
)

EXISTING_SECONDS = 60


class Database(Protocol):
    @property
    def unit(self) -> Unit | None:
        """What we start and watch ourselves; nothing where it exists already."""

    @property
    def title(self) -> str: ...

    @property
    def place(self) -> str: ...

    @property
    def seeded_mark(self) -> Path | None:
        """A file that is there once the demo data were loaded; nothing where we cannot know."""

    def start(self) -> None:
        """Returns once every service can log in. Raises LocalServerError or UpError."""

    def service_url(self, service: str) -> str: ...

    def migrator_url(self, service: str) -> str: ...


class OwnDatabase:
    def __init__(self, ports: Ports, state: Path, secrets: Secrets) -> None:
        directory, log = state / "data" / "mongod", log_file(state, "mongod")
        self._mongod = Mongod(directory, port=ports.mongod, secrets=secrets, log=log, state=state)
        self.title = "mongod"
        self.place = f"127.0.0.1:{ports.mongod}"
        self.seeded_mark: Path | None = directory / "seeded"

    @property
    def unit(self) -> Unit | None:
        return self._mongod

    def start(self) -> None:
        self._mongod.start()
        self._mongod.ensure_users(SERVICES)

    def service_url(self, service: str) -> str:
        return self._mongod.service_url(service)

    def migrator_url(self, service: str) -> str:
        return self._mongod.migrator_url(service)


class ExistingDatabase:
    """Every service logs in as MONGODB_URL says, each to a database of its own."""

    unit: Unit | None = None
    seeded_mark: Path | None = None

    def __init__(self, url: str, *, wait_seconds: float = EXISTING_SECONDS) -> None:
        self._url = url
        self._wait_seconds = wait_seconds
        self.place = _place(url)
        self.title = f"MongoDB at {self.place}"

    def start(self) -> None:
        _wait_for(self._answers, self._wait_seconds, f"{self.title} (MONGODB_URL)")

    def service_url(self, service: str) -> str:
        return database_url(self._url, f"gigsta_{service}")

    def migrator_url(self, service: str) -> str:
        return self.service_url(service)

    def _answers(self) -> bool:
        try:
            with MongoClient[dict[str, object]](self._url, serverSelectionTimeoutMS=2000) as client:
                client.admin.command("ping")
                hello = client.admin.command("hello")
        except OperationFailure as error:
            raise UpError(f"{self.title} refuses the user in MONGODB_URL ({error.details or error}).") from error
        except PyMongoError:
            return False
        except ValueError as error:
            raise UpError(f"MONGODB_URL is not a URL that MongoDB knows: {error}.") from error
        if "setName" not in hello and hello.get("msg") != "isdbgrid":
            raise UpError(
                f"{self.title} is not a replica set, and GigSta needs transactions: "
                "start it with --replSet, or unset MONGODB_URL and let `make up` start its own."
            )
        return True


class Broker(Protocol):
    @property
    def unit(self) -> Unit | None:
        """What we start and watch ourselves; nothing where it exists already."""

    @property
    def title(self) -> str: ...

    @property
    def place(self) -> str: ...

    @property
    def url(self) -> str:
        """Nothing where there is none: then everything runs in one process."""

    def missing(self) -> str | None:
        """Why there can be no such broker here, in a sentence. It may have to be installed first to know."""

    def start(self) -> None:
        """Returns once a connection can be opened. Raises LocalServerError or UpError."""


class NoBroker:
    """The bus within the one process in which everything runs then."""

    unit: Unit | None = None
    title = "the bus"
    place = "within the process"
    url = ""

    def missing(self) -> str | None:
        return None

    def start(self) -> None:
        pass


class OwnBroker:
    def __init__(self, ports: Ports, state: Path, secrets: Secrets) -> None:
        self._rabbitmq = RabbitMQ(
            state / "data" / "rabbitmq",
            port=ports.rabbitmq,
            epmd_port=ports.epmd,
            distribution_port=ports.erlang,
            secrets=secrets,
            log=log_file(state, "rabbitmq"),
            state=state,
        )
        self._state = state
        self.title = "RabbitMQ"
        self.place = f"127.0.0.1:{ports.rabbitmq}"

    @property
    def unit(self) -> Unit | None:
        return self._rabbitmq

    @property
    def url(self) -> str:
        return self._rabbitmq.url

    def missing(self) -> str | None:
        try:
            find_rabbitmq(self._state)
        except LocalServerError as error:
            return str(error)
        return None

    def start(self) -> None:
        self._rabbitmq.start()


class ExistingBroker:
    unit: Unit | None = None

    def __init__(self, url: str, *, wait_seconds: float = EXISTING_SECONDS) -> None:
        self.url = url
        self._wait_seconds = wait_seconds
        self.place = _place(url)
        self.title = f"RabbitMQ at {self.place}"

    def missing(self) -> str | None:
        return None

    def start(self) -> None:
        try:
            _wait_for(lambda: amqp_answers(self.url), self._wait_seconds, f"{self.title} (AMQP_URL)")
        except LoginRefusedError as error:
            raise UpError(f"{self.title} refuses the user and password in AMQP_URL.") from error
        except ValueError as error:
            raise UpError("AMQP_URL is not a URL like amqp://user:password@host:5672/.") from error


def _place(url: str) -> str:
    """The host and port of a URL, without the password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _wait_for(answers: Callable[[], bool], seconds: float, who: str) -> None:
    deadline = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > deadline:
            raise UpError(f"{who} did not answer within {seconds:.0f} seconds: start it, or correct the URL.")
        time.sleep(0.2)
