"""Which accounts an administrator looks for."""

from dataclasses import dataclass
from typing import Any, Literal

from gigsta_auth.models.users import ProviderStatus, name_words

AccountStatus = Literal["active", "unverified", "suspended"]

_STATUS: dict[AccountStatus, dict[str, Any]] = {
    "active": {"email_verified_at": {"$ne": None}, "suspension.at": {"$exists": False}},
    "unverified": {"email_verified_at": None},
    "suspended": {"suspension.at": {"$exists": True}},
}


@dataclass(frozen=True)
class Wanted:
    """Everything that is given has to hold."""

    email_prefix: str | None = None
    name: str | None = None
    """Words of the names, or their beginnings, in any order."""
    status: AccountStatus | None = None
    provider_status: ProviderStatus | None = None

    def conditions(self) -> dict[str, Any]:
        """As a query. What is typed becomes a range of an index, never a pattern."""
        query: dict[str, Any] = dict(_STATUS[self.status]) if self.status else {}
        if self.provider_status is not None:
            query["provider_status"] = self.provider_status
        prefix = (self.email_prefix or "").strip().lower()
        if prefix:
            query["email"] = _begins_with(prefix)
        words = name_words(self.name)
        if words:
            query["$and"] = [{"name_words": {"$elemMatch": _begins_with(word)}} for word in words]
        return query


def _begins_with(text: str) -> dict[str, str]:
    return {"$gte": text, "$lt": text + "\U0010ffff"}
