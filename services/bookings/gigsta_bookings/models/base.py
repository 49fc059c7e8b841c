"""What all stored models have in common."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Stored(BaseModel):
    """Frozen; fields that a newer version wrote are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Money(Stored):
    amount: int
    """In minor units: cents."""
    currency: str


class Place(Stored):
    lat: float
    lng: float


def stored(model: BaseModel, only: set[str] | None = None) -> dict[str, Any]:
    """A model, or `only` some of its fields, as MongoDB keeps it: enums as their text, times as times."""
    document = model.model_dump(by_alias=True, include=only)
    return {name: _plain(value) for name, value in document.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value
