"""What catalog stores, and the rules of a service's life. No I/O."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict

from gigsta_common.events import RatingSummary, ServiceChanged
from gigsta_common.events.catalog import Area, Location, Price, ServiceImage
from gigsta_common.words import words_of

Status = Literal["draft", "published", "archived"]
Permission = Literal["edit", "publish", "archive", "delete"]

LEADS_TO: dict[Literal["publish", "archive"], Status] = {"publish": "published", "archive": "archived"}

_AREA_DIGITS = 2
"""Of a degree: about a kilometre."""
_STREET = re.compile(
    r"\b(street|st|road|rd|avenue|ave|lane|drive|dr|place|pl|crescent|cres|terrace|tce|way|parade|pde|quay|court|ct"
    r"|close|highway|hwy|grove|rise|view|esplanade|box)\.?$",
    re.IGNORECASE,
)

FORMER_PROVIDER = "A former provider"

_ALLOWED_IN: dict[Permission, tuple[Status, ...]] = {
    "edit": ("draft", "published", "archived"),
    "publish": ("draft", "archived"),
    "archive": ("published",),
    "delete": ("draft",),
}
_REFUSALS: dict[tuple[Permission, Status], str] = {
    ("publish", "published"): "The service is published already.",
    ("archive", "draft"): "Only a published service can be archived; a draft can be deleted.",
    ("archive", "archived"): "The service is archived already.",
    ("delete", "published"): "Only a draft can be deleted; archive a published service instead.",
    ("delete", "archived"): "Only a draft can be deleted; an archived service is kept for its bookings and ratings.",
}


class Point(TypedDict):
    """GeoJSON."""

    type: Literal["Point"]
    coordinates: list[float]
    """Longitude first, then latitude."""


class StoredLocation(TypedDict):
    address: str
    suburb: NotRequired[str | None]
    """As the provider calls it; where they do not, it is read from the address."""
    point: Point


class StoredPrice(TypedDict):
    amount: int
    """In minor units: cents."""
    currency: str


class StoredRating(TypedDict):
    average: float | None
    weighted: float | None
    count: int
    version: int
    """Of the summary that ratings sent: a higher one replaces a lower one."""


SizeName = Literal["small", "medium", "large"]
SIZE_NAMES: tuple[SizeName, ...] = ("small", "medium", "large")
MOST_IMAGES = 8


class Dimensions(TypedDict):
    width: int
    height: int


class StoredImage(TypedDict):
    id: str
    name: str
    """What its files are called, before the name of the size. Nobody can guess it."""
    alt_text: str
    sizes: dict[SizeName, Dimensions]


class Medium(TypedDict):
    """An upload and what becomes of it: written before any file of it, and gone only after all of them are."""

    _id: str
    service_id: str
    provider_id: str
    name: str
    content_type: str
    size: int
    alt_text: str
    state: Literal["asked", "working", "kept", "gone"]
    """`working` while somebody makes the images of it, `kept` when they are the service's, `gone` when all of its
    files are to be removed."""
    expires_at: datetime
    """Until then it can be uploaded, and uploaded again."""
    due_at: NotRequired[datetime]
    """When the sweeper has to look at it."""


class Moderated(TypedDict):
    action: Literal["remove_image"]
    image_id: str
    admin_id: str
    reason: str
    at: datetime


class ServiceDocument(TypedDict):
    _id: str
    version: int
    """Counts the changes that the provider made; the `sequence` of the events. A new rating does not raise it."""
    status: Status
    provider_id: str
    provider_name: str
    title: str
    description: str
    category: str
    subcategory: str | None
    price: StoredPrice
    duration_minutes: int
    buffer_minutes: int
    instant_book: bool
    location: StoredLocation
    service_radius_km: float | None
    images: NotRequired[list[StoredImage]]
    rating: StoredRating
    rating_rank: float
    """The weighted rating, or 0 where there is none: what one sorts by."""
    created_at: datetime
    updated_at: datetime
    hidden: NotRequired[bool]
    """Archived because its provider is suspended, and published again when that is over."""
    history: list[dict[str, Any]]
    """The latest changes of status: action, actor, time, from, to and version."""
    moderation: NotRequired[list[Moderated]]
    """What administrators have taken off it. Nobody else writes here, so that nothing pushes it out."""


class SubcategoryDocument(TypedDict):
    id: str
    name: str


class CategoryDocument(TypedDict):
    _id: str
    name: str
    position: int
    subcategories: list[SubcategoryDocument]


CategoryAction = Literal["create", "edit", "delete", "add_subcategory", "rename_subcategory", "delete_subcategory"]


class CategoryChange(TypedDict):
    """What an administrator did to the categories, and when. Kept for good."""

    _id: str
    action: CategoryAction
    category_id: str
    subcategory_id: str | None
    details: dict[str, Any]
    """What was asked for."""
    admin_id: str
    at: datetime


class ProviderDocument(TypedDict):
    """What catalog knows of a provider, from events. Either half may come first."""

    _id: str
    status: Literal["pending", "approved", "rejected"] | None
    trading_name: str
    sequence: int
    """Of auth's latest word on it."""
    rating: StoredRating
    barred: NotRequired[bool]
    """Suspended: neither they nor their services are shown."""
    barred_sequence: NotRequired[int]
    closed: NotRequired[bool]
    """They have closed their account: nothing brings them back."""


NOT_RATED: StoredRating = {"average": None, "weighted": None, "count": 0, "version": -1}


UNKNOWN_PROVIDER: dict[str, Any] = {"status": None, "trading_name": "", "sequence": -1}
"""Before auth has said anything of them."""


@dataclass(frozen=True)
class Viewer:
    """Who looks at a service. `approved` is whether catalog knows them as an approved provider."""

    user_id: str | None = None
    is_admin: bool = False
    approved: bool = False


def is_visible(service: ServiceDocument, viewer: Viewer) -> bool:
    """Anyone may see what is published; the rest is for its owner and administrators."""
    return service["status"] == "published" or viewer.is_admin or service["provider_id"] == viewer.user_id


def permissions(service: ServiceDocument, viewer: Viewer) -> list[Permission]:
    """What the viewer may do with the service now: nothing, unless it is theirs."""
    if service["provider_id"] != viewer.user_id:
        return []
    allowed: list[Permission] = [action for action, states in _ALLOWED_IN.items() if service["status"] in states]
    return [action for action in allowed if viewer.approved or action != "publish"]


def refusal(action: Permission, status: Status) -> str | None:
    """Why the action is illegal in that status; None where it is not."""
    return _REFUSALS.get((action, status))


def location_of(address: str, lat: float, lng: float, suburb: str | None = None) -> StoredLocation:
    return {"address": address, "suburb": suburb, "point": {"type": "Point", "coordinates": [lng, lat]}}


def knows_the_address(service: ServiceDocument, viewer: Viewer) -> bool:
    """Others learn it from their booking, once that is confirmed."""
    return viewer.is_admin or service["provider_id"] == viewer.user_id


def area_of(location: StoredLocation) -> Area:
    """What everybody may know of a place: the suburb, and a point that many houses share."""
    lng, lat = location["point"]["coordinates"]
    name = location.get("suburb") or suburb_of(location["address"])
    return Area(name=name, lat=round(lat, _AREA_DIGITS), lng=round(lng, _AREA_DIGITS))


def suburb_of(address: str) -> str:
    """`Flat 2, 1 Queen Street, Mount Eden, Auckland 1024` is `Mount Eden, Auckland`: what comes after the last part
    that has a number or names a street. Where none does, the last two parts."""
    parts = [re.sub(r"\b\d{4}\b$", "", part.strip()).strip() for part in re.split(r"[,\n]", address)]
    private = [n for n, part in enumerate(parts) if re.search(r"\d", part) or _STREET.search(part)]
    shown = parts[private[-1] + 1 :] if private else parts[-2:]
    return ", ".join(part for part in shown if part)


def rating_of(summary: RatingSummary) -> StoredRating:
    return {
        "average": summary.average,
        "weighted": summary.weighted,
        "count": summary.count,
        "version": summary.version,
    }


def of_a_former_provider(service: ServiceDocument) -> dict[str, Any]:
    """What stays of a service whose provider has closed their account: what others' bookings and ratings name."""
    longitude, latitude = service["location"]["point"]["coordinates"]
    return {
        "status": "archived",
        "hidden": False,
        "provider_name": FORMER_PROVIDER,
        "description": "",
        "location": location_of("", round(latitude, 1), round(longitude, 1)),
        "images": [],
    }


def findable(service: ServiceDocument) -> dict[str, list[str]]:
    """What a search finds it by; `words` are of the same texts as geo's. Written whenever the service is."""
    texts = (service[name] for name in ("title", "provider_name", "category", "subcategory", "description"))
    return {"words": words_of(*texts), "title_words": words_of(service["title"])}


def file_name(image: str, size: SizeName) -> str:
    return f"{image}-{size}.webp"


def in_order(images: list[StoredImage], ids: list[str]) -> list[StoredImage] | None:
    """The images as the ids are ordered; None where these are not the ids of all of them."""
    by_id = {image["id"]: image for image in images}
    if len(ids) != len(by_id) or set(ids) != set(by_id):
        return None
    return [by_id[image_id] for image_id in ids]


def slug_of(name: str) -> str:
    """`Māori lessons & more` is `maori-lessons-more`; empty where the name has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


UrlOf = Callable[[str], str]
"""The address of a file by its name."""


def changed(service: ServiceDocument, at: datetime, url_of: UrlOf) -> ServiceChanged:
    """What the others are told about a service that is or was published."""
    if service["status"] == "draft":
        raise ValueError("nobody is told about a draft")
    lng, lat = service["location"]["point"]["coordinates"]
    return ServiceChanged(
        service_id=service["_id"],
        provider_id=service["provider_id"],
        provider_name=service["provider_name"],
        title=service["title"],
        description=service["description"],
        category=service["category"],
        subcategory=service["subcategory"],
        price=Price(**service["price"]),
        duration_minutes=service["duration_minutes"],
        buffer_minutes=service["buffer_minutes"],
        instant_book=service["instant_book"],
        location=Location(address=service["location"]["address"], lat=lat, lng=lng),
        service_radius_km=service["service_radius_km"],
        status=service["status"],
        changed_at=at,
        image=_first_image(service, url_of),
        area=area_of(service["location"]),
    )


def _first_image(service: ServiceDocument, url_of: UrlOf) -> ServiceImage | None:
    images = service.get("images")
    if not images:
        return None
    first = images[0]
    return ServiceImage(
        url=url_of(file_name(first["name"], "small")), alt_text=first["alt_text"], **first["sizes"]["small"]
    )
