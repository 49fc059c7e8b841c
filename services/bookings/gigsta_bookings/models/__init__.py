"""What is stored about bookings, and the small rules that follow from it alone."""

from gigsta_bookings.models.base import Money, Place, stored
from gigsta_bookings.models.booking import (
    Answer,
    Booking,
    Cancellation,
    Dispute,
    Guest,
    NoShow,
    Proposal,
    guest_id,
)
from gigsta_bookings.models.claims import Claim, claims_of
from gigsta_bookings.models.history import HistoryEntry
from gigsta_bookings.models.offering import MEETING, Offering, WorkPlace
from gigsta_bookings.models.policy import CancellationTier, Policy
from gigsta_bookings.models.states import Actor, Status

__all__ = [
    "MEETING",
    "Actor",
    "Answer",
    "Booking",
    "Cancellation",
    "CancellationTier",
    "Claim",
    "Dispute",
    "Guest",
    "HistoryEntry",
    "Money",
    "NoShow",
    "Offering",
    "Place",
    "Policy",
    "Proposal",
    "Status",
    "WorkPlace",
    "claims_of",
    "guest_id",
    "stored",
]
