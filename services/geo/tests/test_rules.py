"""The pure rules: distances and words."""

import math

import pytest
from gigsta_geo.models import EARTH_RADIUS_M, Point, distance_m, words_of
from hypothesis import given
from hypothesis import strategies as st

LAT = st.floats(-90, 90)
LNG = st.floats(-180, 180)


def point(lat: float, lng: float) -> Point:
    return {"type": "Point", "coordinates": [lng, lat]}


@pytest.mark.parametrize(
    ("start", "end", "metres"),
    [
        ((0, 0), (0, 1), EARTH_RADIUS_M * math.pi / 180),
        ((0, 179.5), (0, -179.5), EARTH_RADIUS_M * math.pi / 180),
        ((90, 0), (-90, 77), EARTH_RADIUS_M * math.pi),
        ((-36.8485, 174.7633), (-41.2866, 174.7756), EARTH_RADIUS_M * math.radians(41.2866 - 36.8485)),
    ],
)
def test_known_distances(start: tuple[float, float], end: tuple[float, float], metres: float) -> None:
    assert distance_m(*start, point(*end)) == pytest.approx(metres, rel=1e-4)


@given(LAT, LNG, LAT, LNG)
def test_a_distance_is_the_same_both_ways_and_no_more_than_half_around(
    lat: float, lng: float, other_lat: float, other_lng: float
) -> None:
    there = distance_m(lat, lng, point(other_lat, other_lng))
    assert 0 <= there <= math.pi * EARTH_RADIUS_M
    assert there == pytest.approx(distance_m(other_lat, other_lng, point(lat, lng)), abs=1e-3)
    assert distance_m(lat, lng, point(lat, lng)) == 0


def test_words_are_folded_and_distinct() -> None:
    assert words_of("Te reo Māori", "CAFÉ, café!") == ["cafe", "maori", "reo", "te"]
    assert words_of("Māori") == words_of("MA\u0304ORI")
    assert words_of("!!! ", "") == []


@given(st.text(max_size=30))
def test_folding_again_changes_nothing(text: str) -> None:
    words = words_of(text)
    assert words_of(" ".join(words)) == words
