"""Event streams over real HTTP: in order, without gaps or doubles, on any instance, and how they end."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import httpx2
import pytest
import uvicorn

from gigsta_common.app import end_streams
from gigsta_common.events import UserClosed
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import eventually
from gigsta_notifications.crud import streams
from gigsta_notifications.crud.streams import Stream

from .conftest import House, StartHouse


class Event(NamedTuple):
    name: str
    id: str | None
    data: Any


class Reader:
    """A client of the stream, over a connection of its own."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self) -> Event:
        async with asyncio.timeout(10):
            fields: dict[str, str] = {}
            async for line in self._lines:
                if not line and "event" in fields:
                    return Event(fields["event"], fields.get("id"), json.loads(fields["data"]))
                name, _, value = line.partition(": ")
                fields[name] = value
            raise AssertionError("the stream is over")

    async def take(self, count: int) -> list[str]:
        """The bookings that the next notifications are about."""
        events = [await self.next() for _ in range(count)]
        assert {event.name for event in events} <= {"notification"}
        return [event.data["data"]["booking_id"] for event in events]

    async def is_over(self) -> bool:
        async with asyncio.timeout(10):
            return [line async for line in self._lines if line] == []


Serve = Callable[[House], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Puts a service that is running behind a real port; returns its address."""
    async with AsyncExitStack() as stack:

        async def start(house: House) -> str:
            app = house.service.app
            config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=5)
            server = uvicorn.Server(config)
            task = asyncio.create_task(server.serve())

            async def stop() -> None:
                server.should_exit = True
                await task

            stack.push_async_callback(stop)
            stack.callback(end_streams, app)

            async def listening() -> bool:
                return server.started

            await eventually(listening)
            return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

        yield start


@asynccontextmanager
async def reading(url: str, token: str, last_event_id: str | None = None) -> AsyncIterator[Reader]:
    headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last_event_id} if last_event_id else {})
    async with (
        httpx2.AsyncClient(timeout=20) as client,
        client.stream("GET", f"{url}/notifications/stream", headers=headers) as answer,
    ):
        if answer.status_code != 200:
            await answer.aread()
        yield Reader(answer)


async def test_a_notification_arrives_as_it_comes(house: House, serve: Serve, token_for: TokenFor) -> None:
    url = await serve(house)
    async with reading(url, token_for("pat")) as reader, reading(url, token_for("zoe")) as other:
        assert reader.answer.headers["content-type"].startswith("text/event-stream")
        assert await reader.next() == ("ready", "0", {})
        await other.next()
        await house.booking()
        event = await reader.next()
        [item] = (await house.inbox("pat"))["items"]
        assert event == ("notification", "1", item)
        await house.booking(provider_id="zoe", booking_id="another")
        assert await other.take(1) == ["another"], "and nothing of anybody else's before it"


async def test_a_stream_goes_on_where_it_broke_off_on_another_instance(
    start_house: StartHouse, serve: Serve, token_for: TokenFor
) -> None:
    first, second = await start_house(), await start_house()
    urls = [await serve(first), await serve(second)]
    seen: list[str] = []
    last: str | None = None
    for n in range(6):
        async with reading(urls[n % 2], token_for("pat"), last) as reader:
            last = (await reader.next()).id
            for k in range(3):
                await first.booking(booking_id=f"{n}-{k}")
            while len(seen) < 4 * n + 3:
                event = await reader.next()
                seen.append(event.data["data"]["booking_id"])
                last = event.id
        await first.booking(booking_id=f"{n}-while-away")
    expected = [f"{n}-{k}" for n in range(6) for k in (0, 1, 2, "while-away")]
    assert seen == expected[:-1]


async def test_what_comes_while_a_stream_is_being_opened_is_neither_lost_nor_doubled(
    house: House, serve: Serve, token_for: TokenFor
) -> None:
    url = await serve(house)
    names = [f"b{n}" for n in range(40)]
    coming = asyncio.create_task(_book(house, names))
    seen: list[str] = []
    last = "0"
    while len(seen) < len(names):
        async with reading(url, token_for("pat"), last) as reader:
            assert (await reader.next()).id == last
            for _ in range(min(7, len(names) - len(seen))):
                event = await reader.next()
                assert event.id == str(int(last) + 1)
                last = event.id
                seen.append(event.data["data"]["booking_id"])
    await coming
    assert sorted(seen) == sorted(names)


async def _book(house: House, names: list[str]) -> None:
    for at in range(0, len(names), 4):  # at once, so that transactions of one user meet
        await asyncio.gather(*(house.booking(booking_id=name) for name in names[at : at + 4]))


async def test_the_same_event_again_is_streamed_once(house: House, serve: Serve, token_for: TokenFor) -> None:
    url = await serve(house)
    async with reading(url, token_for("pat")) as reader:
        await reader.next()
        for _ in range(3):
            await house.booking(event_id="event-1")
            await house.service.db["inbox_seen"].delete_many({})
        await house.booking(booking_id="booking-2")
        assert await reader.take(2) == ["booking-1", "booking-2"]


async def test_more_than_a_slow_client_is_given_at_once_is_read_from_the_inbox(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_PAGE", 10)
    stream = house.use_cases.streams.open("pat", None)
    items = stream.items(await stream.start(None))
    names = [f"b{n}" for n in range(35)]
    await _book(house, names)
    positions: list[Any] = [(await anext(items))["position"] for _ in names]
    assert positions == list(range(1, 36))
    house.use_cases.streams.close(stream)


async def test_a_stream_ends_with_its_token(house: House, serve: Serve, token_for: TokenFor) -> None:
    url = await serve(house)
    async with reading(url, token_for("pat")) as reader:
        await reader.next()
        house.clock.advance(timedelta(days=366))
        await house.booking()
        assert await reader.next() == ("end", None, {"reason": "token_expired"}), "what came since is not shown"
        assert await reader.is_over()


async def test_the_time_of_a_token_is_up_without_anything_happening(house: House) -> None:
    expires = house.clock.now().timestamp() + 0.01
    stream = Stream("pat", expires, house.use_cases.inbox, house.clock)
    reading_on = asyncio.create_task(_all(stream))
    await asyncio.wait({reading_on}, timeout=0.05)
    house.clock.advance(timedelta(seconds=1))
    async with asyncio.timeout(10):
        assert await reading_on == []
    assert stream.ended == "token_expired"


async def _all(stream: Stream) -> list[int | None]:
    return [item["position"] async for item in stream.items(0)]


async def test_a_process_that_stops_ends_its_streams(house: House, serve: Serve, token_for: TokenFor) -> None:
    url = await serve(house)
    async with reading(url, token_for("pat")) as reader:
        await reader.next()
        end_streams(house.service.app)
        assert await reader.next() == ("end", None, {"reason": "restarting"})
        assert await reader.is_over()


async def test_a_user_has_so_many_streams_and_a_closed_one_makes_room(
    start_house: StartHouse, serve: Serve, token_for: TokenFor
) -> None:
    house = await start_house(streams_per_user=2)
    url, token = await serve(house), token_for("pat")
    async with reading(url, token) as one:
        await one.next()
        async with reading(url, token) as two:
            await two.next()
            async with reading(url, token) as three:
                assert three.answer.status_code == 429
                assert three.answer.json()["code"] == "too_many_streams"
                assert three.answer.headers["retry-after"] == "30"
            async with reading(url, token_for("zoe")) as other:
                assert (await other.next()).name == "ready"

        async def has_room() -> bool:
            async with reading(url, token) as again:
                return again.answer.status_code == 200

        await eventually(has_room)

    async def all_closed() -> bool:
        return not house.use_cases.streams._open

    await eventually(all_closed)


@pytest.mark.parametrize("last", ["nonsense", "-1", "1" * 30])
async def test_an_id_that_never_was_one_is_refused(house: House, serve: Serve, token_for: TokenFor, last: str) -> None:
    async with reading(await serve(house), token_for("pat"), last) as reader:
        assert reader.answer.status_code == 422


async def test_an_id_from_the_future_means_the_present(house: House, serve: Serve, token_for: TokenFor) -> None:
    url = await serve(house)
    async with reading(url, token_for("pat"), "999") as reader:
        assert (await reader.next()).id == "0"
        await house.booking()
        assert await reader.take(1) == ["booking-1"]


async def test_a_stream_needs_a_login(house: House) -> None:
    assert (await house.service.http.get("/notifications/stream")).status_code == 401
    assert not house.use_cases.streams._open


async def test_a_closed_account_leaves_no_counter_of_an_older_version(house: House) -> None:
    await house.registered("pat")
    await house.service.db["inbox_positions"].insert_one({"_id": "pat", "last": 7})
    closed = UserClosed(user_id="pat", closed_at=house.clock.now())
    await house.service.receive("user.closed", closed, subject="pat", sequence=2)
    assert await house.service.db["inbox_positions"].count_documents({}) == 0


# -- the order


async def test_items_of_one_user_are_written_without_waiting_for_each_other(house: House) -> None:
    """All at once, with a conflict in none of their transactions."""
    conflicts = await _write_conflicts(house)
    await asyncio.gather(*(house.booking(booking_id=f"b{n}") for n in range(30)))
    assert await _write_conflicts(house) == conflicts
    assert await house.service.db["inbox"].count_documents({"user_id": "pat", "position": None}) == 30
    assert await house.use_cases.inbox.last_position("pat") == 30


async def _write_conflicts(house: House) -> int:
    status = await house.service.db.client.admin.command("serverStatus")
    found: int = status["metrics"]["operation"]["writeConflicts"]
    return found


async def test_many_who_number_at_once_leave_no_gap_and_no_double(start_house: StartHouse) -> None:
    """While items come; and whoever looks sees all positions up to the last that they see."""
    houses = [await start_house() for _ in range(3)]
    names = [f"b{n}" for n in range(60)]
    coming = asyncio.create_task(_book(houses[0], names))

    async def look(house: House) -> list[str]:
        seen: list[str] = []
        while len(seen) < len(names):
            items = await house.use_cases.inbox.after("pat", len(seen), 7)
            assert [item["position"] for item in items] == list(range(len(seen) + 1, len(seen) + len(items) + 1))
            seen += [item["data"]["booking_id"] for item in items]
        return seen

    async with asyncio.timeout(60):
        seen = await asyncio.gather(*(look(house) for house in houses for _ in range(3)))
    await coming
    assert sorted(seen[0]) == sorted(names)
    assert all(one == seen[0] for one in seen), "everybody sees the same order"


async def test_items_from_before_there_were_streams_stay_out_of_them(house: House) -> None:
    await house.booking(booking_id="old")
    await house.service.db["inbox"].update_many({}, {"$unset": {"position": ""}})
    await house.booking(booking_id="new")
    assert await house.use_cases.inbox.last_position("pat") == 1
    [item] = await house.use_cases.inbox.after("pat", 0, 10)
    assert item["data"]["booking_id"] == "new"
