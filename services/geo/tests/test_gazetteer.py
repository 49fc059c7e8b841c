"""Places by the beginning of their name, and the nearest to a point."""

import random
from typing import Any

import pytest

from gigsta_common.testing.service import TestService
from gigsta_geo import extract_places
from gigsta_geo.gazetteer import ATTRIBUTION, Gazetteer, Place, gazetteer
from gigsta_geo.sphere import metres, vector

FIRST = [
    ("auck", "Auckland", "Auckland"), ("AUCKLAND", "Auckland", "Auckland"), ("Whangārei", "Whangarei", "Northland"),
    ("whangarei", "Whangarei", "Northland"), ("Taupō", "Taupo", "Waikato"), ("otautahi", "Christchurch", "Canterbury"),
    ("Ōtautahi", "Christchurch", "Canterbury"), ("new pl", "New Plymouth", "Taranaki"),
    ("plymouth", "New Plymouth", "Taranaki"), ("syd", "Sydney", "New South Wales"),
    ("  melbourne ", "Melbourne", "Victoria"), ("well", "Wellington", "Wellington"),
    ("aukland", "Auckland", "Auckland"), ("welington", "Wellington", "Wellington"),
    ("palmerston nroth", "Palmerston North", "Manawatū-Whanganui"), ("ponsonby", "Ponsonby", "Auckland"),
]  # fmt: skip


async def complete(service: TestService, q: str, **more: Any) -> list[dict[str, Any]]:
    answer = await service.http.get("/geo/places", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    assert answer.json()["attribution"] == ATTRIBUTION
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize(("q", "name", "region"), FIRST)
async def test_the_place_that_is_meant_is_the_first(service: TestService, q: str, name: str, region: str) -> None:
    first = (await complete(service, q))[0]
    assert (first["name"], first["region"]) == (name, region)


async def test_there_are_two_of_that_name_and_one_is_on_the_chathams(service: TestService) -> None:
    found = {(item["name"], item["region"]) for item in await complete(service, "waitangi")}
    assert {("Waitangi", "Northland"), ("Waitangi", "Chatham Islands")} <= found


async def test_what_is_shown_of_two_places_is_never_the_same(service: TestService) -> None:
    shown = [(place.name, place.near, place.region, place.country) for place in gazetteer().places]
    assert len(set(shown)) == len(shown)
    found = await complete(service, "mount pleasant", country="AU")
    labels = {(item["name"], item["near"]) for item in found if item["region"] == "New South Wales"}
    assert labels == {("Mount Pleasant", "Central Coast"), ("Mount Pleasant", "Wollongong")}
    [wairoa] = [item for item in await complete(service, "wairoa") if item["name"] == "Wairoa"]
    assert (wairoa["population"], wairoa["near"]) == (4940, None), "the source has it twice"


async def test_those_of_ones_own_country_come_first_where_they_are_meant_as_likely(service: TestService) -> None:
    for q in ("ne", "newm", "richmond", "richmnod"):
        anywhere = await complete(service, q, limit=50)
        here = await complete(service, q, limit=50, prefer="NZ")
        assert {item["country"] for item in anywhere} == {"NZ", "AU"}, q
        assert here[0]["country"] == "NZ", q
        mine = [item for item in anywhere if item["country"] == "NZ"]
        assert [item["id"] for item in here if item["country"] == "NZ"][: len(mine)] == [item["id"] for item in mine]
    assert (await complete(service, "sydney", prefer="NZ"))[0]["name"] == "Sydney"


async def test_of_one_country_alone(service: TestService) -> None:
    for q in ("x", "ne", "newm", "pons", "richmnod"):
        for country in ("NZ", "AU"):
            found = await complete(service, q, limit=50, country=country)
            assert {item["country"] for item in found} <= {country}, (q, country)
    assert await complete(service, "sydney", country="NZ") == []
    assert (await complete(service, "richmnod", country="NZ"))[0]["name"] == "Richmond"
    for name in ("country", "prefer"):
        assert (await service.http.get("/geo/places", params={"q": "a", name: "US"})).status_code == 422


async def test_no_more_than_asked_for_and_none_where_nothing_is_near(service: TestService) -> None:
    assert len(await complete(service, "s", limit=3)) == 3
    assert len(await complete(service, "s", limit=50)) == 50
    assert await complete(service, "xyzzyxyzzy") == []
    assert await complete(service, "!!!") == []


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "  "}, {"q": "x" * 101}, {"q": "a", "limit": 51}])
async def test_a_question_that_makes_no_sense_is_422(service: TestService, query: dict[str, Any]) -> None:
    assert (await service.http.get("/geo/places", params=query)).status_code == 422


POINTS = [(-43.95, -176.5), (-43.95, 179.99), (-44.0, -180.0), (90.0, 0.0), (-90.0, 77.0), (0.0, 0.0), (-33.87, 151.2)]


async def test_the_nearest_is_the_one_that_brute_force_finds(service: TestService) -> None:
    dice = random.Random(8)
    some = [(dice.uniform(-90, 90), dice.uniform(-180, 180)) for _ in range(15)]
    for lat, lng in POINTS + some + [(dice.uniform(-47, -34), dice.uniform(166, 179)) for _ in range(15)]:
        answer = await service.http.get("/geo/reverse", params={"lat": lat, "lng": lng})
        at = vector(lat, lng)
        least = min(metres(at, vector(place.lat, place.lng)) for place in gazetteer().places)
        if least > 100_000:
            assert (answer.status_code, answer.json()["code"]) == (404, "no_place_near")
            continue
        assert answer.status_code == 200, answer.text
        found = answer.json()
        there = vector(found["place"]["lat"], found["place"]["lng"])
        assert metres(at, there) == pytest.approx(least, abs=0.01)
        assert found["distance_m"] == round(least)


def test_across_the_antimeridian() -> None:
    west = Place("w", "West", "NZ", "Northland", -44.0, 179.2, 1, ())
    east = Place("e", "East", "NZ", "Chatham Islands", -44.0, -179.9, 1, ())
    place, away = Gazetteer([west, east]).nearest(-44.0, 179.99)
    assert (place.name, round(away, -3)) == ("East", 9_000)


async def test_far_out_at_sea_nothing_is_near(service: TestService) -> None:
    answer = await service.http.get("/geo/reverse", params={"lat": -52.0, "lng": 158.0})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_place_near")


def test_the_committed_places_are_those_of_the_package() -> None:
    text = "\n".join([*extract_places.HEADER, *extract_places.rows()]) + "\n"
    assert extract_places.FILE.read_text(encoding="utf-8") == text
