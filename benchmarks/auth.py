"""Logging in: how many a second on one core, how much others feel of it, and whether its time tells who has an account.

The whole service in this process, without sockets, on a mongod of its own; argon2 with the parameters of production.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import uvloop
from rich.console import Console
from rich.table import Table

import gigsta_auth
from benchmarks.bookings_data import pin
from gigsta_auth.crud import Auth
from gigsta_auth.crud.throttle import THROTTLE
from gigsta_auth.main import create_app
from gigsta_auth.settings import Settings
from gigsta_common import migrations, mongo
from gigsta_common.clock import SystemClock
from gigsta_common.ids import new_id
from gigsta_common.localservers import Mongod
from gigsta_common.messaging import InProcessBus
from gigsta_common.security import Principal, SigningKey, StaticKeys, TokenVerifier, issue_token
from gigsta_common.testing.databases import url_of

PASSWORD = "nobody knows this one"
PEOPLE = 50


def main(*, quick: bool) -> None:
    console = Console()
    with Mongod() as mongod:
        pin({"us": 0, "mongod": 1})
        uvloop.run(_verifications(500 if quick else 3000, console))
        uvloop.run(_all(mongod.url, quick=quick, console=console))


async def _verifications(count: int, console: Console) -> None:
    key, issuer, audience = SigningKey.generate(), "https://gigsta.nz", "gigsta-api"
    lifetime, now = timedelta(minutes=10), datetime.now(UTC)
    who = Principal("0198c0de-user", frozenset({"user"}), session_id="bench")
    tokens = [issue_token(key, who, issuer=issuer, audience=audience, now=now, lifetime=lifetime) for _ in range(count)]
    verifier = TokenVerifier(StaticKeys(key.public_jwk()), issuer=issuer, audience=audience, clock=SystemClock())
    table = Table("token verifications", "a second on one core", title=f"{count:,} different tokens")
    for name in ("cold", "cached"):
        started = time.perf_counter()
        for token in tokens:
            await verifier.verify(token)
        table.add_row(name, f"{count / (time.perf_counter() - started):,.0f}")
    console.print(table)


@asynccontextmanager
async def _service(mongod_url: str) -> AsyncIterator[tuple[httpx2.AsyncClient, Auth, mongo.Database]]:
    connection = mongo.connect(mongod_url, app_name="bench")
    db = mongo.database(connection, f"bench_{new_id()}")
    await migrations.up(db, Path(gigsta_auth.__file__).parent / "migrations")
    settings = Settings.model_validate(
        {
            "environment": "test",
            "mongodb_url": url_of(mongod_url, db),
            "amqp_url": "amqp://nobody.invalid",
            "jwks_url": "http://nobody.invalid",
            "key_encryption_key": "A" * 43,
        }
    )
    app = create_app(settings, clock=SystemClock(), bus=InProcessBus())
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://service") as http:
            yield http, app.state.use_cases, db
    await connection.drop_database(db.name)
    await connection.close()


async def _all(url: str, *, quick: bool, console: Console) -> None:
    async with _service(url) as (http, auth, db):
        for number in range(PEOPLE):
            await auth.operators.create_verified_user(f"known-{number}@example.com", PASSWORD)
        await _logins(http, 2 if quick else 8, console)
        await _others(http, 1 if quick else 4, console)
        table = Table("call", "known, ms", "unknown, ms", "AUC", title="does its time tell who has an account? 0.5: no")
        count = 100 if quick else 500
        await _tell(table, "login", lambda email: _fails(http, email), db, count)
        await _tell(table, "forgot-password", lambda email: _forgets(http, email), db, count)
        console.print(table)


async def _log_in(http: httpx2.AsyncClient, number: int) -> None:
    body = {"email": f"known-{number % PEOPLE}@example.com", "password": PASSWORD}
    answer = await http.post("/auth/login", json=body)
    answer.raise_for_status()
    http.cookies.clear()


async def _logins(http: httpx2.AsyncClient, rounds: int, console: Console) -> None:
    """All of this process is on one core, its argon2 threads too."""
    started = time.perf_counter()
    for _ in range(rounds):
        await asyncio.gather(*(_log_in(http, number) for number in range(16)))
    settings = Settings.model_fields
    parameters = ", ".join(f"{name} {settings[f'argon2_{name}'].default}" for name in ("memory_kib", "time_cost"))
    rate = rounds * 16 / (time.perf_counter() - started)
    console.print(f"logins on one core ({parameters}): [bold]{rate:.1f} a second[/bold]")


async def _others(http: httpx2.AsyncClient, rounds: int, console: Console) -> None:
    """Another request, again and again, while 50 logins are in flight."""
    alone = [await _timed(lambda: _keys(http)) for _ in range(300)]
    during: list[float] = []
    for _ in range(rounds):
        logins = asyncio.gather(*(_log_in(http, number) for number in range(50)))
        while not logins.done():
            during.append(await _timed(lambda: _keys(http)))
            await asyncio.sleep(0.005)
        await logins
    table = Table("the signing keys", "p50 ms", "p99 ms", "requests", title="another request, 50 logins in flight")
    for name, times in (("alone", alone), ("with 50 logins", during)):
        table.add_row(name, *(f"{_quantile(times, q):.2f}" for q in (0.5, 0.99)), str(len(times)))
    console.print(table)


async def _tell(
    table: Table, name: str, call: Callable[[str], Awaitable[None]], db: mongo.Database, count: int
) -> None:
    """Known and unknown in turn, so that a machine that changes its pace does so for both. The counts of the throttle
    are forgotten between the pairs: this asks for the time of an answer, not of a refusal."""
    known: list[float] = []
    unknown: list[float] = []
    for number in range(count):
        await db[THROTTLE].delete_many({})
        pair = [
            (known, f"known-{number % PEOPLE}@example.com"),
            (unknown, f"nobody-{number % PEOPLE}@example.com"),
        ]
        for times, email in pair if number % 2 else reversed(pair):
            times.append(await _timed(lambda email=email: call(email)))  # type: ignore[misc]
    table.add_row(name, *(f"{statistics.median(t):.2f}" for t in (known, unknown)), f"{_auc(known, unknown):.3f}")


async def _fails(http: httpx2.AsyncClient, email: str) -> None:
    answer = await http.post("/auth/login", json={"email": email, "password": "not-the-password"})
    assert answer.status_code == 401, answer.text


async def _forgets(http: httpx2.AsyncClient, email: str) -> None:
    answer = await http.post("/auth/forgot-password", json={"email": email})
    assert answer.status_code == 202, answer.text


async def _keys(http: httpx2.AsyncClient) -> None:
    (await http.get("/auth/.well-known/jwks.json")).raise_for_status()


async def _timed(call: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await call()
    return (time.perf_counter() - started) * 1000


def _quantile(times: list[float], q: float) -> float:
    return sorted(times)[min(len(times) - 1, int(q * len(times)))]


def _auc(ones: list[float], others: list[float]) -> float:
    """How often one of `ones` takes longer than one of `others`: 0.5 where nobody can tell."""
    wins = sum((one > other) + (one == other) / 2 for one in ones for other in others)
    return wins / (len(ones) * len(others))
