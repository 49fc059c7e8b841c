"""A field gets another name while two versions of its service answer at once, and nobody who asks notices anything.

Expand: a migration makes room for the new name and fills it in; the next release writes both. Then one that believes
the new name, after a migration that fills in what the first release wrote meanwhile. Then one that knows the new name
only, and at last a migration that takes the old one away. Two processes serve, of which first one
and then the other is replaced.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx2
import pytest

import gigsta_notifications
from gigsta_common import migrations
from gigsta_common.clock import SystemClock
from gigsta_common.localservers import Child, free_port
from gigsta_common.mongo import Database
from gigsta_common.security import Principal, SigningKey, issue_token
from gigsta_common.testing.databases import Databases, url_of
from gigsta_common.testing.keys import serving_keys
from gigsta_common.testing.service import eventually
from gigsta_notifications.settings import Settings

MIGRATIONS = Path(gigsta_notifications.__file__).parent / "migrations"
ZONES = ("Pacific/Auckland", "Australia/Sydney", "Australia/Perth", "Pacific/Chatham", "Australia/Brisbane")
WANTED = {"mail": {"bookings": True, "reminders": True, "ratings": True}, "quiet_hours": None}
CLIENTS = 6
ROUNDS = 60
"""What has to be asked and answered before the next step."""
WITHIN = 60.0

EXPAND = '''
async def up(db):
    """Make room for `zone`, and fill it in."""
    schema = (await (await db.list_collections(filter={"name": "preferences"})).to_list())[0]["options"]["validator"]
    schema["$jsonSchema"]["properties"]["zone"] = {"bsonType": ["string", "null"]}
    await db.command("collMod", "preferences", validator=schema)
    await db["preferences"].update_many({"timezone": {"$exists": True}}, [{"$set": {"zone": "$timezone"}}])

async def down(db):
    await db["preferences"].update_many({}, {"$unset": {"zone": ""}})
'''
FILL_IN = '''
async def up(db):
    """What the release before wrote while both served."""
    await db["preferences"].update_many({"timezone": {"$exists": True}}, [{"$set": {"zone": "$timezone"}}])

async def down(db):
    pass
'''
CONTRACT = '''
async def up(db):
    """Nobody reads or writes `timezone` any more."""
    await db["preferences"].update_many({}, {"$unset": {"timezone": ""}})

async def down(db):
    await db["preferences"].update_many({}, [{"$set": {"timezone": "$zone"}}])
'''


@dataclass
class Instance:
    child: Child
    http: httpx2.AsyncClient
    asked: int = 0
    """Requests that it has not answered yet."""


@dataclass
class Service:
    """Instances that serve, and one client for each user, who never finds anything but what they last wrote."""

    environment: dict[str, str]
    logs: Path
    stack: AsyncExitStack
    headers: list[dict[str, str]]
    serving: list[Instance] = field(default_factory=list)
    started: int = 0
    turn: int = 0
    rounds: int = 0
    failures: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    """What was written, answered and found."""

    async def start(self, release: str) -> None:
        """Another instance, which is asked as soon as it is ready."""
        self.started += 1
        port = free_port()
        argv = [sys.executable, "-m", "uvicorn", "--factory", f"tests.faults.releases:{release}", "--port", str(port)]
        log = self.logs / f"{self.started}-{release}.log"
        child = Child(f"{release} {self.started}", argv, log=log, env=self.environment)
        child.start()
        self.stack.callback(child.kill)
        http = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False)
        self.stack.push_async_callback(http.aclose)
        one = Instance(child, http)

        async def ready() -> bool:
            assert child.alive, child.log_tail(40)
            try:
                return (await http.get("/notifications/preferences", headers=self.headers[0])).status_code == 200
            except httpx2.TransportError:
                return False

        await eventually(ready, within=WITHIN)
        self.serving.append(one)

    async def stop_the_oldest(self) -> None:
        """As Render does: it gets no more requests, answers those it has, and is asked to stop."""
        oldest = self.serving.pop(0)

        async def idle() -> bool:
            return oldest.asked == 0

        await eventually(idle, within=WITHIN)
        oldest.child.terminate()
        await eventually(self._ended(oldest), within=WITHIN)

    def _ended(self, instance: Instance) -> Callable[[], Any]:
        async def ended() -> bool:
            return not instance.child.alive

        return ended

    async def go_on(self) -> None:
        """Wait until so much more has been asked."""
        until = self.rounds + ROUNDS

        async def far_enough() -> bool:
            return self.rounds >= until or bool(self.failures)

        await eventually(far_enough, within=WITHIN)
        assert self.failures == []

    async def replace(self, release: str) -> None:
        """Both instances, one after the other; in between both releases serve."""
        for _ in range(2):
            await self.start(release)
            await self.stop_the_oldest()
            await self.go_on()

    async def live(self, user: int) -> None:
        for zone in cycle(ZONES):
            said = await self._ask(user, "PUT", {**WANTED, "timezone": zone})
            found = await self._ask(user, "GET")
            if (said, found) != (zone, zone):
                self.failures.append((zone, said, found))
            self.rounds += 1

    async def _ask(self, user: int, method: str, body: Any = None) -> Any:
        self.turn += 1
        instance = self.serving[self.turn % len(self.serving)]
        instance.asked += 1
        try:
            answer = await instance.http.request(
                method, "/notifications/preferences", json=body, headers=self.headers[user]
            )
            return answer.json().get("timezone") if answer.status_code == 200 else answer.text
        except httpx2.TransportError as error:
            return repr(error)
        finally:
            instance.asked -= 1


@dataclass
class Stage:
    service: Service
    db: Database
    folder: Path

    async def migrate(self, name: str, text: str) -> None:
        (self.folder / f"{name}.py").write_text(text)
        assert await migrations.up(self.db, self.folder) == [name]

    @asynccontextmanager
    async def under_load(self) -> AsyncIterator[None]:
        clients = [asyncio.create_task(self.service.live(user)) for user in range(CLIENTS)]
        try:
            yield
        finally:
            for client in clients:
                client.cancel()
            for result in await asyncio.gather(*clients, return_exceptions=True):
                assert isinstance(result, asyncio.CancelledError), result


@pytest.fixture
async def stage(mongod_url: str, databases: Databases, database: Database, tmp_path: Path) -> AsyncIterator[Stage]:
    key = SigningKey.generate()
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    await migrations.up(database, folder)
    async with AsyncExitStack() as stack:
        jwks_url = await stack.enter_async_context(serving_keys(key))
        environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "PYTHONPATH": os.pathsep.join(sys.path),
            "ENVIRONMENT": "test",
            "MONGODB_URL": url_of(mongod_url, database),
            "AMQP_URL": "amqp://127.0.0.1:1/",
            "JWKS_URL": jwks_url,
            "MAIL_ENABLED": "false",
        }
        headers = [{"authorization": f"Bearer {_token(key, f'user-{n}')}"} for n in range(CLIENTS)]
        yield Stage(Service(environment, tmp_path, stack, headers), database, folder)


def _token(key: SigningKey, user: str) -> str:
    issuer, audience = (Settings.model_fields[name].default for name in ("token_issuer", "token_audience"))
    principal = Principal(user, frozenset({"user"}), session_id="test")
    now = SystemClock().now()
    return issue_token(key, principal, issuer=issuer, audience=audience, now=now, lifetime=timedelta(hours=1))


async def test_nobody_notices_that_a_field_gets_another_name(stage: Stage) -> None:
    service = stage.service
    await service.start("today")
    await service.start("today")
    async with stage.under_load():
        await service.go_on()
        await stage.migrate("9001_expand", EXPAND)
        await service.go_on()
        await service.replace("writes_both")
        await stage.migrate("9002_fill_in", FILL_IN)
        await service.replace("believes_the_new")
        await service.replace("knows_the_new_only")
        await stage.migrate("9003_contract", CONTRACT)
        await service.go_on()
    kept = await stage.db["preferences"].find().to_list()
    assert len(kept) == CLIENTS
    assert all("timezone" not in one and one["zone"] in ZONES for one in kept)


async def test_whoever_leaves_out_the_steps_between_is_noticed(stage: Stage) -> None:
    """The same clients see it at once, so what the other test does not see is not there."""
    service = stage.service
    await service.start("today")
    async with stage.under_load():
        await stage.migrate("9001_expand", EXPAND)
        await service.start("knows_the_new_only")

        async def noticed() -> bool:
            return bool(service.failures)

        await eventually(noticed, within=WITHIN)
    wrote, answered, found = service.failures[0]
    assert wrote == answered, "each release by itself is well"
    assert found != wrote
    assert found in (None, *ZONES)
