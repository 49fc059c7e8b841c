"""Transactions are tried again where MongoDB says so, and a caller who hangs up does not cut them short."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError

from gigsta_common import mongo
from gigsta_common.errors import is_outage
from gigsta_common.mongo import Session, in_transaction, shielded
from gigsta_common.testing.service import eventually


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("mongodb://h", "gigsta_geo"),
        ("mongodb://u:p@h1,h2:1/?replicaSet=rs0", "gigsta_geo"),
        ("mongodb+srv://u:p@h/admin?w=majority", "gigsta_geo"),
        ("mongodb://u:p@h/staging_geo?authSource=admin", "staging_geo"),
        ("mongodb://h/st%61ging", "staging"),
    ],
)
def test_the_database_is_the_one_that_the_url_names(url: str, name: str) -> None:
    assert mongo.database_name("geo", url) == name


async def test_all_or_nothing(database: mongo.Database) -> None:
    await database.create_collection("things")

    async def work(session: Session) -> str:
        await database["things"].insert_one({"_id": 1}, session=session)
        await database["things"].insert_one({"_id": 2}, session=session)
        return "done"

    assert await in_transaction(database, work) == "done"
    with pytest.raises(DuplicateKeyError):
        await in_transaction(database, work)
    assert await database["things"].count_documents({}) == 2


async def test_a_transient_error_is_tried_again(database: mongo.Database) -> None:
    await database.create_collection("things")
    tries = 0

    async def work(session: Session) -> None:
        nonlocal tries
        tries += 1
        await database["things"].insert_one({"_id": tries}, session=session)
        if tries < 3:
            raise OperationFailure("conflict", 112, {"errorLabels": ["TransientTransactionError"]})

    await in_transaction(database, work)
    assert tries == 3
    assert [d["_id"] async for d in database["things"].find()] == [3]


async def test_transactions_that_meet_all_happen(database: mongo.Database) -> None:
    await database["things"].insert_one({"_id": "sum", "n": 0})

    async def add(session: Session) -> None:
        found = await database["things"].find_one({"_id": "sum"}, session=session)
        assert found is not None
        await database["things"].update_one({"_id": "sum"}, {"$set": {"n": found["n"] + 1}}, session=session)

    await asyncio.gather(*(in_transaction(database, add) for _ in range(12)))
    found = await database["things"].find_one({"_id": "sum"})
    assert found is not None
    assert found["n"] == 12


async def test_a_caller_who_hangs_up_does_not_undo_it(database: mongo.Database) -> None:
    await database.create_collection("things")
    begun = asyncio.Event()
    go_on = asyncio.Event()

    async def work(session: Session) -> None:
        await database["things"].insert_one({"_id": 1}, session=session)
        begun.set()
        await go_on.wait()

    caller = asyncio.create_task(in_transaction(database, work))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()

    async def committed() -> bool:
        return await database["things"].count_documents({}) == 1

    await eventually(committed)


async def test_callers_who_hang_up_anywhere_leave_all_or_nothing_and_a_client_that_works(
    database: mongo.Database,
) -> None:
    for name in ("left", "right"):
        await database.create_collection(name)

    async def transfer(number: int) -> None:
        async def work(session: Session) -> None:
            await database["left"].insert_one({"_id": number}, session=session)
            await database["right"].insert_one({"_id": number}, session=session)

        await in_transaction(database, work)

    for number in range(60):
        caller = asyncio.create_task(transfer(number))
        for _ in range(number):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
    await mongo.finish_shielded()
    left = {d["_id"] async for d in database["left"].find()}
    right = {d["_id"] async for d in database["right"].find()}
    assert left == right
    await transfer(1000)


async def locked(database: mongo.Database, other: mongo.Client) -> mongo.Session:
    """The transaction of a client that will never be heard of again, in the way of all others."""
    await database["things"].insert_one({"_id": "day", "by": "nobody"})
    session = other.start_session()
    await session.start_transaction()
    things = other[database.name]["things"]
    await things.update_one({"_id": "day"}, {"$set": {"by": "the dead"}}, session=session)
    return session


@pytest.fixture
async def other(mongod_url: str) -> AsyncIterator[mongo.Client]:
    client = mongo.connect(mongod_url, app_name="other")
    yield client
    await client.close()


async def take(database: mongo.Database) -> None:
    async def work(session: Session) -> None:
        await database["things"].update_one({"_id": "day"}, {"$set": {"by": "us"}}, session=session)

    await in_transaction(database, work)


async def test_what_a_dead_client_has_locked_is_waited_for(database: mongo.Database, other: mongo.Client) -> None:
    await locked(database, other)
    await take(database)
    found = await database["things"].find_one({"_id": "day"})
    assert found is not None
    assert found["by"] == "us"


async def test_what_stays_locked_is_an_outage_and_not_waited_for_for_ever(
    database: mongo.Database, other: mongo.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo, "TRANSACTION_SECONDS", 0.5)
    session = await locked(database, other)
    with pytest.raises(PyMongoError) as refused:
        await take(database)
    assert is_outage(refused.value)
    await session.commit_transaction()
    await take(database)


async def test_shielded_gives_result_and_error() -> None:
    async def result() -> int:
        return 5

    async def error() -> None:
        raise ValueError("no")

    assert await shielded(result()) == 5
    with pytest.raises(ValueError, match="no"):
        await shielded(error())


async def test_an_abandoned_failure_is_not_reported_twice() -> None:
    gate = asyncio.Event()

    async def fails() -> None:
        await gate.wait()
        raise ValueError("nobody listens")

    caller = asyncio.create_task(shielded(fails()))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    gate.set()
    await mongo.finish_shielded()
    assert not mongo._running


async def test_every_wait_is_bounded() -> None:
    client = mongo.connect("mongodb://127.0.0.1:1/", app_name="tests")
    pool = client.options.pool_options
    assert client.options.server_selection_timeout == 3
    assert (pool.connect_timeout, pool.socket_timeout, pool.wait_queue_timeout) == (3, 15, 3)
    await client.close()


async def test_concerns_are_explicit_and_times_are_aware(database: mongo.Database) -> None:
    assert database.write_concern.document == {"w": "majority", "j": True, "wtimeout": 10_000}
    assert database.read_concern.level == "majority"
    assert database.codec_options.tz_aware
