"""Migrations run in order, once, one runner at a time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gigsta_common import migrations, mongo
from gigsta_common.migrations import COLLECTION, MigrationError
from gigsta_common.testing.service import eventually

STEP = '''"""Step {name}."""


async def up(db):
    await db["log"].insert_one({{"did": "up {name}"}})


async def down(db):
    await db["log"].insert_one({{"did": "down {name}"}})
'''
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def do(*names: str, text: str = STEP) -> Path:
        for name in names:
            (tmp_path / f"{name}.py").write_text(text.format(name=name))
        return tmp_path

    return do


async def did(db: mongo.Database) -> list[str]:
    return [entry["did"] async for entry in db["log"].find().sort("_id")]


async def test_they_run_in_order_and_once(database: mongo.Database, write: Write) -> None:
    folder = write("0002_second", "0001_first")
    assert await migrations.up(database, folder) == ["0001_first", "0002_second"]
    assert await migrations.up(database, folder) == []
    write("0003_third")
    assert await migrations.up(database, folder) == ["0003_third"]
    assert await did(database) == ["up 0001_first", "up 0002_second", "up 0003_third"]


async def test_status_tells_what_is_applied_and_what_it_is_about(database: mongo.Database, write: Write) -> None:
    folder = write("0001_first")
    await migrations.up(database, folder)
    write("0002_second")
    first, second = await migrations.status(database, folder)
    assert (first.name, first.summary) == ("0001_first", "Step 0001_first.")
    assert first.applied_at is not None
    assert first.applied_at.tzinfo is not None
    assert (second.name, second.applied_at) == ("0002_second", None)


async def test_a_dry_run_changes_nothing(database: mongo.Database, write: Write) -> None:
    folder = write("0001_first")
    assert await migrations.up(database, folder, dry_run=True) == ["0001_first"]
    assert await database.list_collection_names() == []
    await migrations.up(database, folder)
    assert await migrations.down(database, folder, dry_run=True) == "0001_first"
    assert await did(database) == ["up 0001_first"]


async def test_down_takes_back_the_last(database: mongo.Database, write: Write) -> None:
    folder = write("0001_first", "0002_second")
    await migrations.up(database, folder)
    assert await migrations.down(database, folder) == "0002_second"
    assert await migrations.down(database, folder) == "0001_first"
    assert await migrations.down(database, folder) is None
    assert (await did(database))[2:] == ["down 0002_second", "down 0001_first"]
    assert await migrations.up(database, folder) == ["0001_first", "0002_second"]


async def test_a_file_changed_after_it_was_applied_is_refused(database: mongo.Database, write: Write) -> None:
    folder = write("0001_first")
    await migrations.up(database, folder)
    write("0001_first", text=STEP + "# changed\n")
    write("0002_second")
    for dry_run in (True, False):
        with pytest.raises(MigrationError, match="0001_first was changed"):
            await migrations.up(database, folder, dry_run=dry_run)
    assert await did(database) == ["up 0001_first"]


async def test_an_applied_file_that_is_gone_cannot_be_taken_back(database: mongo.Database, write: Write) -> None:
    folder = write("0001_first")
    await migrations.up(database, folder)
    (folder / "0001_first.py").unlink()
    assert await migrations.up(database, folder) == []
    with pytest.raises(MigrationError, match="its file is gone"):
        await migrations.down(database, folder)


@pytest.mark.parametrize(
    ("names", "text", "complaint"),
    [
        (("0001_one", "0001_two"), STEP, "same number"),
        (("1_one",), STEP, "not named"),
        (("0001_One",), STEP, "not named"),
        (("0001_one",), "async def up(db): ...\n", "needs up"),
    ],
)
async def test_a_folder_that_is_not_in_order_is_refused(
    database: mongo.Database, write: Write, names: tuple[str, ...], text: str, complaint: str
) -> None:
    with pytest.raises(MigrationError, match=complaint):
        await migrations.up(database, write(*names, text=text))


async def test_one_that_fails_is_tried_again_and_releases_the_lock(database: mongo.Database, write: Write) -> None:
    folder = write("0001_first")
    write("0002_bad", text="async def up(db): raise ValueError('no')\nasync def down(db): ...\n")
    with pytest.raises(ValueError, match="no"):
        await migrations.up(database, folder)
    assert await database[COLLECTION].find_one({"_id": "lock"}) is None
    write("0002_bad")
    assert await migrations.up(database, folder) == ["0002_bad"]


async def test_many_runners_at_once_run_each_once(database: mongo.Database, write: Write) -> None:
    folder = write("0001_first", "0002_second")
    ran = await asyncio.gather(*(migrations.up(database, folder) for _ in range(6)))
    assert sorted(name for names in ran for name in names) == ["0001_first", "0002_second"]
    assert await did(database) == ["up 0001_first", "up 0002_second"]
    assert await database[COLLECTION].find_one({"_id": "lock"}) is None


async def test_two_that_go_down_at_once_take_two_back(database: mongo.Database, write: Write) -> None:
    folder = write("0001_first", "0002_second", "0003_third")
    await migrations.up(database, folder)
    back = await asyncio.gather(*(migrations.down(database, folder) for _ in range(2)))
    assert set(back) == {"0003_third", "0002_second"}
    assert (await did(database))[3:] == ["down 0003_third", "down 0002_second"]


async def lock(db: mongo.Database, lasts: timedelta) -> None:
    until = datetime.now(UTC) + lasts
    await db[COLLECTION].insert_one({"_id": "lock", "owner": "one that died", "until": until})


async def test_the_lock_of_a_runner_that_died_lapses(database: mongo.Database, write: Write) -> None:
    await lock(database, timedelta(milliseconds=300))
    assert await migrations.up(database, write("0001_first")) == ["0001_first"]


async def test_a_lock_that_is_held_is_waited_for_and_then_given_up(
    database: mongo.Database, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_LOCK_FOR", timedelta(milliseconds=50))
    await lock(database, timedelta(days=1))
    with pytest.raises(MigrationError, match="somebody else"):
        await migrations.up(database, write("0001_first"))
    assert await did(database) == []


async def test_while_it_runs_the_lock_is_renewed(
    database: mongo.Database, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_LOCK_FOR", timedelta(milliseconds=300))
    slow = (
        "import asyncio\n"
        "async def up(db):\n"
        "    while await db['go'].find_one() is None:\n"
        "        await asyncio.sleep(0.01)\n"
        "async def down(db): ...\n"
    )
    folder = write("0001_slow", text=slow)
    running = asyncio.create_task(migrations.up(database, folder))
    ends: set[datetime] = set()

    async def renewed() -> bool:
        held = await database[COLLECTION].find_one({"_id": "lock"})
        if held is not None:
            ends.add(held["until"])
        return len(ends) >= 3

    await eventually(renewed)
    await database["go"].insert_one({})
    assert await running == ["0001_slow"]
