"""The pure rules: what of an event is kept."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gigsta_common.events import ServiceChanged
from gigsta_geo.models import place_of


@pytest.mark.parametrize("status", ["published", "archived"])
def test_only_what_is_published_is_listed(status: Any) -> None:
    event = ServiceChanged.model_validate(
        {
            "service_id": "s1", "provider_id": "ana", "provider_name": "Ana", "title": "Ana's lawns",
            "description": "Cut.", "category": "gardening", "price": {"amount": 1, "currency": "NZD"},
            "duration_minutes": 60, "location": {"address": "1 Queen Street", "lat": -36.8, "lng": 174.7},
            "status": status, "changed_at": datetime(2026, 3, 2, tzinfo=UTC),
        }
    )  # fmt: skip
    place = place_of(event, 7)
    assert (place["listed"], place["sequence"]) == (status == "published", 7)
    assert place["point"] == {"type": "Point", "coordinates": [174.7, -36.8]}
    assert place["words"] == ["anas", "lawns", "ana", "gardening", "cut"]
