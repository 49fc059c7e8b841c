"""Backups in a bucket of a real S3 server, which checks signatures."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from gigsta_cli import doctor
from gigsta_cli.backup import bucket
from gigsta_cli.backup.files import Manifest, Service
from gigsta_cli.main import app
from gigsta_common import http
from gigsta_common.localservers import Mongod
from gigsta_common.testing.s3 import KEY_ID, SECRET, s3_server

run = CliRunner().invoke
ONE = {"_id": "one", "name": "Whangārei"}


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Path]]:
    with s3_server() as (endpoint, folder):
        yield endpoint, folder


@pytest.fixture
def kept(server: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bucket of this test, as a folder."""
    endpoint, folder = server
    monkeypatch.setenv("BACKUP_ENDPOINT", endpoint)
    monkeypatch.setenv("BACKUP_BUCKET", tmp_path.name.replace("_", "-"))
    monkeypatch.setenv("BACKUP_KEY_ID", KEY_ID)
    monkeypatch.setenv("BACKUP_SECRET", SECRET)
    made = folder / tmp_path.name.replace("_", "-")
    made.mkdir()
    return made


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A collection of geo with one document, on a server of this test's own."""
    with Mongod() as mongod, MongoClient[dict[str, Any]](mongod.url) as client:
        monkeypatch.setenv("MONGODB_URL", mongod.url)
        migrated = run(app, ["migrate", "up", "--service", "geo"])
        assert migrated.exit_code == 0, migrated.output
        client["gigsta_geo"]["cells"].insert_one(dict(ONE))
        yield client["gigsta_geo"]["cells"]


def test_what_was_stored_there_comes_back_by_its_name_and_as_the_newest(kept: Path, places: Any) -> None:
    for name in ("bucket:first", "bucket:"):
        done = run(app, ["backup", name, "--service", "geo"])
        assert done.exit_code == 0, done.output
        assert "is a backup" in done.output
    newest = (kept / "latest").read_text()
    taken_at = bucket.taken_at(newest)
    assert taken_at is not None
    assert taken_at <= datetime.now(UTC)
    assert (kept / newest / "manifest.json").exists()
    for name in ("bucket:first", "bucket:", f"bucket:{newest}"):
        places.delete_many({})
        back = run(app, ["restore", name, "--replace", "--yes", "--service", "geo"])
        assert back.exit_code == 0, back.output
        assert list(places.find()) == [ONE]


def test_what_was_not_finished_is_none(kept: Path, places: Any) -> None:
    assert run(app, ["backup", "bucket:half", "--service", "geo"]).exit_code == 0
    (kept / "half" / "manifest.json").unlink()
    back = run(app, ["restore", "bucket:half", "--replace", "--yes", "--service", "geo"])
    assert back.exit_code == 1
    assert "has no half/manifest.json" in back.output
    assert list(places.find()) == [ONE]


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("BACKUP_SECRET", "another", "refuses"),
        ("BACKUP_BUCKET", "", "Set BACKUP_BUCKET"),
        ("BACKUP_ENDPOINT", "http://127.0.0.1:9", "does not give us"),
    ],
)
def test_a_bucket_that_does_not_take_us_is_named(
    kept: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    if not value:
        taken = run(app, ["backup", "bucket:"])
        assert (taken.exit_code, says in taken.output) == (1, True), "before anything is read"
    back = run(app, ["restore", "bucket:first"])
    assert back.exit_code == 1
    assert says in back.output


def test_a_forged_manifest_does_not_make_us_write_elsewhere(kept: Path) -> None:
    said = {"../../elsewhere": Service(cluster_time=(1, 1), migrations=[], collections={})}
    manifest = Manifest.model_construct(taken_at=datetime.now(UTC), services=said)
    (kept / "forged").mkdir()
    (kept / "forged" / "manifest.json").write_text(manifest.model_dump_json())
    back = run(app, ["restore", "bucket:forged"])
    assert back.exit_code == 1
    assert "does not make sense: services.../../elsewhere" in back.output


@pytest.mark.parametrize("name", ["bucket:../x", "bucket:a b"])
def test_a_name_cannot_lead_elsewhere(name: str) -> None:
    done = run(app, ["backup", name])
    assert done.exit_code == 1
    assert "is no name" in done.output


async def test_doctor_says_which_is_the_newest_and_whether_it_is_too_old(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = await doctor._backups()
    assert (missing.good, "has no latest" in missing.says) == (False, True)
    await say_newest("2026-11-01T140000Z")
    old = await doctor._backups()
    assert (old.good, "2026-11-01T140000Z" in old.says) == (False, True)
    await say_newest(f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}")
    assert (await doctor._backups()).good
    monkeypatch.delenv("BACKUP_BUCKET")
    assert (await doctor._backups()).good


async def say_newest(name: str) -> None:
    async with http.client() as client:
        await bucket.Bucket.told().put(client, bucket.LATEST, name.encode(), len(name))
