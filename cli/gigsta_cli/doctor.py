"""`gigsta doctor`: looks at everything that GigSta needs, from where it runs, and says what is wrong and what to do."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiosmtplib
import httpx2
from aio_pika.exceptions import AMQPError
from pymongo.errors import ConfigurationError, ConnectionFailure, PyMongoError
from rich.console import Console
from rich.text import Text

from gigsta_catalog.storage import StorageAway, UploadMissing
from gigsta_catalog.storage.s3 import S3Storage
from gigsta_cli import services
from gigsta_cli.backup import bucket
from gigsta_cli.backup.files import RESTORING, BackupError
from gigsta_cli.failures import sentence
from gigsta_cli.seed.load import has_demo_accounts
from gigsta_common import http, migrations
from gigsta_common.messaging import BusUnavailable, RabbitBus
from gigsta_common.messaging.outbox import FIELD
from gigsta_common.mongo import Database
from gigsta_common.settings import SettingsError, told, with_scheme

OLDEST, NEWEST = (6, 0), (8, 99)
LARGEST_SKEW = timedelta(seconds=2)
OLDEST_BACKUP = timedelta(hours=26)
LONGEST_WAIT = timedelta(minutes=1)
"""How long an event may wait in an outbox before that is strange."""
ANSWER_SECONDS = 5


@dataclass(frozen=True)
class Finding:
    about: str
    good: bool
    says: str
    """What is so; where it is wrong, what to do about it."""


def examine() -> bool:
    """Print every finding; say whether all are good."""
    return asyncio.run(_examine(Console(highlight=False, soft_wrap=True)))


async def _examine(console: Console) -> bool:
    bad = 0
    async for finding in findings():
        mark = ("✓ ", "green") if finding.good else ("✗ ", "bold red")
        console.print(Text.assemble(mark, f"{finding.about:<24} ", finding.says))
        bad += not finding.good
    console.print("Nothing is wrong." if not bad else f"{bad} of these {'is' if bad == 1 else 'are'} wrong.")
    return not bad


async def findings() -> AsyncIterator[Finding]:
    """Everything, in the order in which one thing needs the other."""
    for name in services.chosen(None):
        for finding in _settings(name), *await _database(name):
            yield finding
    async for finding in _broker():
        yield finding
    yield await _mail_server()
    yield await _pictures()
    yield await _backups()
    yield await _keys()
    yield await _encryption_key()
    yield await _demo()
    for finding in await _gateway():
        yield finding


def _settings(name: str) -> Finding:
    about = f"{name}: settings"
    try:
        services.settings(name)
    except SettingsError as error:
        return Finding(about, False, " ".join(str(error).split()))
    return Finding(about, True, "make sense")


# MongoDB


async def _database(name: str) -> list[Finding]:
    about = f"{name}: database"
    try:
        db = services.database(name)
        migrating = services.database(name, migrating=True)
    except SettingsError as error:
        return [Finding(about, False, str(error))]
    try:
        return [
            await _server(about, db),
            await _rights(f"{name}: database user", db),
            await _schema(f"{name}: schema", name, migrating),
            await _outbox(f"{name}: outbox", name, db),
        ]
    except (ConnectionFailure, ConfigurationError) as error:
        return [Finding(about, False, f"{sentence(error)} Start it, or correct MONGODB_URL_{name.upper()}.")]
    except (PyMongoError, migrations.MigrationError) as error:
        return [Finding(about, False, sentence(error))]
    finally:
        await db.client.close()
        await migrating.client.close()


async def _server(about: str, db: Database) -> Finding:
    hello = await db.command("hello")
    version = (await db.command("buildInfo"))["versionArray"]
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        return Finding(about, False, "is no replica set, and transactions need one: start mongod with --replSet.")
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        said = f"{version[0]}.{version[1]}"
        return Finding(about, False, f"is MongoDB {said}; GigSta is made for 6.0 to 8.")
    skew = abs(datetime.now(UTC) - hello["localTime"].replace(tzinfo=UTC))
    if skew > LARGEST_SKEW:
        return Finding(about, False, f"has a clock that is {skew.total_seconds():.0f} s off ours: set one of them.")
    return Finding(about, True, f"{db.name} answers: MongoDB {'.'.join(map(str, version[:3]))}")


async def _rights(about: str, db: Database) -> Finding:
    status = (await db.command("connectionStatus", showPrivileges=True))["authInfo"]
    if not status["authenticatedUsers"]:
        return Finding(about, False, "nobody: anyone may do anything there. Start mongod with access control.")
    elsewhere = {p["resource"].get("db", "") for p in status["authenticatedUserPrivileges"]} - {db.name}
    who = status["authenticatedUsers"][0]["user"]
    if elsewhere:
        return Finding(about, False, f"{who} may do things outside {db.name}: see `gigsta db users`.")
    return Finding(about, True, f"{who} may do nothing outside {db.name}")


async def _schema(about: str, name: str, db: Database) -> Finding:
    if RESTORING in await db.list_collection_names(authorizedCollections=True):
        return Finding(about, False, "a restore was begun here and not finished: begin it again.")
    missing = [row.name for row in await migrations.status(db, services.migration_folder(name)) if not row.applied_at]
    if missing:
        return Finding(about, False, f"{', '.join(missing)} missing: run `gigsta migrate up`.")
    return Finding(about, True, "up to date")


async def _outbox(about: str, name: str, db: Database) -> Finding:
    waiting, oldest = 0, datetime.now(UTC)
    for collection in services.module(name, "main").SERVICE.outbox_collections:
        async for document in db[collection].find({f"{FIELD}.id": {"$gt": ""}}, {FIELD: 1}).limit(1000):
            times = [datetime.fromisoformat(str(record["time"])) for record in document[FIELD]]
            waiting, oldest = waiting + len(times), min(oldest, *times)
    if datetime.now(UTC) - oldest > LONGEST_WAIT:
        since = f"{oldest:%Y-%m-%d %H:%M} UTC"
        return Finding(about, False, f"{waiting} events wait, the first since {since}: do {name} and RabbitMQ run?")
    return Finding(about, True, "empty" if not waiting else f"{waiting} events are on their way")


# RabbitMQ


async def _broker() -> AsyncIterator[Finding]:
    try:
        url = services.broker_url()
    except SettingsError as error:
        yield Finding("RabbitMQ", False, str(error))
        return
    if not url:
        yield Finding("RabbitMQ", True, "none is named (AMQP_URL), as where everything runs in one process")
        return
    bus = RabbitBus(url, namespace=told("BUS_NAMESPACE") or "gigsta", connection_name="gigsta-doctor")
    for name in services.chosen(None):
        if not services.handlers(name).bindings:
            continue
        about = f"{name}: queue"
        try:
            parked = await bus.parked(name, 100)
        except BusUnavailable as error:
            yield Finding("RabbitMQ", False, f"does not answer: {error}. Start it, or correct AMQP_URL.")
            return
        except (AMQPError, LookupError, OSError):
            yield Finding(about, False, "is not there: start the service, or run `gigsta events declare`.")
            continue
        if parked:
            many = "100 or more" if len(parked) == 100 else str(len(parked))
            yield Finding(about, False, f"{many} events are parked: see `gigsta events parked --service {name}`.")
        else:
            yield Finding(about, True, "is there, and nothing is parked")


# What is asked by HTTP and SMTP


async def _mail_server() -> Finding:
    about = "mail server"
    try:
        settings: Any = services.settings("notifications")
    except SettingsError:
        return Finding(about, False, "cannot be known: the settings of notifications are wrong.")
    if settings.smtp_url is None:
        return Finding(about, True, "none is named (SMTP_URL): mails go to the development mailbox")
    url = httpx2.URL(settings.smtp_url.get_secret_value())
    try:
        async with aiosmtplib.SMTP(
            hostname=url.host,
            port=url.port,
            username=url.username or None,
            password=url.password or None,
            use_tls=url.scheme == "smtps",
            timeout=ANSWER_SECONDS,
        ) as server:
            await server.noop()
    except (aiosmtplib.SMTPException, OSError) as error:
        return Finding(about, False, f"{url.host} does not take us: {error}. Correct SMTP_URL.")
    return Finding(about, True, f"{url.host} takes us")


async def _pictures() -> Finding:
    """Whether both buckets let us do what catalog does there; it shows with names that nothing has."""
    about = "pictures"
    try:
        settings: Any = services.settings("catalog")
    except SettingsError:
        return Finding(about, False, "cannot be known: the settings of catalog are wrong.")
    if settings.s3 is None:
        return Finding(about, True, "no bucket is named (S3_ENDPOINT): they lie in a folder that catalog keeps")
    async with http.client() as client:
        storage = S3Storage(settings.s3, settings.media_url, client)
        try:
            with suppress(UploadMissing):
                await storage.uploaded("nothing")
            await storage.remove_image("nothing")
        except StorageAway as error:
            return Finding(about, False, f"{settings.s3_endpoint}: {error} Correct S3_ENDPOINT and what goes with it.")
    return Finding(about, True, f"{settings.s3_endpoint} lets us read uploads and change images")


async def _backups() -> Finding:
    about = "backups"
    if not told("BACKUP_BUCKET"):
        return Finding(about, True, "are not looked at: no bucket is named (BACKUP_BUCKET)")
    try:
        name = await bucket.latest(bucket.Bucket.told())
    except (SettingsError, BackupError) as error:
        return Finding(about, False, f"{error} `gigsta backup bucket:` makes the first.")
    taken_at = bucket.taken_at(name)
    if taken_at and datetime.now(UTC) - taken_at > OLDEST_BACKUP:
        return Finding(about, False, f"the newest is {name}: see why the job that makes them does not, or run it.")
    return Finding(about, True, f"the newest is {name}")


async def _keys() -> Finding:
    about, url = "signing keys", told("JWKS_URL")
    if not url:
        return Finding(about, True, "are not looked at: no JWKS_URL")
    answer = await _get(url)
    if isinstance(answer, str):
        return Finding(about, False, f"{url} {answer}: does auth run, and is JWKS_URL right?")
    return Finding(about, bool(answer.get("keys")), f"{len(answer.get('keys', []))} published at {url}")


async def _encryption_key() -> Finding:
    """Whether those who sign can read the key that signs."""
    about, models = "KEY_ENCRYPTION_KEY", services.module("auth", "models.keys")
    try:
        own: Any = services.settings("auth")
        db = services.database("auth")
    except SettingsError:
        return Finding(about, False, "is not looked at: auth's settings are wrong, see above.")
    try:
        signs = models.signing(await db["signing_keys"].find().to_list(), datetime.now(UTC))
        if signs is not None:
            models.unseal(signs, own.derived_key("signing keys"))
    except models.WrongEncryptionKey:
        return Finding(about, False, "is not the one under which the signing key is stored: nobody can log in with it.")
    except PyMongoError as error:
        return Finding(about, False, sentence(error))
    finally:
        await db.client.close()
    return Finding(about, True, "opens the signing key" if signs else "has nothing to open yet")


async def _demo() -> Finding:
    """Accounts whose password everybody knows have no place among real people's."""
    about = "demo accounts"
    try:
        production = services.settings("auth").environment == "production"
        found = production and await has_demo_accounts()
    except SettingsError:
        return Finding(about, False, "are not looked for: auth's settings are wrong, see above.")
    except PyMongoError as error:
        return Finding(about, False, sentence(error))
    if found:
        return Finding(about, False, "live in this production database, and everybody knows their password.")
    return Finding(about, True, "are not here" if production else "may be here: this is no production")


async def _gateway() -> list[Finding]:
    url = str(with_scheme(told("GIGSTA_BASE_URL") or told("PUBLIC_URL") or "")).rstrip("/")
    if not url:
        return [Finding("gateway", True, "is not looked at: no GIGSTA_BASE_URL and no PUBLIC_URL")]
    answer = await _get(f"{url}/health/ready")
    url = re.sub(r"//[^/]*@", "//", url)  # whoever reads along needs no password
    if isinstance(answer, str):
        return [Finding("gateway", False, f"{url} {answer}: does it run? GIGSTA_BASE_URL says where it is.")]
    checks: dict[str, str] = answer.get("checks", {})
    wrong = [f"{name} is {state}" for name, state in checks.items() if state != "ok"]
    says = f"{', '.join(wrong)}: their /health/ready and their logs say why." if wrong else "answers, and every service"
    return [Finding("gateway", not wrong, f"{url} {says}")]


async def _get(url: str) -> dict[str, Any] | str:
    """The answer, or why there is none."""
    try:
        async with http.client() as client, asyncio.timeout(ANSWER_SECONDS):
            answer = await client.get(url)
        body = answer.json()
    except httpx2.InvalidURL:
        return "is no URL"
    except (httpx2.HTTPError, TimeoutError, OSError):
        return "does not answer"
    except ValueError:
        return f"answers {answer.status_code} and something that we do not understand"
    return body if isinstance(body, dict) and answer.is_success else f"answers {answer.status_code}"
