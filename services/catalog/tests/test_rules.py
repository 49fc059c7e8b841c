"""The rules of a service's life, without I/O."""

from datetime import UTC, datetime
from itertools import product
from typing import get_args

import pytest

from gigsta_catalog.default_categories import DEFAULT_CATEGORIES
from gigsta_catalog.models import (
    NOT_RATED,
    Permission,
    ServiceDocument,
    Status,
    Viewer,
    changed,
    is_visible,
    location_of,
    permissions,
    refusal,
    slug_of,
    suburb_of,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OWNER = Viewer("ana", approved=True)
STRANGERS = [Viewer(), Viewer("bob", approved=True), Viewer("root", is_admin=True)]


def service(status: Status) -> ServiceDocument:
    return {
        "_id": "s1",
        "version": 3,
        "status": status,
        "provider_id": "ana",
        "provider_name": "Ana's",
        "title": "Lawns",
        "description": "Cut.",
        "category": "gardening",
        "subcategory": None,
        "price": {"amount": 5_000, "currency": "NZD"},
        "duration_minutes": 60,
        "buffer_minutes": 0,
        "instant_book": False,
        "location": location_of("1 Queen Street", -36.8, 174.7),
        "service_radius_km": None,
        "rating": NOT_RATED,
        "rating_rank": 0.0,
        "created_at": NOW,
        "updated_at": NOW,
        "history": [],
    }


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("draft", ["edit", "publish", "delete"]),
        ("published", ["edit", "archive"]),
        ("archived", ["edit", "publish"]),
    ],
)
def test_the_owner_may_do_what_the_status_allows(status: Status, expected: list[str]) -> None:
    assert permissions(service(status), OWNER) == expected


@pytest.mark.parametrize("status", get_args(Status))
def test_an_owner_who_is_not_approved_may_do_all_but_publish(status: Status) -> None:
    approved = permissions(service(status), OWNER)
    assert permissions(service(status), Viewer("ana")) == [action for action in approved if action != "publish"]


@pytest.mark.parametrize(("status", "viewer"), list(product(get_args(Status), STRANGERS)))
def test_others_may_do_nothing(status: Status, viewer: Viewer) -> None:
    assert permissions(service(status), viewer) == []


@pytest.mark.parametrize(("status", "action"), list(product(get_args(Status), get_args(Permission))))
def test_an_action_is_refused_with_a_reason_exactly_where_it_is_not_permitted(
    status: Status, action: Permission
) -> None:
    assert (refusal(action, status) is None) == (action in permissions(service(status), OWNER))


def test_anyone_sees_what_is_published_and_only_its_owner_and_admins_the_rest() -> None:
    assert all(is_visible(service("published"), viewer) for viewer in (OWNER, *STRANGERS))
    for status in ("draft", "archived"):
        hidden = service(status)
        assert [is_visible(hidden, viewer) for viewer in (OWNER, *STRANGERS)] == [True, False, False, True]


def test_an_event_tells_the_whole_service_and_none_is_made_of_a_draft() -> None:
    event = changed(service("archived"), NOW, str)
    assert (event.location.lat, event.location.lng) == (-36.8, 174.7)
    assert event.status == "archived"
    with pytest.raises(ValueError, match="draft"):
        changed(service("draft"), NOW, str)


@pytest.mark.parametrize(
    ("address", "suburb"),
    [
        ("1 Queen Street, Auckland", "Auckland"),
        ("Flat 2, 1 Queen Street, Mount Eden, Auckland 1024", "Mount Eden, Auckland"),
        ("Unit 3/14 Smith St\nSurry Hills\nSydney 2010", "Surry Hills, Sydney"),
        ("Mill Lane, Kaipara", "Kaipara"),
        ("Ōrākei, Auckland", "Ōrākei, Auckland"),
        ("The Barn, Rawene, Far North", "Rawene, Far North"),
        ("12 Long Road", ""),
        ("", ""),
    ],
)
def test_the_suburb_of_an_address(address: str, suburb: str) -> None:
    assert suburb_of(address) == suburb


@pytest.mark.parametrize(
    ("name", "slug"),
    [("IT help", "it-help"), ("Māori lessons & more!", "maori-lessons-more"), (" Make-up ", "make-up"), ("你好", "")],
)
def test_slugs(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_default_categories_have_distinct_ids() -> None:
    assert len({slug_of(name) for name in DEFAULT_CATEGORIES}) == len(DEFAULT_CATEGORIES) >= 12
    for subcategories in DEFAULT_CATEGORIES.values():
        assert len({slug_of(name) for name in subcategories}) == len(subcategories) >= 3
