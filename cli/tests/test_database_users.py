"""`gigsta db` and `gigsta secrets`: users that may do what they need, on a real mongod that demands a login."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from typer.testing import CliRunner

from gigsta_cli.container_secrets import contents, write
from gigsta_cli.main import app
from gigsta_cli.up.plan import SERVICES
from gigsta_common.localservers import Mongod, Secrets

run = CliRunner().invoke


@pytest.fixture
def mongod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mongod]:
    monkeypatch.setenv("GIGSTA_STATE", str(tmp_path / "state"))
    for name in ("MONGODB_URL", "AMQP_URL"):
        monkeypatch.delenv(name, raising=False)
    with Mongod(secrets=Secrets(tmp_path / "server.json")) as server:
        monkeypatch.setenv("MONGODB_ADMIN_URL", server.url)
        yield server


def test_users_are_made_and_may_do_what_they_need_and_no_more(mongod: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    made = run(app, ["db", "users"])
    assert made.exit_code == 0, made.output
    urls = dict(line.split("=", 1) for line in made.output.splitlines() if "MONGODB_URL_" in line)
    assert len(urls) == 2 * len(SERVICES)
    for variable, url in urls.items():
        monkeypatch.setenv(variable, url)
    migrated = run(app, ["migrate", "up"])
    assert migrated.exit_code == 0, migrated.output
    with MongoClient[dict[str, object]](urls["MONGODB_URL_GEO"]) as geo:
        geo["gigsta_geo"]["places"].insert_one({"_id": "p"})
        for refused in (
            geo["gigsta_auth"]["users"].find_one,
            lambda: geo["gigsta_geo"]["places"].create_index("x"),
            lambda: geo["gigsta_geo"].drop_collection("places"),
        ):
            with pytest.raises(OperationFailure, match="not authorized"):
                refused()


def test_a_password_that_changed_in_the_url_changes_in_the_database(
    mongod: Mongod, monkeypatch: pytest.MonkeyPatch
) -> None:
    def log_in(password: str) -> None:
        url = f"mongodb://geo:{password}@127.0.0.1:{mongod.port}/gigsta_geo?authSource=gigsta_geo"
        monkeypatch.setenv("MONGODB_URL_GEO", url)
        assert run(app, ["db", "users"]).exit_code == 0
        with MongoClient[dict[str, object]](url) as client:
            client["gigsta_geo"]["places"].find_one()

    log_in("first")
    log_in("second")
    old = f"mongodb://geo:first@127.0.0.1:{mongod.port}/gigsta_geo?authSource=gigsta_geo"
    with MongoClient[dict[str, object]](old) as client, pytest.raises(OperationFailure, match="Authentication failed"):
        client.admin.command("ping")


@pytest.mark.parametrize(
    ("variable", "url", "sentence"),
    [
        ("MONGODB_URL_GEO", "mongodb://auth:x@h/gigsta_geo", "The URL in MONGODB_URL_GEO must name the user geo"),
        ("MONGODB_URL_GEO", "mongodb://geo@h/gigsta_geo", "must name the user geo and a password"),
        ("MONGODB_ADMIN_URL", "", "Set MONGODB_ADMIN_URL"),
    ],
)
def test_what_is_wrong_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, url: str, sentence: str
) -> None:
    monkeypatch.setenv("GIGSTA_STATE", str(tmp_path))
    monkeypatch.setenv("MONGODB_ADMIN_URL", "mongodb://root:x@h/admin")
    monkeypatch.setenv(variable, url)
    told = run(app, ["db", "users"])
    assert told.exit_code == 1
    assert sentence in told.output


def test_the_same_is_said_in_the_words_of_atlas(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIGSTA_STATE", str(tmp_path))
    monkeypatch.setenv("MONGODB_URL_GEO", "mongodb+srv://geo:pw@c.mongodb.net/gigsta_geo?retryWrites=true")
    lines = run(app, ["db", "users", "--atlas"]).output.splitlines()
    assert len(lines) == 2 * 3 * len(SERVICES)
    actions = ("FIND", "INSERT", "UPDATE", "REMOVE", "CHANGE_STREAM")
    privileges = ",".join(f"{action}@gigsta_geo" for action in actions)
    assert f"atlas customDbRoles create gigsta_geo --privilege {privileges}" in lines
    assert "atlas dbusers create --username geo --password 'pw' --role gigsta_geo@admin" in lines
    assert "# MONGODB_URL_GEO=mongodb+srv://geo:pw@c.mongodb.net/gigsta_geo?authSource=admin&retryWrites=true" in lines


def test_secrets_are_made_up_once_and_what_is_there_stays(tmp_path: Path) -> None:
    count = write(tmp_path)
    made = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(made) == count + 1, "and the file that keeps them"
    own = tmp_path / "auth" / "gateway_secret"
    own.unlink()
    own.write_text("brought by the operator")
    (tmp_path / "gateway" / "gateway_secret").unlink()
    assert write(tmp_path) == 1
    assert own.read_text() == "brought by the operator"
    assert all(path.read_text() == text for path, text in made.items() if path != own)
    assert (tmp_path / "mongo" / "keyfile").stat().st_mode & 0o777 == 0o400
    assert (tmp_path / "kept" / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_service_is_told_the_password_that_its_user_gets(tmp_path: Path) -> None:
    files = contents(Secrets(tmp_path / "s.json"))
    for name in SERVICES:
        url = files[f"{name}/mongodb_url"]
        assert files[f"operator/mongodb_url_{name}"] == url
        assert urlsplit(url).username == name
        assert urlsplit(files[f"operator/migration_mongodb_url_{name}"]).password != urlsplit(url).password
        assert not [path for path in files if path.startswith(f"{name}/") and "migration" in path]
