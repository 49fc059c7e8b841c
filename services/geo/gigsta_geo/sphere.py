"""Distances on the globe as MongoDB reckons them: a sphere."""

import math

EARTH_RADIUS_M = 6_378_100.0

Vector = tuple[float, float, float]


def vector(lat: float, lng: float) -> Vector:
    """The point on the unit sphere."""
    phi, theta = math.radians(lat), math.radians(lng)
    return math.cos(phi) * math.cos(theta), math.cos(phi) * math.sin(theta), math.sin(phi)


def metres(one: Vector, other: Vector) -> float:
    """Between two points on the unit sphere, along the ground; exact for near points and for opposite ones."""
    (x, y, z), (u, v, w) = one, other
    cross = math.hypot(y * w - z * v, z * u - x * w, x * v - y * u)
    return EARTH_RADIUS_M * math.atan2(cross, x * u + y * v + z * w)
