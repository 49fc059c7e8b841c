"""What geo keeps of a service, and the small rules of finding it."""

from datetime import date
from typing import Any, TypedDict, cast

from gigsta_common.events import RatingSummary, ServiceChanged
from gigsta_common.words import words_of
from gigsta_geo import cover
from gigsta_geo.grid import Spot

MOST_TRAVELLED_KM = 500.0
"""Nobody is found farther from home, whatever they say."""

COUNTED = {"sequence": 1, "listed": 1, "point": 1, "category": 1}
"""The fields that `spot_of` reads, and the one that says which state they are of."""


class Point(TypedDict):
    """GeoJSON: `coordinates` is [lng, lat]."""

    type: str
    coordinates: list[float]


class Money(TypedDict):
    amount: int
    currency: str


class Image(TypedDict):
    """The first of the service's, small."""

    url: str
    width: int
    height: int
    alt_text: str


class Rating(TypedDict):
    average: float | None
    weighted: float | None
    count: int
    version: int


class Place(TypedDict):
    """A service as geo keeps it, but for its `_id`, which is the service's."""

    sequence: int
    """The version of the service that this is."""
    listed: bool
    provider_id: str
    provider_name: str
    title: str
    category: str
    subcategory: str | None
    price: Money
    duration_minutes: int
    instant_book: bool
    service_radius_km: float | None
    address: str
    """As everybody may know it: the suburb."""
    point: Point
    """As everybody may know it. Whoever had exact distances from it could work out where exactly it is."""
    image: Image | None
    cells: list[str]
    """The squares that it lies in, and those that its provider comes to."""
    words: list[str]
    """What `q` finds it by: as catalog's `words`, of the same texts."""


UNRATED = Rating(average=None, weighted=None, count=0, version=0)
UNKNOWN: dict[str, Any] = {"rating": UNRATED, "rating_rank": 0.0, "open_days": [], "open_days_version": 0}
"""What others than catalog say of a service, before they have said it."""


def place_of(event: ServiceChanged, sequence: int) -> Place:
    """A published service is listed; an archived one stays, unlisted, so that no older event brings it back."""
    where = event.area or event.location
    return Place(
        sequence=sequence,
        listed=event.status == "published",
        provider_id=event.provider_id,
        provider_name=event.provider_name,
        title=event.title,
        category=event.category,
        subcategory=event.subcategory,
        price=Money(amount=event.price.amount, currency=event.price.currency),
        duration_minutes=event.duration_minutes,
        instant_book=event.instant_book,
        service_radius_km=event.service_radius_km,
        address=event.area.name if event.area else event.location.address,
        point=Point(type="Point", coordinates=[where.lng, where.lat]),
        image=cast("Image", event.image.model_dump()) if event.image else None,
        cells=cells_of(where.lat, where.lng, event.service_radius_km),
        words=words_of(event.title, event.provider_name, event.category, event.subcategory, event.description),
    )


def rating_of(summary: RatingSummary) -> Rating:
    return Rating(average=summary.average, weighted=summary.weighted, count=summary.count, version=summary.version)


def cells_of(lat: float, lng: float, service_radius_km: float | None) -> list[str]:
    home = cover.home(lat, lng)
    if not service_radius_km:
        return home
    return home + cover.covered(lat, lng, min(service_radius_km, MOST_TRAVELLED_KM) * 1000)


def day_number(day: date) -> int:
    """A date as places keep those on which they can be booked: 20260302."""
    return day.year * 10_000 + day.month * 100 + day.day


def reach_of(service_radius_km: float | None) -> float:
    """A class of distances, as migration 2 has it."""
    reaches = (5.0, 10.0, 25.0, 50.0, 100.0, 200.0, 500.0)
    return next((reach for reach in reaches if reach >= (service_radius_km or 0)), 500.0) if service_radius_km else 0.0


def spot_of(place: Place | dict[str, Any]) -> Spot | None:
    """Where the map counts the place; None where it does not."""
    if not place["listed"]:
        return None
    lng, lat = place["point"]["coordinates"]
    return Spot(lat, lng, place["category"])
