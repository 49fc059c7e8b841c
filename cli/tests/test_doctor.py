"""`gigsta doctor` on a real mongod and a real broker: well, and then with one thing after the other gone wrong."""

import asyncio
import gc
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from gigsta_cli import services
from gigsta_cli.main import app
from gigsta_cli.up.plan import SERVICES
from gigsta_common.events import Envelope
from gigsta_common.ids import new_id
from gigsta_common.localservers import Mongod, Secrets, free_port
from gigsta_common.messaging import RabbitBus, Subscription
from gigsta_common.messaging.outbox import FIELD
from gigsta_common.testing.events import an_event

run = CliRunner().invoke
LAST_OF_GEO = max(path.stem for path in services.migration_folder("geo").glob("[0-9]*.py"))


@pytest.fixture(scope="module")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    with Mongod(secrets=Secrets(tmp_path_factory.mktemp("doctor") / "secrets.json")) as server:
        yield server


@pytest.fixture(autouse=True)
def well(mongod: Mongod, amqp_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Everything set up as it should be."""
    mongod.ensure_users(SERVICES)
    for name in ("MONGODB_URL", "JWKS_URL", "PUBLIC_URL", "GIGSTA_BASE_URL", "SMTP_URL", "S3_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    told = {f"MONGODB_URL_{name.upper()}": mongod.service_url(name) for name in SERVICES}
    told |= {f"MIGRATION_MONGODB_URL_{name.upper()}": mongod.migrator_url(name) for name in SERVICES}
    told |= {"AMQP_URL": amqp_url, "BUS_NAMESPACE": f"doctor-{new_id()[-8:]}", "GIGSTA_STATE": str(tmp_path)}
    told |= {"ENVIRONMENT": "development", "KEY_ENCRYPTION_KEY": "A" * 43 + "="}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert run(app, ["migrate", "up"]).exit_code == 0
    assert run(app, ["events", "declare"]).exit_code == 0


def says(*expected: str) -> None:
    """That these are the only things wrong."""
    done = run(app, ["doctor"])
    wrong = [line.removeprefix("✗ ") for line in done.output.splitlines() if line.startswith("✗")]
    assert len(wrong) == len(expected), done.output
    for line, words in zip(wrong, expected, strict=True):
        assert words in " ".join(line.split())
    assert done.exit_code == (1 if expected else 0)
    assert ("Nothing is wrong." in done.output) is not bool(expected)


def test_where_all_is_well_it_says_so() -> None:
    says()


def test_a_migration_that_is_missing_is_named() -> None:
    assert run(app, ["migrate", "down", "--service", "geo"]).exit_code == 0
    says(f"geo: schema {LAST_OF_GEO} missing: run `gigsta migrate up`.")


def test_a_restore_that_was_not_finished_is_named(mongod: Mongod) -> None:
    with MongoClient[dict[str, Any]](mongod.url) as client:
        client["gigsta_geo"]["restore_begun"].insert_one({"_id": "since"})
        says("geo: schema a restore was begun here and not finished: begin it again.")
        client["gigsta_geo"].drop_collection("restore_begun")


def test_a_user_who_may_do_too_much_is_named(mongod: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URL_GEO", mongod.url)
    says("geo: database user gigsta_admin may do things outside gigsta_geo")


def test_settings_and_servers_that_do_not_answer_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("KEY_ENCRYPTION_KEY", "short")
    monkeypatch.setenv("AMQP_URL", f"amqp://{nobody}/")
    monkeypatch.setenv("SMTP_URL", f"smtp://{nobody}")
    monkeypatch.setenv("JWKS_URL", f"http://{nobody}/jwks.json")
    buckets_at(f"http://{nobody}", monkeypatch)
    monkeypatch.setenv("GIGSTA_BASE_URL", f"http://{nobody}")
    says(
        "auth: settings These settings are wrong: KEY_ENCRYPTION_KEY",
        "RabbitMQ does not answer",
        "mail server 127.0.0.1 does not take us",
        "The storage of pictures is away for the moment",
        "signing keys http",
        "KEY_ENCRYPTION_KEY is not looked at",
        "demo accounts are not looked for",
        "gateway http",
    )


def test_an_address_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIGSTA_BASE_URL", "http://gate\x01way")
    says("is no URL: does it run?")


def test_another_encryption_key_than_the_one_in_use_is_named(mongod: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(app, ["keys", "rotate"]).exit_code == 0
    says()
    monkeypatch.setenv("KEY_ENCRYPTION_KEY", "B" * 43 + "=")
    says("KEY_ENCRYPTION_KEY is not the one")
    assert run(app, ["keys", "replace"], input="n\n").exit_code == 1
    says("KEY_ENCRYPTION_KEY is not the one")
    assert run(app, ["keys", "replace", "--yes"]).exit_code == 0
    says()
    with MongoClient[dict[str, Any]](mongod.url) as client:
        client["gigsta_auth"]["signing_keys"].delete_many({})


def test_the_demo_in_production_is_named(mongod: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    for secret in ("GATEWAY_SECRET", "MAIL_LINK_SECRET"):
        monkeypatch.setenv(secret, "a-secret-of-production")
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    says("mail server")
    with MongoClient[dict[str, Any]](mongod.url) as client:
        users = client["gigsta_auth"].get_collection("users")
        client["gigsta_auth"].command("collMod", "users", validationLevel="off")
        users.insert_one({"_id": "ada", "email": "admin@example.com"})
        says("mail server", "demo accounts live in this production database")
        users.delete_many({})


def buckets_at(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"S3_ENDPOINT": endpoint, "S3_KEY_ID": "k", "S3_SECRET": "s", "MEDIA_URL": "https://images.invalid"}
    for name, value in (told | {"S3_UPLOADS_BUCKET": "uploads", "S3_IMAGES_BUCKET": "images"}).items():
        monkeypatch.setenv(name, value)


class Buckets(BaseHTTPRequestHandler):
    """As S3 answers about what is not there."""

    may_change = True

    def do_GET(self) -> None:
        self._answer(404 if self.path.startswith("/uploads/") else 403)

    def do_DELETE(self) -> None:
        self._answer(204 if self.may_change and self.path.startswith("/images/") else 403)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_buckets_that_do_not_let_us_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Buckets)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    buckets_at(f"http://127.0.0.1:{server.server_port}", monkeypatch)
    try:
        says()
        monkeypatch.setattr(Buckets, "may_change", False)
        says("The storage of pictures refused (403).")
    finally:
        server.shutdown()
        server.server_close()


# PyMongo leaves a socket to the garbage collector where it is closed while it connects.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_database_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URL_GEO", f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=100")
    says("geo: database MongoDB does not answer")
    gc.collect()  # here, and not in the middle of whatever test comes next


def test_events_that_wait_too_long_are_counted(mongod: Mongod) -> None:
    event: dict[str, Any] = an_event().model_dump(mode="json")
    event["time"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    with mongod.admin() as client:
        collection = client["gigsta_catalog"]["services"]
        collection.insert_one({"_id": "waiting", FIELD: [event]}, bypass_document_validation=True)
        try:
            says("catalog: outbox 1 events wait, the first since")
        finally:
            collection.delete_one({"_id": "waiting"})


def test_queues_that_are_missing_and_events_that_are_parked_are_named(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace = f"doctor-{new_id()[-8:]}"
    monkeypatch.setenv("BUS_NAMESPACE", namespace)
    asyncio.run(park_one(amqp_url, namespace))
    done = run(app, ["doctor"])
    assert "geo: queue" in done.output
    assert "is not there: start the service, or run `gigsta events declare`." in done.output
    assert "1 events are parked: see `gigsta events parked --service notifications`." in done.output
    assert done.exit_code == 1


async def park_one(amqp_url: str, namespace: str) -> None:
    bus = RabbitBus(amqp_url, namespace=namespace)

    async def refuse(event: Envelope) -> None:
        raise RuntimeError(event.id)

    await bus.subscribe(Subscription("notifications", ("user.closed",), refuse, retry_delays_ms=()))
    await bus.start()
    async with asyncio.timeout(20):
        while bus.problem():
            await asyncio.sleep(0.02)
        await bus.publish(an_event("user.closed"))
        while not await bus.parked("notifications"):
            await asyncio.sleep(0.02)
    await bus.stop()


def test_the_servers_users_are_as_docker_compose_has_them(mongod: Mongod) -> None:
    with MongoClient[dict[str, Any]](mongod.service_url("geo")) as client:
        status = client["gigsta_geo"].command("connectionStatus", showPrivileges=True)["authInfo"]
    assert {p["resource"].get("db") for p in status["authenticatedUserPrivileges"]} == {"gigsta_geo"}
