"""Booking policies as data: set by each provider within the platform's bounds, copied onto every booking."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from gigsta_bookings.models.base import Stored

MOST_TIERS = 5
FULL_REFUND_FROM_HOURS = 14 * 24
"""Whoever cancels so long before the start gets everything back, whatever the provider would like."""
RESPONSE_HOURS = (1, 72)
"""How little and how much time a provider may take to answer a request."""
DEFAULT_RESPONSE_HOURS = 24


class CancellationTier(Stored):
    """Cancelled at least so long before the start, the customer gets so much back."""

    hours_before: int = Field(ge=0, le=FULL_REFUND_FROM_HOURS)
    refund_percent: int = Field(ge=0, le=100)


DEFAULT_TIERS = (
    CancellationTier(hours_before=24, refund_percent=100),
    CancellationTier(hours_before=2, refund_percent=50),
    CancellationTier(hours_before=0, refund_percent=0),
)


class PolicyTerms(Stored):
    """What a provider may decide."""

    cancellation: tuple[CancellationTier, ...] = Field(default=DEFAULT_TIERS, min_length=1, max_length=MOST_TIERS)
    response_hours: int = Field(default=DEFAULT_RESPONSE_HOURS, ge=RESPONSE_HOURS[0], le=RESPONSE_HOURS[1])
    """How long the provider has to answer a request, at most until an hour before the start."""
    instant_booking: bool = True
    """Whether services that offer it are booked at once. Switched off, every request waits for an answer."""

    @model_validator(mode="after")
    def _fair(self) -> Self:
        check_tiers(self.cancellation)
        return self


class Policy(PolicyTerms):
    """What was agreed when a booking was made. Later edits do not reach it."""

    version: int = 1
    minimum_notice_minutes: int = 0
    """From the provider's schedule: for a changed time the same notice holds as for the first."""


def check_tiers(tiers: Sequence[CancellationTier]) -> None:
    """Raises ValueError where tiers contradict each other or the platform's bounds."""
    ordered = sorted(tiers, key=lambda tier: tier.hours_before)
    if len({tier.hours_before for tier in ordered}) < len(ordered):
        raise ValueError("two tiers begin at the same hour")
    if [tier.refund_percent for tier in ordered] != sorted(tier.refund_percent for tier in ordered):
        raise ValueError("cancelling earlier must not give less back")
    if ordered[-1].refund_percent != 100:
        raise ValueError(f"the earliest tier must refund 100 %: {FULL_REFUND_FROM_HOURS} hours ahead is always free")


def refund_percent(policy: PolicyTerms, time_left: timedelta) -> int:
    """How much a customer gets back who cancels so long before the start."""
    met = [t.refund_percent for t in policy.cancellation if time_left >= timedelta(hours=t.hours_before)]
    return max(met, default=0)
