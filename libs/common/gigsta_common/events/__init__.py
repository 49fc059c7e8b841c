"""The event contracts: one module per publisher, one class per shape, and the envelope they travel in.

Contracts only grow: a field may be added with a default, never removed or given another meaning. A shape that must
break gets a new version beside the old one. The schemas in `schemas/` are their committed snapshots.
"""

from gigsta_common.events.auth import (
    ProviderApplied,
    ProviderApproved,
    ProviderRejected,
    UserClosed,
    UserEmailChanged,
    UserGuestKnown,
    UserMailRequested,
    UserRegistered,
    UserReinstated,
    UserSummarised,
    UserSuspended,
    UserVerified,
)
from gigsta_common.events.bookings import BookingChanged, BookingReminder, OpenDaysChanged
from gigsta_common.events.catalog import ServiceChanged
from gigsta_common.events.envelope import Envelope as Envelope
from gigsta_common.events.envelope import EventData, envelope
from gigsta_common.events.ratings import (
    RatingChanged,
    RatingReplied,
    RatingReportsDecided,
    RatingSummarised,
    RatingSummary,
)

CONTRACTS: tuple[type[EventData], ...] = (
    UserRegistered,
    UserVerified,
    UserEmailChanged,
    UserSuspended,
    UserReinstated,
    UserGuestKnown,
    UserClosed,
    UserSummarised,
    UserMailRequested,
    ProviderApplied,
    ProviderApproved,
    ProviderRejected,
    ServiceChanged,
    BookingChanged,
    BookingReminder,
    OpenDaysChanged,
    RatingChanged,
    RatingReplied,
    RatingReportsDecided,
    RatingSummarised,
)

__all__ = [
    "CONTRACTS",
    "BookingChanged",
    "BookingReminder",
    "Envelope",
    "EventData",
    "OpenDaysChanged",
    "ProviderApplied",
    "ProviderApproved",
    "ProviderRejected",
    "RatingChanged",
    "RatingReplied",
    "RatingReportsDecided",
    "RatingSummarised",
    "RatingSummary",
    "ServiceChanged",
    "UserClosed",
    "UserEmailChanged",
    "UserGuestKnown",
    "UserMailRequested",
    "UserRegistered",
    "UserReinstated",
    "UserSummarised",
    "UserSuspended",
    "UserVerified",
    "envelope",
]
