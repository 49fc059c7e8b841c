"""A backup of the demo put back into an empty server: the same documents, byte by byte, of one moment."""

import asyncio
import errno
import gzip
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import aio_pika
import pytest
from bson import encode
from pymongo import MongoClient
from typer.testing import CliRunner

from gigsta_cli.backup import files
from gigsta_cli.backup import restore as restoring
from gigsta_cli.backup.files import RAW, BackupError
from gigsta_cli.main import app
from gigsta_cli.seed.load import seed
from gigsta_cli.up.plan import SERVICES
from gigsta_common.ids import new_id
from gigsta_common.localservers import Mongod, Secrets

run = CliRunner().invoke
Client = MongoClient[dict[str, Any]]


@pytest.fixture(autouse=True, scope="module")
def environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as told:
        told.setenv("KEY_ENCRYPTION_KEY", "A" * 43 + "=")
        told.setenv("ENVIRONMENT", "development")
        yield


@pytest.fixture(scope="module")
def demo() -> Iterator[Mongod]:
    with Mongod() as mongod, pytest.MonkeyPatch.context() as told:
        told.setenv("MONGODB_URL", mongod.url)
        migrated = run(app, ["migrate", "up"])
        assert migrated.exit_code == 0, migrated.output
        assert seed(if_empty=True)
        yield mongod


@pytest.fixture(scope="module")
def taken(demo: Mongod, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("backups") / "one"
    with pytest.MonkeyPatch.context() as told:
        told.setenv("MONGODB_URL", demo.url)
        done = run(app, ["backup", str(directory)])
    assert done.exit_code == 0, done.output
    assert "Not in it" in done.output
    return directory


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mongod]:
    with Mongod() as mongod:
        monkeypatch.setenv("MONGODB_URL", mongod.url)
        with Client(mongod.url) as client:
            client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
        yield mongod


def everything(mongod: Mongod) -> dict[str, tuple[int, str]]:
    """Count and checksum of each collection, read in another way than the one under test."""
    found = {}
    with Client(mongod.url) as client:
        for service in SERVICES:
            db = client[f"gigsta_{service}"]
            for name in db.list_collection_names():
                raw: Any = db.get_collection(name, codec_options=cast("Any", RAW))
                documents = [document.raw for document in raw.find().sort("_id", 1)]
                if name != "schema_migrations":
                    found[f"{service}.{name}"] = (len(documents), sha256(b"".join(documents)).hexdigest())
    return found


def promised(taken: Path) -> dict[str, tuple[int, str]]:
    """The same by the manifest. What has expired goes from the demo, and stays where no TTL monitor runs."""
    return {
        f"{service}.{name}": (collection.documents, collection.sha256)
        for service, said in files.read_manifest(taken).services.items()
        for name, collection in said.collections.items()
    }


def schemas(mongod: Mongod) -> dict[str, Any]:
    with Client(mongod.url) as client:
        return {
            f"{service}.{name}": (collection.options(), collection.index_information())
            for service in SERVICES
            for name in client[f"gigsta_{service}"].list_collection_names()
            for collection in [client[f"gigsta_{service}"][name]]
        }


def test_an_empty_server_becomes_what_the_other_was(demo: Mongod, taken: Path, empty: Mongod) -> None:
    done = run(app, ["restore", str(taken)])
    assert done.exit_code == 0, done.output
    assert everything(empty) == everything(demo)
    assert len(everything(demo)) > 20
    assert everything(demo)["bookings.bookings"][0] > 100
    assert schemas(empty) == schemas(demo)
    status = run(app, ["migrate", "status"])
    assert "not applied" not in status.output
    again = run(app, ["restore", str(taken)])
    assert again.exit_code == 1
    assert "is not empty" in again.output
    with Client(empty.url) as client:
        client["gigsta_geo"]["places"].insert_one({"_id": "stray"})
    replaced = run(app, ["restore", str(taken), "--replace", "--yes"])
    assert replaced.exit_code == 0, replaced.output
    assert everything(empty) == everything(demo)


def test_only_its_owner_may_read_it_and_the_manifest_says_what_is_in_it(demo: Mongod, taken: Path) -> None:
    assert all(path.stat().st_mode & 0o077 == 0 for path in taken.rglob("*") if path.is_file())
    manifest = files.read_manifest(taken)
    assert promised(taken) == everything(demo)
    assert len({said.cluster_time for said in manifest.services.values()}) == 1, "one server, one moment"


def test_what_is_written_meanwhile_is_in_all_of_it_or_in_none(
    empty: Mongod, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A writer moves one mark between two collections all the time, in a transaction: a backup has one of them."""
    assert run(app, ["migrate", "up"]).exit_code == 0
    stop = threading.Event()
    with Client(empty.url) as client:
        first, second = client["gigsta_geo"]["cells"], client["gigsta_geo"]["places"]
        first.insert_one({"_id": "mark"})

        def move() -> None:
            here, there = first, second
            while not stop.is_set():
                with client.start_session() as session, session.start_transaction():
                    here.delete_one({"_id": "mark"}, session=session)
                    there.insert_one({"_id": "mark"}, session=session)
                here, there = there, here

        writer = threading.Thread(target=move)
        writer.start()
        try:
            for number in range(5):
                done = run(app, ["backup", str(tmp_path / str(number)), "--service", "geo"])
                assert done.exit_code == 0, done.output
                said = files.read_manifest(tmp_path / str(number)).services["geo"].collections
                assert said["cells"].documents + said["places"].documents == 1
        finally:
            stop.set()
            writer.join()


def test_what_has_expired_since_may_be_gone(empty: Mongod, tmp_path: Path) -> None:
    assert run(app, ["migrate", "up"]).exit_code == 0
    past = datetime.now(UTC) - timedelta(hours=1)
    with Client(empty.url) as client:
        client["gigsta_geo"]["inbox_seen"].insert_one({"_id": "old", "expires_at": past})
        assert run(app, ["backup", str(tmp_path / "b"), "--service", "geo"]).exit_code == 0
        client.drop_database("gigsta_geo")
        client.admin.command("setParameter", 1, ttlMonitorEnabled=True, ttlMonitorSleepSecs=1)
    done = run(app, ["restore", str(tmp_path / "b")])
    assert done.exit_code == 0, done.output


def changed(directory: Path, taken: Path) -> None:
    path = directory / "bookings" / "bookings.bson.gz"
    path.write_bytes(gzip.compress(encode({"_id": "other"})))


def cut_off(directory: Path, taken: Path) -> None:
    path = directory / "bookings" / "bookings.bson.gz"
    path.write_bytes(path.read_bytes()[:-100])


def unfinished(directory: Path, taken: Path) -> None:
    (directory / "manifest.json").unlink()


def newer(directory: Path, taken: Path) -> None:
    path = directory / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["services"]["geo"]["migrations"].append({"name": "9999_later", "checksum": "x"})
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (changed, "is not as it was written"),
        (cut_off, "cannot be read"),
        (unfinished, "holds no finished backup"),
        (newer, "9999_later, which this one does not have"),
    ],
)
def test_a_backup_that_is_not_whole_changes_nothing(
    taken: Path, empty: Mongod, tmp_path: Path, spoil: Any, sentence: str
) -> None:
    copy = tmp_path / "copy"
    for path in taken.rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(taken)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    spoil(copy, taken)
    told = run(app, ["restore", str(copy)])
    assert told.exit_code == 1
    assert sentence in " ".join(told.output.split())
    with Client(empty.url) as client:
        assert not [name for name in client.list_database_names() if name.startswith("gigsta_")]


def flipped(directory: Path) -> None:
    path = directory / "auth" / "users.bson.gz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def no_bson(directory: Path) -> None:
    (directory / "auth" / "users.bson.gz").write_bytes(gzip.compress(b"\xff\xff\xff\xff" + b"x" * 100))


def no_manifest(directory: Path) -> None:
    (directory / "manifest.json").unlink()
    (directory / "manifest.json").mkdir()


def strange_name(name: str) -> Callable[[Path], None]:
    def spoil(directory: Path) -> None:
        path = directory / "manifest.json"
        manifest = json.loads(path.read_text())
        collections = manifest["services"]["auth"]["collections"]
        collections[name] = collections["users"]
        path.write_text(json.dumps(manifest))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (flipped, "users.bson.gz cannot be read"),
        (no_bson, "users.bson.gz cannot be read"),
        (no_manifest, "manifest.json cannot be read: Is a directory"),
        (strange_name("../../evil"), "auth.collections.../../evil"),
        (strange_name("a$b"), "auth.collections.a$b"),
        (strange_name("system.users"), "auth.collections.system.users"),
        (strange_name("schema_migrations"), "schema_migrations is in no backup"),
    ],
)
def test_a_damaged_or_forged_backup_is_told_before_a_database_is_asked(
    taken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None], sentence: str
) -> None:
    monkeypatch.setenv("MONGODB_URL", "mongodb://127.0.0.1:1/")
    shutil.copytree(taken, tmp_path / "copy")
    spoil(tmp_path / "copy")
    told = run(app, ["restore", str(tmp_path / "copy")])
    assert (told.exit_code, isinstance(told.exception, SystemExit)) == (1, True), told.exception
    assert sentence in told.output


def test_a_full_disk_is_told_and_what_lies_there_is_no_backup(
    demo: Mongod, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setenv("MONGODB_URL", demo.url)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        told = run(app, ["backup", str(tmp_path / "b"), "--service", "geo"])
    assert told.exit_code == 1
    assert "cannot be written: No space left on device. It is no backup." in told.output
    assert "holds no finished backup" in run(app, ["restore", str(tmp_path / "b")]).output


def test_while_a_service_is_connected_nothing_is_changed(
    taken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows to the user that the service is, who may do nothing but read and write documents."""
    with Mongod(secrets=Secrets(tmp_path / "secrets.json")) as mongod:
        mongod.ensure_users(["geo"])
        monkeypatch.setenv("MONGODB_URL_GEO", mongod.service_url("geo"))
        monkeypatch.setenv("MIGRATION_MONGODB_URL_GEO", mongod.migrator_url("geo"))
        restored = ["restore", str(taken), "--service", "geo", "--replace", "--yes"]
        with Client(mongod.service_url("geo"), appname="gigsta-geo") as geo:
            geo["gigsta_geo"]["places"].insert_one({"_id": "mine"})
            told = run(app, restored)
            assert told.exit_code == 1
            assert "Services are connected to their databases: geo (from 127.0.0.1). Stop them first" in told.output
            assert geo["gigsta_geo"]["places"].distinct("_id") == ["mine"]
            all_the_same = run(app, [*restored, "--while-serving"])
            assert all_the_same.exit_code == 0, all_the_same.output
            assert "mine" not in geo["gigsta_geo"]["places"].distinct("_id")
        done = run(app, restored)
        assert done.exit_code == 0, done.output


def test_what_breaks_off_is_finished_by_the_same_command(
    demo: Mongod, taken: Path, empty: Mongod, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    insert = restoring._insert

    async def break_off(db: Any, collection: str, documents: Any) -> None:
        if collection == "services":
            raise BackupError("The power is gone.")
        await insert(db, collection, documents)

    with monkeypatch.context() as power:
        power.setattr(restoring, "_insert", break_off)
        broken = run(app, ["restore", str(taken)])
    assert broken.exit_code == 1
    assert "catalog        is half done. Begun again, the same command finishes it." in broken.output
    assert "begun and not finished" in run(app, ["backup", str(tmp_path / "b")]).output
    again = run(app, ["restore", str(taken)])
    assert again.exit_code == 0, again.output
    assert everything(empty) == promised(taken)
    assert schemas(empty) == schemas(demo)
    with Client(empty.url) as client:
        client["gigsta_geo"]["places"].insert_one({"_id": "stray"})
        with monkeypatch.context() as power:
            power.setattr(restoring, "_insert", break_off)
            assert run(app, ["restore", str(taken), "--replace", "--yes"]).exit_code == 1
        assert client["gigsta_geo"]["places"].find_one("stray"), "a database whose turn had not come"
        assert "is not empty" in run(app, ["restore", str(taken)]).output
    replaced = run(app, ["restore", str(taken), "--replace", "--yes"])
    assert replaced.exit_code == 0, replaced.output
    assert everything(empty) == promised(taken)


def test_what_was_written_meanwhile_is_named(taken: Path, empty: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = restoring._insert

    async def with_another(db: Any, collection: str, documents: Any) -> None:
        await insert(db, collection, documents)
        if collection == "places":
            await db[collection].insert_one({"_id": "meanwhile"})

    with monkeypatch.context() as writer:
        writer.setattr(restoring, "_insert", with_another)
        told = run(app, ["restore", str(taken), "--service", "geo"])
    assert told.exit_code == 1
    assert "gigsta_geo.places has the document 'meanwhile', which the backup has not: it was written" in told.output
    again = run(app, ["restore", str(taken), "--service", "geo"])
    assert again.exit_code == 0, again.output


def test_events_of_a_time_that_is_taken_back_are_thrown_away(
    taken: Path, empty: Mongod, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace = f"restore-{new_id()[-8:]}"
    for name, value in {"AMQP_URL": amqp_url, "BUS_NAMESPACE": namespace, "RETRY_DELAYS_MS": "100000"}.items():
        monkeypatch.setenv(name, value)
    assert run(app, ["events", "declare"]).exit_code == 0
    queues = [f"{namespace}.{name}" for name in ("geo", "geo.retry.100000", "ratings", "catalog.parked")]

    async def put_into_each() -> None:
        async with await aio_pika.connect(amqp_url) as connection:
            channel = await connection.channel(publisher_confirms=True)
            for queue in queues:
                await channel.default_exchange.publish(aio_pika.Message(b"{}"), queue)

    async def take(_: aio_pika.abc.AbstractIncomingMessage) -> None:
        pass

    async def what_is_left_while_ratings_serves() -> tuple[str, list[str]]:
        async with await aio_pika.connect(amqp_url) as connection:
            channel = await connection.channel()
            await (await channel.get_queue(f"{namespace}.ratings")).consume(take, no_ack=True)
            said = await asyncio.to_thread(run, app, ["restore", str(taken)])
            left = [queue for queue in queues if await (await channel.get_queue(queue)).get(fail=False)]
            return said.output, left

    asyncio.run(put_into_each())
    said, left = asyncio.run(what_is_left_while_ratings_serves())
    assert "RabbitMQ: 2 events that waited are thrown away." in said
    assert "The queues of ratings stay as they are" in said
    assert "1 are parked and stay" in said
    assert left == [f"{namespace}.catalog.parked"]


def test_a_backup_does_not_go_where_something_is(taken: Path) -> None:
    told = run(app, ["backup", str(taken)])
    assert told.exit_code == 1
    assert "is not empty" in told.output
