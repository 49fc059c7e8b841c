"""In which states a booking can be, and who can move it."""

from enum import StrEnum


class Status(StrEnum):
    AWAITING_VERIFICATION = "awaiting_verification"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    COMPLETED = "completed"
    NO_SHOW_REPORTED = "no_show_reported"
    DISPUTED = "disputed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"
    NO_SHOW = "no_show"


class Actor(StrEnum):
    CUSTOMER = "customer"
    PROVIDER = "provider"
    ADMIN = "admin"
    SYSTEM = "system"
    GUEST = "guest"
