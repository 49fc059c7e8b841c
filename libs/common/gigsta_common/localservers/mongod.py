"""A mongod of our own: a one-member replica set on 127.0.0.1, in a directory of its own."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from pymongo.errors import OperationFailure, PyMongoError

from gigsta_common.localservers.mongod_binary import find_mongod
from gigsta_common.localservers.mongod_users import (
    ADMIN,
    OTHER_PASSWORDS,
    Client,
    admin_client,
    database_name,
    ensure_admin,
    ensure_migrator_user,
    ensure_service_user,
    migrator_name,
)
from gigsta_common.localservers.process import Child, LocalServerError, free_port, port_answers, require_unused
from gigsta_common.localservers.state import Secrets, write_private

REPLICA_SET = "rs0"
START_SECONDS = 60
STOP_SECONDS = 20
TRANSACTION_LIFETIME_SECONDS = 5  # what a client that died has locked is free again soon; Atlas needs the same
MEMORY_DISK = Path("/dev/shm")
MEMORY_DISK_BYTES = 2 * 1024**3
AUTHENTICATION_FAILED = 18
ALREADY_INITIALIZED = 23
UNAUTHORIZED = 13  # what an initialized server with users answers to a stranger


class Mongod:
    """`start()`, use `url`, `stop()`; or a `with` block. Started again, it finds its data.

    With `secrets` it demands authentication, and passwords come from there. Without, anyone on this machine
    may do anything: for tests. Without a `directory` its data lie on a memory disk and go when it stops.
    `cache_gib` is what it keeps in memory beside that: little, as a developer's machine does other things too.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        port: int = 0,
        secrets: Secrets | None = None,
        log: Path | None = None,
        state: Path | None = None,
        cache_gib: float = 0.25,
    ) -> None:
        self.temporary = directory is None
        self.directory = directory or _scratch_directory()
        self.port = port or free_port()
        self.secrets = secrets
        self._state = state
        self._cache_gib = cache_gib
        self.name = "mongod"
        self.log = log or self.directory / "mongod.log"
        self.child: Child | None = None

    def start(self) -> Self:
        """Returns once it is primary and its users can be made. Raises LocalServerError."""
        require_unused(self.port, self.name)
        data = self.directory / "data"
        data.mkdir(parents=True, exist_ok=True)
        self.child = Child("mongod", self._argv(find_mongod(self._state), data), log=self.log)
        self.child.start()
        try:
            self.child.wait_until(lambda: port_answers(self.port), timeout=START_SECONDS, interval=0.02)
            self._become_primary(self.child)
            if self.secrets:
                ensure_admin(self.port, self.secrets.password("mongod_admin"))
        except PyMongoError as error:
            self.stop()
            if isinstance(error, OperationFailure) and error.code == AUTHENTICATION_FAILED:
                raise LocalServerError(OTHER_PASSWORDS) from error
            raise LocalServerError(f"mongod answered but did not get ready: {error}.") from error
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def alive(self) -> bool:
        return self.child is not None and self.child.alive

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child else None

    def how_it_ended(self) -> str:
        return self.child.how_it_ended() if self.child else "not started"

    @property
    def url(self) -> str:
        """For an administrator; for a service see `service_url`."""
        if not self.secrets:
            return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"
        return self._url(ADMIN, self.secrets.password("mongod_admin"), "", "admin")

    def service_url(self, service: str) -> str:
        """Logs in as the user that may read and write documents in the service's own database."""
        return self._service_url(service, service)

    def migrator_url(self, service: str) -> str:
        """Logs in as the user that may change the collections of the service's own database."""
        return self._service_url(service, migrator_name(service))

    def ensure_users(self, services: Iterable[str]) -> None:
        """Makes both users of each service, or gives those that exist their present passwords and rights."""
        if not self.secrets:
            return
        with self.admin() as client:
            for service in services:
                ensure_service_user(client, service, self.secrets.password(f"mongod_{service}"))
                ensure_migrator_user(client, service, self.secrets.password(f"mongod_{migrator_name(service)}"))

    def admin(self) -> Client:
        """A client that may do everything. The caller closes it."""
        if self.secrets:
            return admin_client(self.port, self.secrets.password("mongod_admin"))
        return Client("127.0.0.1", self.port, directConnection=True, timeoutMS=20_000)

    def terminate(self) -> None:
        """Asks it to stop, and returns at once."""
        if self.child:
            self.child.terminate()

    def stop(self, grace: float = STOP_SECONDS) -> None:
        """Stops it in good order, or kills it after `grace` seconds; data that go anyway need no good order."""
        if self.child:
            self.child.stop(0 if self.temporary else grace)
        if self.temporary:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _argv(self, binary: Path, data: Path) -> list[str | Path]:
        argv: list[str | Path] = [
            binary,
            "--dbpath",
            data,
            "--port",
            str(self.port),
            "--bind_ip",
            "127.0.0.1",
        ]
        argv += [
            "--replSet",
            REPLICA_SET,
            "--wiredTigerCacheSizeGB",
            str(self._cache_gib),
            "--oplogSize",
            "256",
            "--nounixsocket",
        ]
        argv += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
        # A clean stop waits this long for operations that still run; ours have deadlines of their own.
        argv += ["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=1000"]
        argv += ["--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_LIFETIME_SECONDS}"]
        if self.secrets:
            key_file = self.directory / "keyfile"
            # It may hold base64 only, and a password may hold a dash.
            key = self.secrets.password("mongod_keyfile").encode().hex() + "\n"
            # Where the disk is full, one that is right must do.
            if not key_file.is_file() or key_file.read_text() != key:
                write_private(key_file, key)
            argv += ["--keyFile", key_file]
        return argv

    def _become_primary(self, child: Child) -> None:
        with Client("127.0.0.1", self.port, directConnection=True, timeoutMS=20_000) as client:
            if "setName" not in client.admin.command("hello"):
                self._join_replica_set(client)
            child.wait_until(
                lambda: bool(client.admin.command("hello")["isWritablePrimary"]),
                timeout=START_SECONDS,
                interval=0.02,
            )

    def _join_replica_set(self, client: Client) -> None:
        """Makes the set, or tells one that was made on another port where it listens now."""
        members = [{"_id": 0, "host": f"127.0.0.1:{self.port}"}]
        try:
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        except OperationFailure as made_before:
            if made_before.code not in (ALREADY_INITIALIZED, UNAUTHORIZED):
                raise
            with self.admin() as admin:
                config = admin.admin.command("replSetGetConfig")["config"]
                config = {**config, "members": members, "version": config["version"] + 1}
                admin.admin.command("replSetReconfig", config, force=True)

    def _service_url(self, service: str, user: str) -> str:
        database = database_name(service)
        if not self.secrets:
            return f"mongodb://127.0.0.1:{self.port}/{database}?replicaSet={REPLICA_SET}"
        return self._url(user, self.secrets.password(f"mongod_{user}"), database, database)

    def _url(self, user: str, password: str, database: str, auth_source: str) -> str:
        host = f"{quote(user)}:{quote(password)}@127.0.0.1:{self.port}"
        return f"mongodb://{host}/{database}?authSource={auth_source}&replicaSet={REPLICA_SET}"


def _scratch_directory() -> Path:
    """A directory that is removed when the server stops; those that a killed process left behind go now."""
    base = Path(tempfile.gettempdir())
    if MEMORY_DISK.is_dir() and os.access(MEMORY_DISK, os.W_OK) and _free(MEMORY_DISK) > MEMORY_DISK_BYTES:
        base = MEMORY_DISK
    for left in base.glob("gigsta-mongod-*"):
        owner = re.match(r"gigsta-mongod-(\d+)-", left.name)
        if owner and not _process_lives(int(owner[1])):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"gigsta-mongod-{os.getpid()}-", dir=base))


def _free(directory: Path) -> int:
    return shutil.disk_usage(directory).free


def _process_lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
