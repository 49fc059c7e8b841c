"""Which services can be booked on a day: as bookings says, whatever the order of events and however often they come."""

from .conftest import Map


async def test_only_what_can_be_booked_on_that_day_is_found(places: Map) -> None:
    for service_id in ("s1", "s2", "s3"):
        await places.tell(service_id)
    await places.open("s1", "2026-03-02", "2026-03-04")
    await places.open("s2", "2026-03-04")
    assert await places.ids() == ["s1", "s2", "s3"]
    for sort in ("distance", "rating", "price"):
        assert await places.ids(available_on="2026-03-02", sort=sort) == ["s1"]
        assert await places.ids(available_on="2026-03-04", sort=sort, category="gardening", q="hedge") == ["s1", "s2"]
        assert await places.ids(available_on="2026-03-03", sort=sort) == []


async def test_a_newer_event_replaces_an_older_one_and_not_the_other_way_round(places: Map) -> None:
    await places.tell("s1")
    await places.open("s1", "2026-03-02", sequence=2)
    await places.open("s1", "2026-03-03", sequence=1)
    await places.open("s1", "2026-03-05", sequence=2)
    assert await places.ids(available_on="2026-03-02") == ["s1"]
    await places.open("s1", sequence=3)
    assert await places.ids(available_on="2026-03-02") == []
    assert await places.ids() == ["s1"]


async def test_days_that_come_before_their_service_are_kept(places: Map) -> None:
    await places.open("s1", "2026-03-02")
    await places.rate("s1", average=4.5, weighted=4.2, count=2)
    assert await places.ids() == await places.ids(available_on="2026-03-02", sort="rating") == []
    await places.tell("s1")
    (found,) = await places.nearby(available_on="2026-03-02")
    assert found["rating"] == {"average": 4.5, "weighted": 4.2, "count": 2}


async def test_days_outlive_changes_and_the_archive(places: Map) -> None:
    await places.tell("s1", sequence=1)
    await places.open("s1", "2026-03-02")
    for sequence, name in ((2, "service.updated"), (3, "service.archived"), (4, "service.published")):
        await places.tell("s1", name=name, sequence=sequence)
        assert await places.ids(available_on="2026-03-02") == ([] if name == "service.archived" else ["s1"])


async def test_what_is_forgotten_is_told_anew(places: Map) -> None:
    """As `gigsta replay` does it: what is known, what is dropped, and the same sequence once more."""
    await places.tell("s1")
    await places.open("s1", "2026-03-02", sequence=4)
    geo = places.service.app.state.use_cases
    assert await geo.known_days("", 10) == {"s1": 4}
    await geo.forget_days("s1", 3)
    assert await places.ids(available_on="2026-03-02") == ["s1"]
    await geo.forget_days("s1", 4)
    assert await places.ids(available_on="2026-03-02") == []
    assert await geo.known_days("", 10) == {}
    await places.open("s1", "2026-03-02", sequence=4)
    assert await places.ids(available_on="2026-03-02") == ["s1"]
