"""The operator's commands, on a real mongod and a real broker."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from rich.console import Console
from typer.testing import CliRunner

from gigsta_auth.models.users import new_user
from gigsta_cli import events, mails, services
from gigsta_cli.main import app
from gigsta_cli.running import announced
from gigsta_cli.seed.begun import begun
from gigsta_cli.seed.market import SeedError
from gigsta_cli.up.plan import SERVICES
from gigsta_common.events import Envelope, UserClosed, envelope
from gigsta_common.ids import new_id
from gigsta_common.localservers import Mongod
from gigsta_common.messaging import RabbitBus, Subscription

run = CliRunner().invoke


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mongod]:
    """A mongod of this test's own: the commands speak of databases by their real names."""
    with Mongod() as mongod:
        monkeypatch.setenv("MONGODB_URL", mongod.url)
        monkeypatch.setenv("AMQP_URL", "amqp://nobody.invalid")
        monkeypatch.setenv("JWKS_URL", "http://nobody.invalid/jwks.json")
        monkeypatch.setenv("KEY_ENCRYPTION_KEY", "A" * 43 + "=")
        monkeypatch.setenv("ENVIRONMENT", "development")
        yield mongod


def test_migrations_go_up_are_shown_and_go_down(server: Mongod) -> None:
    assert "auth           would apply 0001_initial" in run(app, ["migrate", "up", "--dry-run"]).output
    assert "not applied" in run(app, ["migrate", "status"]).output
    done = run(app, ["migrate", "up"])
    assert done.exit_code == 0, done.output
    assert all(f"{name:<14} applied 0001_initial" in done.output for name in SERVICES)
    assert run(app, ["migrate", "up", "--service", "geo"]).output == "geo            up to date\n"
    assert "not applied" not in run(app, ["migrate", "status"]).output
    for name in sorted((path.stem for path in services.migration_folder("geo").glob("[0-9]*.py")), reverse=True):
        assert f"took back {name}" in run(app, ["migrate", "down", "--service", "geo"]).output
    with MongoClient[dict[str, object]](server.url) as client:
        assert "places" not in client["gigsta_geo"].list_collection_names()


def test_demo_data_that_were_not_finished_are_told(server: Mongod) -> None:
    with MongoClient[dict[str, object]](server.url) as client:
        client["gigsta_auth"]["users"].insert_one({"_id": "u", "email": "admin@example.com"})
        told = run(app, ["seed", "--if-empty"])
        assert (told.exit_code, told.output.startswith("Demo data were begun here and not finished")) == (1, True)
        client["gigsta_bookings"]["bookings"].insert_one({"_id": "b"})
        assert "the data stay as they are" in run(app, ["seed", "--if-empty"]).output


def test_production_gets_no_demo_data(server: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("GATEWAY_SECRET", "a-secret-of-production")
    assert run(app, ["seed"]).exit_code == 1
    told = run(app, ["seed", "--if-empty"])
    assert (told.exit_code, told.output) == (0, "This is production, which gets no demo data.\n")
    with pytest.raises(SeedError, match="whose bookings are made by people"):
        begun("confirmed")
    with MongoClient[dict[str, object]](server.url) as client:
        client["gigsta_auth"]["users"].insert_one({"email": "admin@example.com"})
    told = run(app, ["seed", "--if-empty"])
    assert (told.exit_code, "has the demo's accounts" in told.output) == (1, True)


def test_a_booking_in_the_past_is_made_only_among_demo_data(server: Mongod) -> None:
    with pytest.raises(SeedError, match="the demo data are missing"):
        begun("confirmed")


def test_an_account_becomes_an_administrators(server: Mongod) -> None:
    assert run(app, ["migrate", "up", "--service", "auth"]).exit_code == 0
    unknown = run(app, ["users", "grant-admin", "nobody@example.com"])
    assert (unknown.exit_code, unknown.output) == (1, "nobody@example.com has no account.\n")
    with MongoClient[dict[str, object]](server.url) as client:
        users = client["gigsta_auth"]["users"]
        assert users.count_documents({}) == 0
        ana = new_user("ana", "ana@example.com", None, "Ana", datetime.now(UTC))
        users.insert_one({**ana, "version": 1, "email_verified_at": datetime.now(UTC)})
        made = run(app, ["users", "grant-admin", "ana@example.com"])
        assert made.exit_code == 0
        assert made.output.startswith(
            "ana@example.com is an administrator from their next login or refresh on.\nUntil "
        )
        found: Any = users.find_one({"_id": "ana"})
        assert found["roles"] == ["user", "admin"]
        key = {"id": "p", "credential_id": "A" * 16, "public_key": b"", "sign_count": 0, "name": "Phone"}
        passkey = {**key, "added_at": datetime.now(UTC), "last_used_at": None}
        users.update_one({"_id": "ana"}, {"$set": {"passkeys": [passkey]}})
        assert "Ask them whether these are all theirs: the passkey 'Phone'." in (
            run(app, ["users", "grant-admin", "ana@example.com"]).output
        )


def test_a_suspended_administrator_is_reinstated(server: Mongod) -> None:
    assert run(app, ["migrate", "up", "--service", "auth"]).exit_code == 0
    now = datetime.now(UTC)
    suspension = {"reason": "No.", "at": now, "admin_id": "bad"}
    ana = {**new_user("ana", "ana@example.com", None, "Ana", now), "roles": ["user", "admin"], "email_verified_at": now}
    with MongoClient[dict[str, Any]](server.url) as client:
        users = client["gigsta_auth"]["users"]
        users.insert_one({**ana, "version": 1, "suspension": suspension})
        done = run(app, ["users", "reinstate", "ana@example.com", "--reason", "By mistake."])
        assert (done.exit_code, done.output) == (
            0,
            "ana@example.com is not suspended any more and may log in, as the administrator that they are.\n",
        )
        found: Any = users.find_one({"_id": "ana"})
        assert found["suspension"] is None
        (line,) = client["gigsta_auth"]["security_events"].find({"user_id": "ana"})
        assert (line["kind"], line["details"]["reason"]) == ("reinstated", "By mistake.")
    again = run(app, ["users", "reinstate", "ana@example.com"])
    assert (again.exit_code, again.output) == (1, "This account is not suspended.\n")


def test_mails_that_were_given_up_are_shown_and_go_out_again(server: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(app, ["migrate", "up", "--service", "notifications"]).exit_code == 0
    monkeypatch.setattr(mails, "console", Console(width=200, highlight=False))
    assert run(app, ["mails", "failed"]).output == "No mail was given up.\n"
    now = datetime.now(UTC)
    mail = {"user_id": "pat", "to": None, "template": "notice", "subject": "Hello", "message_id": "<m1@gigsta.nz>"}
    ended = {"status": "failed", "attempts": 24, "error": "Connection refused", "lease": None, "doubtful": False}
    times = {"created_at": now, "next_attempt_at": now, "not_after": None, "sent_at": None, "expires_at": now}
    with MongoClient[dict[str, Any]](server.url) as client:
        deliveries = client["gigsta_notifications"]["deliveries"]
        deliveries.insert_one({"_id": "m1", **mail, **ended, **times, "context": {"link": "secret"}})
        shown = run(app, ["mails", "failed"]).output
        assert "m1" in shown
        assert "Connection refused" in shown
        assert "secret" not in shown
        done = run(app, ["mails", "resend", "m1"])
        assert (done.exit_code, done.output) == (0, "m1 goes out again.\n")
        again = run(app, ["mails", "resend", "m1", "m2"])
        assert again.exit_code == 1
        assert "this one is queued" in again.output
        assert "m2: There is no such mail." in again.output
        kept = deliveries.find_one({"_id": "m1"})
    assert kept is not None
    assert (kept["status"], kept["resent"][0]["by"]) == ("queued", "operator")


def test_a_new_signing_key_is_made_once(server: Mongod) -> None:
    assert run(app, ["migrate", "up", "--service", "auth"]).exit_code == 0
    done = run(app, ["keys", "rotate"])
    assert done.exit_code == 0, done.output
    assert "signs from" in done.output
    again = run(app, ["keys", "rotate"])
    assert again.exit_code == 1
    assert again.output.startswith("The next key signs from")
    with MongoClient[dict[str, object]](server.url) as client:
        assert client["gigsta_auth"]["signing_keys"].count_documents({}) == 2


def test_the_commands_find_the_marketplace_that_runs_here(
    server: Mongod, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIGSTA_STATE", str(tmp_path))
    for name in ("MONGODB_URL", "AMQP_URL"):
        monkeypatch.delenv(name)
    assert run(app, ["migrate", "status", "--service", "geo"]).exit_code == 1
    monkeypatch.setenv("MONGODB_URL_GEO", "")  # so that it is put back as it was
    with announced(tmp_path, {"MONGODB_URL_GEO": server.url}):
        assert (tmp_path / "running.json").stat().st_mode & 0o077 == 0
        monkeypatch.delenv("MONGODB_URL_GEO")
        assert "0001_initial" in run(app, ["migrate", "status", "--service", "geo"]).output
    assert not (tmp_path / "running.json").exists()


def test_users_for_a_server_elsewhere_are_not_those_of_the_marketplace_that_runs_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIGSTA_STATE", str(tmp_path))
    for name in ("MONGODB_URL", "AMQP_URL", "MONGODB_URL_GEO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MONGODB_ADMIN_URL", "mongodb+srv://cluster0.abc.mongodb.net/")
    with announced(tmp_path, {"MONGODB_URL_GEO": "mongodb://geo:local@127.0.0.1/gigsta_geo"}):
        said = run(app, ["db", "users", "--atlas"]).output
    assert "geo:local@" not in said
    assert "@cluster0.abc.mongodb.net/gigsta_geo" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["migrate", "up"], "Set MIGRATION_MONGODB_URL_AUTH"),
        (["migrate", "up", "--service", "nothing"], "There is no service named nothing"),
        (["events", "parked"], "Set AMQP_URL"),
        (["events", "declare"], "Set AMQP_URL"),
        (["users", "grant-admin", "x@example.com"], "Set MONGODB_URL_AUTH"),
    ],
)
def test_what_is_missing_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    monkeypatch.setenv("GIGSTA_STATE", str(tmp_path))
    for name in ("MONGODB_URL", "AMQP_URL"):
        monkeypatch.delenv(name, raising=False)
    told = run(app, arguments)
    assert told.exit_code == 1
    assert told.output.startswith(sentence)
    assert "Traceback" not in told.output


def test_parked_events_are_shown_put_back_and_thrown_away(amqp_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    namespace = f"cli-{new_id()[-8:]}"
    monkeypatch.setenv("AMQP_URL", amqp_url)
    monkeypatch.setenv("BUS_NAMESPACE", namespace)
    event_ids = asyncio.run(park_two(amqp_url, namespace))
    monkeypatch.setattr(events, "console", Console(highlight=False, width=250))
    shown = run(app, ["events", "parked", "--service", "notifications"]).output
    assert all(event_id in shown for event_id in event_ids)
    assert "user.closed" in shown
    replayed = run(app, ["events", "replay", "--service", "notifications", "--id", event_ids[0]])
    assert replayed.output == "1 put back into the queue of notifications.\n"
    refused = run(app, ["events", "drop", "--service", "notifications"], input="n\n")
    assert refused.exit_code == 1
    assert run(app, ["events", "drop", "--service", "notifications", "--yes"]).output == "1 dropped.\n"
    assert "Nothing is parked." in run(app, ["events", "parked", "--service", "notifications"]).output


@pytest.mark.parametrize("command", [["events", "parked"], ["events", "declare"]])
@pytest.mark.parametrize(
    ("url", "sentence"), [("amqp://127.0.0.1:1/", ""), ("garbage", "AMQP_URL must look like amqp://")]
)
def test_a_broker_that_cannot_be_reached_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, command: list[str], url: str, sentence: str
) -> None:
    for name, value in {"AMQP_URL": url, "MONGODB_URL": "mongodb://x", "JWKS_URL": "http://x"}.items():
        monkeypatch.setenv(name, value)
    told = run(app, command)
    assert told.exit_code == 1
    assert isinstance(told.exception, SystemExit), told.exception
    assert told.output.startswith(sentence)


@pytest.mark.parametrize("url", ["mongodb://127.0.0.1:99999/", "mongodb://"])
def test_a_database_url_that_is_none_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("MONGODB_URL", url)
    told = run(app, ["migrate", "status", "--service", "geo"])
    assert told.exit_code == 1
    assert told.output.startswith("MONGODB_URL must look like mongodb://")


def test_six_services_in_one_database_are_refused(server: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URL", f"mongodb://127.0.0.1:{server.port}/shop?replicaSet=rs0")
    told = run(app, ["migrate", "status"])
    assert told.exit_code == 1
    assert told.output.startswith("MONGODB_URL names one database for auth, ")
    assert "0001_initial" in run(app, ["migrate", "status", "--service", "geo"]).output


def test_jobs_and_services_have_the_database_that_the_url_names(
    server: Mongod, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = f"named_{new_id()}"
    for kind in ("MONGODB_URL", "MIGRATION_MONGODB_URL"):
        monkeypatch.setenv(f"{kind}_AUTH", f"mongodb://127.0.0.1:{server.port}/{named}?replicaSet=rs0")
    assert run(app, ["migrate", "up", "--service", "auth"]).exit_code == 0
    assert run(app, ["keys", "rotate"]).exit_code == 0
    with MongoClient[dict[str, object]](server.url) as client:
        assert client[named]["signing_keys"].count_documents({}) == 2


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["users", "grant-admin", "notanaddress"], "notanaddress is not an e-mail address."),
        (["users", "reinstate", "x"], "x is not an e-mail address."),
        (["backup", "FILE"], "FILE cannot be written: Not a directory. It is no backup."),
        (["secrets", "FILE"], "Not a directory: FILE"),
        (["events", "parked"], "running.json is damaged"),
    ],
)
def test_slips_are_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], sentence: str
) -> None:
    state, file = tmp_path / "state", tmp_path / "file"
    state.mkdir()
    file.touch()
    monkeypatch.setenv("GIGSTA_STATE", str(state))
    monkeypatch.delenv("MONGODB_URL", raising=False)
    if command[0] == "events":
        (state / "running.json").write_text("{")
    told = run(app, [str(file) if word == "FILE" else word for word in command])
    assert (told.exit_code, isinstance(told.exception, SystemExit)) == (1, True), told.exception
    assert sentence.replace("FILE", str(file)) in told.output


@pytest.mark.parametrize("command", [["up"], ["clean-data"], ["doctor"]])
def test_a_state_that_is_no_directory_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GIGSTA_STATE", str(tmp_path / "file"))
    told = run(app, command)
    assert (told.exit_code, isinstance(told.exception, SystemExit)) == (1, True), told.exception


async def park_two(amqp_url: str, namespace: str) -> list[str]:
    """Two events that no handler will have."""
    bus = RabbitBus(amqp_url, namespace=namespace)

    async def refuse(event: Envelope) -> None:
        raise RuntimeError(json.dumps(event.subject))

    await bus.subscribe(Subscription("notifications", ("user.closed",), refuse, retry_delays_ms=(1,)))
    await bus.start()
    ids = []
    async with asyncio.timeout(20):
        while bus.problem():
            await asyncio.sleep(0.02)
        for number in range(2):
            data = UserClosed.model_validate({"user_id": f"u{number}", "closed_at": "2026-03-02T00:00:00Z"})
            event = envelope(
                "user.closed", data, publisher="test", subject=f"u{number}", sequence=1, time=data.closed_at
            )
            await bus.publish(event)
            ids.append(event.id)
        while len(await bus.parked("notifications")) < 2:
            await asyncio.sleep(0.02)
    await bus.stop()
    return ids
