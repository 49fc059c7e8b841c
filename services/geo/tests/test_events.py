"""The read model: whatever the order of events and however often they come."""

import asyncio
from typing import Any

from .conftest import Map


async def rating(places: Map) -> Any:
    return (await places.nearby())[0]["rating"]


async def test_a_service_appears_changes_and_disappears(places: Map) -> None:
    await places.tell("s1", sequence=2)
    assert await places.ids() == ["s1"]
    await places.tell("s1", name="service.updated", sequence=3, title="Lawns", at=(-43.53, 172.63), price=1)
    assert await places.ids() == []
    moved = (await places.nearby((-43.53, 172.63), q="lawns"))[0]
    assert (moved["title"], moved["price"]["amount"]) == ("Lawns", 1)
    await places.tell("s1", name="service.archived", sequence=4, at=(-43.53, 172.63))
    assert await places.ids((-43.53, 172.63)) == []


async def test_an_older_event_changes_nothing(places: Map) -> None:
    await places.tell("s1", name="service.updated", sequence=5, title="New")
    await places.tell("s1", sequence=2, title="Old")
    await places.tell("s1", name="service.archived", sequence=4)
    assert [item["title"] for item in await places.nearby()] == ["New"]


async def test_an_older_event_never_brings_an_archived_service_back(places: Map) -> None:
    await places.tell("s1", name="service.archived", sequence=5)  # the very first that is heard of it
    for sequence in (1, 4, 5):
        await places.tell("s1", name="service.updated", sequence=sequence)
    assert await places.ids() == []
    await places.tell("s1", sequence=6)
    assert await places.ids() == ["s1"]


async def test_the_same_event_twice_acts_once(places: Map) -> None:
    states = []
    for _ in range(2):
        await places.tell("s1", sequence=1, event_id="event-1")
        await places.rate("s1", version=1, event_id="event-2")
        states.append(await places.nearby())
    assert states[0] == states[1]
    for _ in range(2):
        await places.tell("s1", name="service.archived", sequence=2, event_id="event-3")
        assert await places.ids() == []
    assert await places.service.bus.parked("geo") == []


async def test_a_rating_that_comes_before_its_service_is_kept(places: Map) -> None:
    await places.rate("s1", average=4.5, weighted=4.2, count=2)
    assert await places.ids() == []
    assert await places.ids(sort="rating") == []
    await places.tell("s1")
    assert await rating(places) == {"average": 4.5, "weighted": 4.2, "count": 2}


async def test_ratings_outlive_changes_and_the_archive(places: Map) -> None:
    await places.tell("s1", sequence=1)
    await places.rate("s1", version=1, count=3)
    await places.tell("s1", name="service.updated", sequence=2)
    await places.tell("s1", name="service.archived", sequence=3)
    await places.rate("s1", version=2, count=4)
    assert await places.ids() == []
    await places.tell("s1", sequence=4)
    assert (await rating(places))["count"] == 4


async def test_an_older_summary_changes_nothing_and_hiding_is_a_newer_one(places: Map) -> None:
    await places.tell("s1")
    await places.rate("s1", version=2, count=2)
    await places.rate("s1", version=1, count=1)
    assert (await rating(places))["count"] == 2
    await places.rate("s1", version=3, name="rating.hidden", average=None, weighted=None, count=0)
    assert await rating(places) == {"average": None, "weighted": None, "count": 0}
    assert await places.ids(min_rating=1) == []


async def test_events_that_come_together_are_all_kept(places: Map) -> None:
    """Ratings have other subjects than the service, so they are handled at the same time."""
    await asyncio.gather(
        *(places.rate("s1", version=version, count=version) for version in range(1, 9)),
        *(places.tell("s1", name="service.updated", sequence=n, title=f"Title {n}") for n in range(1, 5)),
    )
    assert (await rating(places))["count"] == 8
    assert [item["title"] for item in await places.nearby()] == ["Title 4"]
    assert await places.service.bus.parked("geo") == []
