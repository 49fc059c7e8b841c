"""Squares that circles touch: none is ever left out, and they are few."""

import math
import random

import pytest

from gigsta_geo import cover
from gigsta_geo.sphere import EARTH_RADIUS_M

LATITUDES = (-90.0, -89.99, -60.0, -59.0, -44.0, -36.85, 0.0, 45.0, 59.99, 61.8, 89.9, 90.0)
LONGITUDES = (-180.0, -179.99, -176.5, 0.0, 174.76, 179.99, 180.0)


def away(lat: float, lng: float, metres: float, bearing: float) -> tuple[float, float]:
    """The point that lies so far from another."""
    angle, phi = metres / EARTH_RADIUS_M, math.radians(lat)
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, sine)))
    turned = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * math.sin(there)
    )
    return math.degrees(there), (lng + math.degrees(turned) + 180) % 360 - 180


@pytest.mark.parametrize("km", [0.01, 0.9, 5.0, 25.0, 200.0, 500.0])
def test_whatever_lies_in_a_circle_lies_in_a_square_of_it(km: float) -> None:
    dice = random.Random(km)
    for lat in LATITUDES:
        for lng in LONGITUDES:
            searched = set(cover.searched(lat, lng, km * 1000))
            covered = set(cover.covered(lat, lng, km * 1000))
            for _ in range(20):
                metres = km * 1000 * dice.choice([0.0, math.sqrt(dice.random()), 1.0])
                there = away(lat, lng, metres, dice.uniform(0, 2 * math.pi))
                assert covered & set(cover.met(*there)), (lat, lng, there)
                if km <= 200:  # the largest radius that can be asked for
                    assert searched & set(cover.home(*there)), (lat, lng, there)


@pytest.mark.parametrize("lat", LATITUDES)
@pytest.mark.parametrize("km", [0.5, 1, 3, 5, 10, 30, 60, 100, 200, 500])
def test_they_are_few(lat: float, km: float) -> None:
    assert len(cover.covered(lat, 174.0, km * 1000)) <= cover.MOST_COVERED
    if km <= 200:
        assert len(cover.searched(lat, 174.0, km * 1000)) <= cover.MOST_SEARCHED


def test_each_is_named_once() -> None:
    for lat in LATITUDES:
        for named in (cover.searched(lat, 180.0, 30_000), cover.covered(lat, 180.0, 30_000), cover.home(lat, 180.0)):
            assert len(named) == len(set(named))
