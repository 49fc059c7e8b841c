"""MongoDB through PyMongo Async: one client per process, explicit concerns, bounded waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import pymongo
from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import AsyncMongoClient, ReadPreference, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

Document = dict[str, Any]
Client = AsyncMongoClient[Document]
Database = AsyncDatabase[Document]
Collection = AsyncCollection[Document]
Session = AsyncClientSession

T = TypeVar("T")

MAJORITY = WriteConcern(w="majority", j=True, wtimeout=10_000)

TRANSACTION_SECONDS = 12.0
"""How long a transaction may take with all its tries. MongoDB keeps what a dead client has locked for
`transactionLifetimeLimitSeconds` and half as long again: 5 s with us (60 s by its own default), so that those who wait
for it here still get through. Less than the gateway's patience (15 s): its client is told by us what became of it."""


def connect(url: str, *, app_name: str) -> Client:
    """A client that is not connected yet: the first operation connects, and each waits a few seconds at most."""
    return AsyncMongoClient(
        url,
        appname=app_name,
        tz_aware=True,
        serverSelectionTimeoutMS=3_000,
        connectTimeoutMS=3_000,
        socketTimeoutMS=15_000,
        waitQueueTimeoutMS=3_000,
        maxPoolSize=64,
        # Connections to a member that is not the primary any more go. One that was opened in the moment of the change
        # would never again do for a transaction, even if that member is elected later (errors.is_outage).
        maxIdleTimeMS=60_000,
        retryWrites=True,
        retryReads=True,
    )


def database_name(service: str, url: str) -> str:
    """A service's database: the one that the URL names, else `gigsta_<service>`.

    `admin` in a URL is only where its user logs in.
    """
    named = unquote(urlsplit(url).path.strip("/"))
    return named if named not in ("", "admin") else f"gigsta_{service}"


def database(client: Client, name: str) -> Database:
    """The database `name`, durable writes and committed reads made explicit."""
    return client.get_database(
        name,
        codec_options=CodecOptions(tz_aware=True, datetime_conversion=DatetimeConversion.DATETIME),
        read_preference=ReadPreference.PRIMARY,
        write_concern=MAJORITY,
        read_concern=ReadConcern("majority"),
    )


async def in_transaction(db: Database, work: Callable[[Session], Awaitable[T]]) -> T:
    """Run `work` in a transaction, again where MongoDB says that a conflict may pass.

    Shielded: a client that hangs up must not cut the connection in the middle of a commit.

    Raises:
        ExecutionTimeout: it was not done within `TRANSACTION_SECONDS`, as `errors.is_outage` knows.
    """

    async def run() -> T:
        with pymongo.timeout(TRANSACTION_SECONDS):
            async with db.client.start_session() as session:
                return await session.with_transaction(
                    work,
                    read_concern=ReadConcern("snapshot"),
                    write_concern=MAJORITY,
                    read_preference=ReadPreference.PRIMARY,
                )

    return await shielded(run())


async def shielded(work: Awaitable[T]) -> T:
    """Wait for `work`, but let it finish even where the waiting is cancelled."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_forget)
    return await asyncio.shield(task)


async def finish_shielded(within: float = 5.0) -> None:
    """Wait for shielded work whose caller has gone. Called before the client is closed under it."""
    if _running:
        await asyncio.wait(set(_running), timeout=within)


_running: set[asyncio.Future[Any]] = set()


def _forget(task: asyncio.Future[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # read, so that an abandoned failure is not reported twice
