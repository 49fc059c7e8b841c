"""What bookings knows of a service."""

from math import asin, cos, radians, sin, sqrt

from pydantic import Field

from gigsta_bookings.models.base import Money, Place, Stored
from gigsta_bookings.models.policy import PolicyTerms
from gigsta_bookings.models.states import Status

_EARTH_KM = 6371.0088
"""The mean radius of the Earth (IUGG)."""


MEETING = frozenset({Status.CONFIRMED, Status.IN_PROGRESS, Status.NO_SHOW_REPORTED})
"""Bookings whose parties have still to find each other. Before, and once the work is done or came to nothing, only the
suburb is told: or whoever booked once would learn of every later address."""


class WorkPlace(Place):
    """Where a provider works from, as catalog tells it to nobody but them."""

    address: str


class Offering(Stored):
    """The read model fed by catalog's events."""

    id: str = Field(alias="_id")
    sequence: int
    provider_id: str
    provider_name: str
    title: str
    price: Money
    duration_minutes: int
    buffer_minutes: int
    instant_book: bool
    status: str
    location: Place | None = None
    """Where the provider works from."""
    address: str = ""
    service_radius_km: float | None = None
    """How far from there they go; None where that is not limited."""

    @property
    def workplace(self) -> WorkPlace | None:
        """Where customers come to; None where it is the provider who comes."""
        if self.location is None or not self.address or self.service_radius_km is not None:
            return None
        return WorkPlace(address=self.address, lat=self.location.lat, lng=self.location.lng)

    def reaches(self, place: Place | None) -> bool:
        """Whether the provider comes to a place. One that is not told is for the provider to judge."""
        if place is None or self.location is None or self.service_radius_km is None:
            return True
        return distance_km(self.location, place) <= self.service_radius_km

    def is_instant(self, terms: PolicyTerms, place: Place | None) -> bool:
        """Whether booking it there needs nobody's word. Where they travel only so far, a place that is not told has to
        be judged: then it is a request."""
        known = place is not None or self.location is None or self.service_radius_km is None
        return self.instant_book and terms.instant_booking and known


def distance_km(one: Place, other: Place) -> float:
    """Along the great circle (haversine), right across the antimeridian."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    across = radians(other.lng - one.lng)
    square = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(across / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(square)))
