"""The pure rules: folding words, and what of an event is kept."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigsta_common.events import ServiceChanged
from gigsta_geo.models import fold, place_of


def test_words_are_folded() -> None:
    assert fold("Te reo Māori: CAFÉ, snake_case!") == ["te", "reo", "maori", "cafe", "snake", "case"]
    assert fold("Māori") == fold("MA\u0304ORI")
    assert fold("!!! ") == []


@given(st.text(max_size=30))
def test_folding_again_changes_nothing(text: str) -> None:
    words = fold(text)
    assert fold(" ".join(words)) == words


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
    assert place["words"] == ["ana", "lawns", "s"]
