"""Which accounts an administrator looks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from gigsta_auth.models.users import ProviderStatus, name_words

AccountStatus = Literal["active", "unverified", "suspended"]

AccountOrder = Literal["newest", "longest_waiting"]
"""By when the account was made; or by when its last application came, the earliest first, of those who ever applied."""

_STATUS: dict[AccountStatus, dict[str, Any]] = {
    "active": {"email_verified_at": {"$ne": None}, "suspension.at": {"$exists": False}},
    "unverified": {"email_verified_at": None},
    "suspended": {"suspension.at": {"$exists": True}},
}


@dataclass(frozen=True)
class Wanted:
    """Everything that is given has to hold."""

    text: str | None = None
    """As `name`, or how the address begins."""
    name: str | None = None
    """Words of the names, or their beginnings, in any order."""
    status: AccountStatus | None = None
    provider_status: ProviderStatus | None = None

    def conditions(self) -> dict[str, Any]:
        """As a query. What is typed becomes a range of an index, never a pattern."""
        query: dict[str, Any] = dict(_STATUS[self.status]) if self.status else {}
        if self.provider_status is not None:
            query["provider_status"] = self.provider_status
        text = (self.text or "").strip()
        if text:
            query["$or"] = [{"email": _begins_with(text.lower())}, *_named(text)]
        query.update(*_named(self.name))
        return query


def _named(text: str | None) -> list[dict[str, Any]]:
    """No condition where there are no words."""
    words = name_words(text)
    return [{"$and": [{"name_words": {"$elemMatch": _begins_with(word)}} for word in words]}] if words else []


def after_application(applied_at: datetime, user_id: str) -> dict[str, Any]:
    """Who has waited less than the account of that id, as a query."""
    return {
        "$or": [
            {"application.applied_at": {"$gt": applied_at}},
            {"application.applied_at": applied_at, "_id": {"$gt": user_id}},
        ]
    }


def _begins_with(text: str) -> dict[str, str]:
    return {"$gte": text, "$lt": text + "\U0010ffff"}
