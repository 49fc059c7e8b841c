"""A backup of the demo put back into an empty server: the same documents, byte by byte, of one moment."""

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from bson import encode
from pymongo import MongoClient
from typer.testing import CliRunner

from gigsta_cli.backup import files
from gigsta_cli.backup.files import RAW
from gigsta_cli.main import app
from gigsta_cli.seed.load import seed
from gigsta_cli.up.plan import SERVICES
from gigsta_common.localservers import Mongod

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
    kept = {
        f"{service}.{name}": (collection.documents, collection.sha256)
        for service, said in manifest.services.items()
        for name, collection in said.collections.items()
    }
    assert kept == everything(demo)
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


def test_a_backup_does_not_go_where_something_is(taken: Path) -> None:
    told = run(app, ["backup", str(taken)])
    assert told.exit_code == 1
    assert "is not empty" in told.output
