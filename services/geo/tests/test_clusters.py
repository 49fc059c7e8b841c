"""The map's counts, against counting by hand."""

import random
from collections import Counter
from typing import Any

import pytest

from gigsta_common.testing.service import TestService
from gigsta_geo import grid
from gigsta_geo.crud.clusters import pipeline
from gigsta_geo.grid import Spot

from .conftest import AUCKLAND, Map


async def clusters(service: TestService, bbox: str, zoom: int, **more: Any) -> dict[str, Any]:
    answer = await service.http.get("/geo/clusters", params={"bbox": bbox, "zoom": zoom, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def touches(bounds: list[float], box: tuple[float, float, float, float]) -> bool:
    """Whether a square, its east and north sides not included, has a point in common with the box."""
    west, south, east, north = box
    low, bottom, high, top = bounds
    if not (bottom <= north and (south < top or (south == top == 90))):
        return False
    if west <= east < 180 or east - west == 360:
        return low <= east and west < high
    # It crosses the antimeridian, or ends on it, which is where column 0 begins.
    return west < high or low <= (east if east < 180 else -180)


def by_hand(spots: list[Spot], answer: dict[str, Any], box: tuple[float, float, float, float]) -> Counter[Any]:
    size = answer["cell_degrees"]
    counted: Counter[Any] = Counter()
    for spot in spots:
        lng = -180 if spot.lng == 180 else spot.lng
        column, row = (lng + 180) // size, min((spot.lat + 90) // size, 180 / size - 1)
        bounds = [column * size - 180, row * size - 90, (column + 1) * size - 180, (row + 1) * size - 90]
        if touches(bounds, box):
            counted[tuple(bounds)] += 1
    return counted


CENTRES = {
    "auckland": AUCKLAND, "chathams": (-43.95, -176.5), "antimeridian": (-44.0, 180.0), "south pole": (-90.0, 0.0),
    "north pole": (90.0, 30.0),
}  # fmt: skip


@pytest.mark.parametrize("name", CENTRES)
async def test_they_count_what_is_there(service: TestService, places: Map, name: str) -> None:
    dice = random.Random(name)
    lat, lng = CENTRES[name]
    spots = []
    for number in range(25):
        at = (lat, lng) if number < 3 else (lat + dice.gauss(0, 0.5), lng + dice.gauss(0, 0.5))
        at = (max(-90.0, min(90.0, at[0])), (at[1] + 180) % 360 - 180 if abs(at[1]) > 180 else at[1])
        spots.append(Spot(*at, dice.choice(["gardening", "plumbing"])))
        await places.tell(f"s{number}", at=at, category=spots[-1].category)
    for _ in range(40):
        half = dice.choice([0.01, 0.3, 1.0, 5.0])
        west, east = ((lng + side * half * dice.random() + 180) % 360 - 180 for side in (-1, 1))
        box = (west, max(-90.0, lat - half), dice.choice([east, east, 180.0]), min(90.0, lat + half * dice.random()))
        asked = {"category": "plumbing"} if dice.random() < 0.3 else {}
        wanted = [spot for spot in spots if not asked or spot.category == "plumbing"]
        answer = await clusters(service, ",".join(map(repr, box)), dice.randrange(25), **asked)
        found = {tuple(item["bounds"]): item["count"] for item in answer["items"]}
        assert found == by_hand(wanted, answer, box), (box, asked)
        assert len(answer["items"]) <= grid.MOST_SQUARES


async def test_a_box_of_the_whole_world_has_everything_at_every_zoom(service: TestService, places: Map) -> None:
    corners = [(-90, -180), (-90, 180), (90, -180), (90, 180), (0, 0), (-44, 180), (-36.85, 174.76)]
    for number, at in enumerate(corners):
        await places.tell(f"s{number}", at=at)
    for zoom in range(25):
        answer = await clusters(service, "-180,-90,180,90", zoom)
        assert sum(item["count"] for item in answer["items"]) == len(corners), zoom


async def test_the_centre_is_that_of_those_counted(service: TestService, places: Map) -> None:
    await places.tell("s1", at=(-36.851, 174.761))
    await places.tell("s2", at=(-36.853, 174.765))
    (item,) = (await clusters(service, "174,-37,175,-36", 8))["items"]
    assert (item["count"], item["lat"], item["lng"]) == (2, -36.852, 174.763)


async def total(service: TestService, **more: Any) -> int:
    answers = [await clusters(service, "-180,-90,180,90", zoom, **more) for zoom in (0, 5, 9, 13, 18)]
    sums: set[int] = {sum(item["count"] for item in answer["items"]) for answer in answers}
    assert len(sums) == 1, sums
    return sums.pop()


async def test_a_service_that_moves_changes_or_goes_is_counted_once(service: TestService, places: Map) -> None:
    await places.tell("s1", sequence=1)
    await places.tell("s1", sequence=1)
    assert await total(service) == 1
    await places.tell("s1", name="service.updated", sequence=3, at=(-43.5, 172.6), category="plumbing")
    await places.tell("s1", name="service.updated", sequence=2)
    assert await total(service) == await total(service, category="plumbing") == 1
    assert await total(service, category="gardening") == 0
    await places.rate("s1")
    assert await total(service) == 1
    for event_id in ("gone", "gone", "gone again"):
        await places.tell("s1", name="service.archived", sequence=4, event_id=event_id)
        assert await total(service) == 0
    await places.tell("s1", sequence=5)
    assert await total(service) == 1


async def test_a_rating_of_an_unknown_service_is_not_on_the_map(service: TestService, places: Map) -> None:
    await places.rate("s1")
    assert await total(service) == 0
    await places.tell("s1")
    assert await total(service) == 1


async def test_a_box_is_read_from_its_index(service: TestService, places: Map) -> None:
    for number in range(5):
        await places.tell(f"s{number}", at=(-36.85 + number / 10, 174.76))
    for box in ((174.0, -37.0, 175.0, -36.0), (170.0, -45.0, -170.0, -30.0)):
        for zoom in (3, 11, 18):
            asked = pipeline(grid.window(*box, zoom), None)
            command = {"aggregate": "cells", "pipeline": asked, "cursor": {}}
            plan = str(await service.db.command("explain", command, verbosity="queryPlanner"))
            assert "by_square" in plan
            assert "COLLSCAN" not in plan


BAD_BOXES = [
    "", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "inf,0,1,1", "0,1,1,0", "-181,0,0,1", "0,0,181,1", "0,-91,1,1",
    "0,0,1,91",
]  # fmt: skip


@pytest.mark.parametrize("bbox", BAD_BOXES)
async def test_what_is_no_box_is_422(service: TestService, bbox: str) -> None:
    answer = await service.http.get("/geo/clusters", params={"bbox": bbox, "zoom": 3})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["bbox"])


@pytest.mark.parametrize("zoom", ["-1", "25", "x"])
async def test_what_is_no_zoom_is_422(service: TestService, zoom: str) -> None:
    answer = await service.http.get("/geo/clusters", params={"bbox": "0,0,1,1", "zoom": zoom})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["zoom"])


def test_all_at_once_is_what_one_by_one_comes_to() -> None:
    dice = random.Random(6)
    spots = [Spot(dice.uniform(-90, 90), dice.uniform(-180, 180), dice.choice("ab")) for _ in range(200)]
    spots += [Spot(90, 180, "a"), Spot(-90, -180, "b"), Spot(0, 180, "a"), Spot(0, -180, "a")]
    one_by_one: dict[grid.Square, grid.Tally] = {}
    for spot in spots:
        for square, change in grid.difference(None, spot).items():
            known = one_by_one.setdefault(square, grid.Tally())
            known.count, known.lat, known.lng = known.count + 1, known.lat + change.lat, known.lng + change.lng
    assert grid.tally(spots) == one_by_one
