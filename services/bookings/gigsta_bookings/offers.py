"""What a customer was shown when they made up their mind, and what they would get by now."""

from dataclasses import dataclass
from typing import Any

from gigsta_bookings.models import Money, Offering, Place, Policy


@dataclass(frozen=True)
class Offer:
    """What a booking binds its two sides to, besides the time."""

    price: Money
    duration_minutes: int
    instant_book: bool
    policy: Policy

    @classmethod
    def of(cls, offering: Offering, policy: Policy, place: Place | None) -> "Offer":
        instant = offering.is_instant(policy, place)
        return cls(offering.price, offering.duration_minutes, instant, policy)

    def changed(self, seen: dict[str, Any]) -> dict[str, str]:
        """What is no longer as it was seen, each with a few words on how it is now."""
        now: dict[str, tuple[Any, str]] = {
            "price": (self.price.model_dump(), f"the price is {_said(self.price)}"),
            "duration_minutes": (self.duration_minutes, f"it takes {self.duration_minutes} minutes"),
            "instant_book": (
                self.instant_book,
                "it is booked at once" if self.instant_book else "the provider has to agree first",
            ),
            "policy_version": (self.policy.version, "the terms for cancelling and answering are others"),
        }
        return {name: words for name, (value, words) in now.items() if name in seen and seen[name] != value}


def _said(price: Money) -> str:
    return f"{price.amount // 100:,}.{price.amount % 100:02} {price.currency}"
