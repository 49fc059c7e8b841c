"""Real servers as our children: their users, their data, and that nothing of them is left behind."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aio_pika
import psutil
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from pymongo.uri_parser import parse_uri

from gigsta_common.localservers import Child, LocalServerError, Mongod, RabbitMQ, Secrets, apt
from gigsta_common.testing.waiting import until

Client = MongoClient[dict[str, object]]
SLEEPS = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]


def family(pid: int | None) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def gone(processes: list[psutil.Process]) -> bool:
    return not [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """A mongod that demands authentication, with the users of two services."""
    directory = tmp_path_factory.mktemp("guarded")
    with Mongod(directory, secrets=Secrets(directory / "secrets.json")) as mongod:
        mongod.ensure_users(["auth", "geo"])
        yield mongod


class TestUsers:
    def test_a_service_reads_and_writes_its_own_documents(self, guarded: Mongod) -> None:
        with Client(guarded.service_url("geo")) as client, client.start_session() as session:
            places = client.get_default_database()["places"]
            with session.start_transaction():
                places.insert_one({"_id": 1}, session=session)
                places.update_one({"_id": 1}, {"$set": {"name": "Wellington"}}, session=session)
            assert places.find_one({}) == {"_id": 1, "name": "Wellington"}
            places.delete_one({"_id": 1})

    @pytest.mark.parametrize("url_of", [Mongod.service_url, Mongod.migrator_url])
    def test_a_service_is_refused_on_anothers_database(
        self, guarded: Mongod, url_of: Callable[[Mongod, str], str]
    ) -> None:
        with Client(url_of(guarded, "geo")) as client:
            with pytest.raises(OperationFailure, match="not authorized"):
                client["gigsta_auth"]["users"].find_one({})
            with pytest.raises(OperationFailure, match="not authorized"):
                client["gigsta_auth"]["users"].insert_one({})
            with pytest.raises(OperationFailure, match="not authorized"):
                client["admin"]["system.users"].find_one({})

    def test_only_the_migrator_changes_the_schema(self, guarded: Mongod) -> None:
        with Client(guarded.service_url("geo")) as service:
            database = service.get_default_database()
            database["places"].insert_one({"_id": 2})
            with pytest.raises(OperationFailure, match="not authorized"):
                database["places"].create_index("name")
            with pytest.raises(OperationFailure, match="not authorized"):
                database["places"].drop()
            with pytest.raises(OperationFailure, match="not authorized"):
                service.drop_database(database.name)
        with Client(guarded.migrator_url("geo")) as migrator:
            database = migrator.get_default_database()
            database.create_collection("zones", validator={"$jsonSchema": {"required": ["name"]}})
            database.command("collMod", "zones", validationLevel="moderate")
            assert database["places"].create_index("name") in database["places"].index_information()
            database["places"].drop_index("name_1")
            database["zones"].drop()
            with pytest.raises(OperationFailure, match="not authorized"):
                database.command("createUser", "mallory", pwd="x", roles=[])

    def test_a_stranger_is_refused(self, guarded: Mongod) -> None:
        with (
            Client("127.0.0.1", guarded.port, directConnection=True) as stranger,
            pytest.raises(OperationFailure, match="requires authentication"),
        ):
            stranger["gigsta_geo"]["places"].find_one({})

    def test_users_can_be_made_again_and_take_new_passwords(self, guarded: Mongod, tmp_path: Path) -> None:
        guarded.ensure_users(["auth", "geo"])
        renewed = Mongod(
            guarded.directory, port=guarded.port, secrets=_renewed(guarded, tmp_path / "secrets.json", "geo")
        )
        renewed.ensure_users(["geo"])
        with Client(renewed.service_url("geo")) as client:
            client.get_default_database()["places"].find_one({})
        with (
            Client(guarded.service_url("geo")) as client,
            pytest.raises(OperationFailure, match="Authentication failed"),
        ):
            client.get_default_database()["places"].find_one({})
        guarded.ensure_users(["geo"])


def _renewed(mongod: Mongod, path: Path, service: str) -> Secrets:
    """The same secrets but for the password of one service."""
    assert mongod.secrets
    path.write_text(mongod.secrets.path.read_text().replace(f"mongod_{service}", "forgotten"))
    return Secrets(path)


class TestMongod:
    def test_data_survive_a_stop_a_kill_and_a_change_of_port(self, tmp_path: Path) -> None:
        secrets = Secrets(tmp_path / "secrets.json")
        first = Mongod(tmp_path, secrets=secrets).start()
        key_file = (tmp_path / "keyfile").stat()
        with Client(first.url) as client:
            client["gigsta_geo"]["places"].insert_one({"_id": 1})
        assert first.child
        assert first.child.stop(grace=20), "it did not stop in good order"
        first.start()
        assert (tmp_path / "keyfile").stat().st_ino == key_file.st_ino, "written again, which a full disk forbids"
        with Client(first.url) as client:
            client["gigsta_geo"]["places"].insert_one({"_id": 2})
        psutil.Process(first.pid).kill()
        until(lambda: not first.alive)
        with Mongod(tmp_path, secrets=secrets) as second, Client(second.url) as client:
            assert second.port != first.port
            assert [d["_id"] for d in client["gigsta_geo"]["places"].find()] == [1, 2]
        first.stop()

    def test_lost_secrets_are_told_with_the_way_out(self, tmp_path: Path) -> None:
        with Mongod(tmp_path, secrets=Secrets(tmp_path / "secrets.json")):
            pass
        other = Mongod(tmp_path, secrets=Secrets(tmp_path / "others.json"))
        with pytest.raises(LocalServerError, match="make clean-data"):
            other.start()
        assert not other.alive

    def test_a_taken_port_is_told(self, mongod_url: str, tmp_path: Path) -> None:
        (_, taken), *_ = parse_uri(mongod_url)["nodelist"]
        with pytest.raises(LocalServerError, match=f"Port {taken}, which mongod needs, is taken"):
            Mongod(tmp_path, port=taken).start()

    def test_what_it_says_is_shown_when_it_cannot_start(self, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "storage.bson").write_text("this is no database")
        mongod = Mongod(tmp_path)
        with pytest.raises(LocalServerError, match=r"mongod stopped while starting(.|\n)*metadata file"):
            mongod.start()
        assert not mongod.alive

    def test_temporary_data_go_when_it_stops(self) -> None:
        mongod = Mongod()
        with mongod:
            assert mongod.directory.exists()
            processes = family(mongod.pid)
        assert gone(processes)
        assert not mongod.directory.exists()

    def test_what_a_killed_process_left_in_memory_is_swept(self) -> None:
        mongod = Mongod()
        with subprocess.Popen([sys.executable, "-c", ""]) as dead:
            pass
        left = mongod.directory.with_name(f"gigsta-mongod-{dead.pid}-left")
        left.mkdir()
        other = Mongod()
        assert not left.exists()
        assert mongod.directory.exists()
        mongod.stop()
        other.stop()


HOST = """
import sys, time
from pathlib import Path
from gigsta_common.localservers import RabbitMQ
broker = RabbitMQ(Path(sys.argv[1]))
broker.start()
print(broker.url, flush=True)
time.sleep(600)
"""


@asynccontextmanager
async def channel(url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    async with await aio_pika.connect(url) as connection, connection.channel() as opened:
        yield opened


@pytest.fixture
def killed_broker(tmp_path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The URL of a broker in `tmp_path` that another process started, and a function that kills that process."""
    command = [sys.executable, "-c", HOST, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as host:
        assert host.stdout

        def kill() -> None:
            # A quorum queue is written into its node's register up to half a second after it was declared.
            until(lambda: any(b"kept" in file.read_bytes() for file in tmp_path.rglob("names.dets")))
            processes = family(host.pid)[1:]
            assert {"beam.smp", "epmd"} <= {process.name() for process in processes}
            host.kill()
            until(lambda: gone(processes))

        yield host.stdout.readline().strip(), kill
        host.kill()


class TestRabbitMQ:
    async def test_nothing_outlives_a_killed_parent_and_the_data_survive(
        self, killed_broker: tuple[str, Callable[[], None]], tmp_path: Path
    ) -> None:
        url, kill = killed_broker
        async with channel(url) as opened:
            await opened.declare_queue("kept", durable=True, arguments={"x-queue-type": "quorum"})
            await opened.default_exchange.publish(aio_pika.Message(b"hello", delivery_mode=2), "kept")
        kill()
        with RabbitMQ(tmp_path) as broker:
            async with channel(broker.url) as opened:
                message = await (await opened.get_queue("kept")).get(timeout=20)
                assert message
                assert message.body == b"hello"
                await message.ack()
            processes = family(broker.pid)
            listening = {c.laddr.ip for p in processes for c in p.net_connections() if c.status == "LISTEN"}
            assert listening == {"127.0.0.1"}
        assert broker.how_it_ended() == "exit code 0"
        until(lambda: gone(processes))
        assert not [p for p in family(os.getpid()) if str(broker.epmd_port) in _command_line(p)]


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:  # it has just ended
        return []


class TestChild:
    def test_it_dies_with_its_parent_even_when_a_passing_thread_started_it(self, tmp_path: Path) -> None:
        log = tmp_path / "log"
        program = f"""
import sys, threading, time
from pathlib import Path
from gigsta_common.localservers import Child
child = Child("sleeper", {SLEEPS!r}, log=Path({str(log)!r}))
thread = threading.Thread(target=child.start)
thread.start()
thread.join()
child.wait_until(lambda: "here" in child.log.read_text(), timeout=20)
print(child.pid, flush=True)
time.sleep(60)
"""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as parent:
            assert parent.stdout
            child = psutil.Process(int(parent.stdout.readline()))
            assert child.is_running()
            parent.kill()
        until(lambda: gone([child]))

    def test_one_that_dies_while_starting_is_told_with_the_end_of_its_log(self, tmp_path: Path) -> None:
        child = Child("demo", [sys.executable, "-c", "print('x' * 9); exit('no luck')"], log=tmp_path / "log")
        child.start()
        with pytest.raises(LocalServerError, match=r"demo stopped while starting \(exit code 1\)(.|\n)*no luck"):
            child.wait_until(lambda: False, timeout=20)

    def test_one_that_is_never_ready_is_told_with_what_it_waits_for(self, tmp_path: Path) -> None:
        child = Child("demo", SLEEPS, log=tmp_path / "log")
        child.start()
        try:
            with pytest.raises(LocalServerError, match=r"demo was not ready within 0 seconds \(broker: away\)"):
                child.wait_until(lambda: False, timeout=0, waits_for=lambda: "broker: away")
        finally:
            child.kill()
        assert child.how_it_ended() == "killed by SIGKILL"

    def test_one_that_will_not_stop_is_killed(self, tmp_path: Path) -> None:
        stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
        child = Child("demo", [sys.executable, "-c", stubborn], log=tmp_path / "log")
        child.start()
        child.wait_until(lambda: "here" in child.log.read_text(), timeout=20)
        assert not child.stop(grace=0.1)
        assert not child.alive

    def test_lines_of_json_are_shown_as_words(self, tmp_path: Path) -> None:
        line = '{"level": "error", "message": "cannot start", "error": "no port"}'
        child = Child("demo", [sys.executable, "-c", f"print({line!r})"], log=tmp_path / "log")
        child.start()
        child.wait_finished(timeout=20)
        assert child.log_tail() == "    cannot start no port"

    def test_a_program_that_does_not_exist_is_told(self, tmp_path: Path) -> None:
        child = Child("demo", [tmp_path / "nothing"], log=tmp_path / "log")
        child.start()
        with pytest.raises(LocalServerError, match="cannot be run: No such file"):
            child.wait_until(lambda: False, timeout=20)


class TestSecrets:
    def test_they_are_made_once_and_kept_for_their_owner_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "secrets.json"
        made = Secrets(path)
        password, key = made.password("a"), made.key("b")
        assert (Secrets(path).password("a"), Secrets(path).key("b")) == (password, key)
        assert made.password("c") != password
        assert path.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "{"])
    def test_a_damaged_file_is_told_with_the_way_out(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "secrets.json").write_text(text)
        with pytest.raises(LocalServerError, match=r"secrets\.json is damaged.*make clean-data"):
            Secrets(tmp_path / "secrets.json")

    def test_the_old_file_goes_only_once_the_new_one_is_on_the_disk(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def power_cut(_: int) -> None:
            raise OSError("the power is gone")

        secrets = Secrets(tmp_path / "secrets.json")
        password = secrets.password("a")
        monkeypatch.setattr(os, "fsync", power_cut)
        with pytest.raises(OSError, match="the power is gone"):
            secrets.password("b")
        assert Secrets(tmp_path / "secrets.json").password("a") == password


class TestPackagesStayDown:
    def test_the_policy_is_there_only_while_packages_are_installed(self, tmp_path: Path) -> None:
        policy = tmp_path / "policy-rc.d"

        def install() -> None:
            with apt.services_stay_down(policy):
                assert subprocess.run([policy, "rabbitmq-server", "start"], check=False).returncode == 101
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            install()
        assert not policy.exists()

    def test_a_policy_that_was_there_is_left_alone(self, tmp_path: Path) -> None:
        policy = tmp_path / "policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 0\n")
        with apt.services_stay_down(policy):
            pass
        assert policy.read_text() == "#!/bin/sh\nexit 0\n"

    def test_one_that_a_crash_of_ours_left_behind_is_removed(self, tmp_path: Path) -> None:
        policy = tmp_path / "policy-rc.d"
        policy.write_text(apt.POLICY_TEXT)
        with apt.services_stay_down(policy):
            pass
        assert not policy.exists()
