"""What geo keeps of a service, and the small rules of finding it."""

import re
import unicodedata
from typing import TypedDict

from gigsta_common.events import RatingSummary, ServiceChanged

_WORD = re.compile(r"[^\W_]+")
MAX_QUERY_WORDS = 8


class Point(TypedDict):
    """GeoJSON: `coordinates` is [lng, lat]."""

    type: str
    coordinates: list[float]


class Money(TypedDict):
    amount: int
    currency: str


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
    point: Point
    words: list[str]
    """Folded words of the title and the provider's name, for `q`."""


UNRATED = Rating(average=None, weighted=None, count=0, version=0)


def place_of(event: ServiceChanged, sequence: int) -> Place:
    """A published service is listed; an archived one stays, unlisted, so that no older event brings it back."""
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
        address=event.location.address,
        point=Point(type="Point", coordinates=[event.location.lng, event.location.lat]),
        words=sorted(set(fold(f"{event.title} {event.provider_name}"))),
    )


def rating_of(summary: RatingSummary) -> Rating:
    return Rating(average=summary.average, weighted=summary.weighted, count=summary.count, version=summary.version)


def fold(text: str) -> list[str]:
    """The words of a text without case, macrons and other marks: `Ōrākei` is `orakei`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _WORD.findall(plain.casefold())
