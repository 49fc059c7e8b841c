"""Old categories and services."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from pydantic import ValidationError

from gigsta_catalog.models import NOT_RATED, ServiceDocument, findable, location_of, slug_of
from gigsta_catalog.schemas import NewService
from gigsta_cli.legacy.made import Broken, Made, Target, because, new_id
from gigsta_cli.legacy.people import trading_name_of
from gigsta_cli.legacy.shapes import OldCategory, OldService, OldUser

_PUBLISHED = {None, "published", "active"}
_DRAFTS = {"draft"}
_AUSTRALIA = (112.0, 154.5)
"""Longitudes."""


class Categories:
    """The old tree, however deep, as two levels."""

    def __init__(self, old: Iterable[OldCategory]) -> None:
        self._by_id = {one.id: one for one in old}
        self._slugs = {slug_of(one.name): one for one in self._by_id.values()}

    @cached_property
    def tree(self) -> Mapping[str, Sequence[str]]:
        """Names of categories, with the names of those below them."""
        tree: dict[str, list[str]] = {}
        for one in self._by_id.values():
            top, *below = self._names(one)
            names = tree.setdefault(top, [])
            names += [name for name in (*below[-1:], *(one.subcategories if not below else ())) if name not in names]
        return tree

    def place(self, service: OldService) -> tuple[str, str | None]:
        """The category and subcategory here.

        Raises:
            Broken: the old one is not there.
        """
        one = self._by_id.get(service.category) or self._slugs.get(slug_of(str(service.category)))
        if one is None:
            raise Broken("category: there is none of that id or name")
        top, *below = self._names(one)
        wanted = slug_of(service.subcategory or "") or (slug_of(below[-1]) if below else "")
        return slug_of(top), wanted if wanted in {slug_of(name) for name in self.tree[top]} else None

    def _names(self, one: OldCategory) -> list[str]:
        names = [one.name]
        seen = {one.id}
        while one.parent is not None and one.parent in self._by_id and one.parent not in seen:
            seen.add(one.parent)
            one = self._by_id[one.parent]
            names.insert(0, one.name)
        return names


def point_of(old: OldService) -> tuple[float, float]:
    """Latitude and longitude.

    Raises:
        Broken: it is not said where the service is.
    """
    try:
        if "coordinates" in old.location:
            lng, lat = old.location["coordinates"]
        else:
            lat, lng = old.location["lat"], old.location["lng"]
        return float(lat), float(lng)
    except (KeyError, TypeError, ValueError):
        raise Broken("location: neither a GeoJSON point nor lat and lng") from None


def cents(price: Any) -> int:
    """Raises Broken where there are fractions of a cent."""
    amount = price * 100
    if amount != int(amount):
        raise Broken("price: has fractions of a cent")
    return int(amount)


def currency_of(old: OldService) -> str:
    if old.currency:
        return old.currency.upper()
    _, lng = point_of(old)
    return "AUD" if _AUSTRALIA[0] <= lng <= _AUSTRALIA[1] else "NZD"


def service(old: OldService, provider: OldUser, categories: Categories) -> Made:
    """Raises Broken."""
    category, subcategory = categories.place(old)
    lat, lng = point_of(old)
    try:
        new = NewService.model_validate(
            {
                "title": old.title,
                "description": old.description.strip() or old.title,
                "category": category,
                "subcategory": subcategory,
                "price": {"amount": cents(old.price), "currency": currency_of(old)},
                "duration_minutes": old.duration_minutes,
                "instant_book": old.instant_book,
                "location": {"address": old.address.strip() or "Address unknown", "lat": lat, "lng": lng},
                "service_radius_km": old.service_radius_km or None,
            }
        )
    except ValidationError as error:
        raise because(error) from None
    published = old.is_active and (old.status or "").lower() in {name or "" for name in _PUBLISHED}
    draft = (old.status or "").lower() in _DRAFTS
    fields = new.model_dump()
    document = {
        "_id": new_id("services", old.id),
        "version": 1,
        "status": "draft" if draft else "published" if published and provider.is_active else "archived",
        "provider_id": new_id("users", old.provider),
        "provider_name": trading_name_of(provider),
        **fields,
        "location": location_of(**fields["location"]),
        "rating": NOT_RATED,
        "rating_rank": 0.0,
        "created_at": old.born,
        "updated_at": old.changed,
        "history": [],
    }
    if published and not provider.is_active:
        document["hidden"] = True
    found_by = findable(cast("ServiceDocument", document))
    kept = Target("catalog", "services", document | found_by, changes=frozenset({"rating", "rating_rank"}))
    return Made(old.id, (kept,), words=frozenset() if draft else frozenset(found_by["words"]))
