"""What auth tells the others."""

from datetime import datetime
from typing import ClassVar, Literal

from gigsta_common.events.envelope import EventData


class UserRegistered(EventData):
    """Somebody has an account, whose address is not proven yet."""

    names: ClassVar[tuple[str, ...]] = ("user.registered",)

    user_id: str
    email: str
    full_name: str | None = None
    registered_at: datetime


class UserVerified(EventData):
    """The address of an account is proven."""

    names: ClassVar[tuple[str, ...]] = ("user.verified",)

    user_id: str
    email: str
    full_name: str | None = None
    verified_at: datetime


class UserEmailChanged(EventData):
    """The account has another address from now on, which is proven."""

    names: ClassVar[tuple[str, ...]] = ("user.email_changed",)

    user_id: str
    email: str
    full_name: str | None = None
    changed_at: datetime


class UserSuspended(EventData):
    """An administrator has barred the user for the time being. What they offer is not to be shown or booked."""

    names: ClassVar[tuple[str, ...]] = ("user.suspended",)

    user_id: str
    reason: str
    suspended_at: datetime


class UserReinstated(EventData):
    """A user who was suspended may do as before. What was archived with them is published again."""

    names: ClassVar[tuple[str, ...]] = ("user.reinstated",)

    user_id: str
    reason: str
    reinstated_at: datetime


class UserGuestKnown(EventData):
    """The guest of a booking is this user: the verified address is that of the account, which may be new."""

    names: ClassVar[tuple[str, ...]] = ("user.guest_known",)

    user_id: str
    booking_id: str


class UserClosed(EventData):
    """A user has closed their account: whoever holds anything of theirs erases it."""

    names: ClassVar[tuple[str, ...]] = ("user.closed",)

    user_id: str
    closed_at: datetime


class UserSummarised(EventData):
    """An account as it stands, as `gigsta replay` tells it. The envelope's `sequence` is its version: no event about it
    that went out has a higher one, and every one to come will."""

    names: ClassVar[tuple[str, ...]] = ("user.summarised",)

    user_id: str
    email: str | None = None
    """Null once the account is closed."""
    full_name: str | None = None
    """Null while the address is not proven: whoever registered wrote the name, and perhaps with somebody else's."""
    provider_status: Literal["pending", "approved", "rejected"] | None = None
    trading_name: str | None = None
    suspended: bool | None = None
    """Null for somebody who never was."""
    closed_at: datetime | None = None


class UserMailRequested(EventData):
    """Auth asks for a mail about an account. The one event that carries a secret: `token`, single use, short-lived."""

    names: ClassVar[tuple[str, ...]] = ("user.mail_requested",)

    user_id: str
    email: str
    full_name: str | None = None
    kind: Literal["verify_email", "already_registered"] | str
    """Kinds may be added: a consumer that does not know one ignores it."""
    token: str | None = None
    expires_at: datetime | None = None
    new_email: str | None = None
    """In mails about a change of address: the new one."""
    about: str | None = None
    """What a mail about a change to the account is about, in words: which account elsewhere, say."""


class ProviderApplied(EventData):
    """A user asks to offer services; an administrator decides."""

    names: ClassVar[tuple[str, ...]] = ("provider.applied",)

    provider_id: str
    """The user's id: a provider is a user."""
    trading_name: str
    applied_at: datetime


class ProviderApproved(EventData):
    """A user may offer services from now on."""

    names: ClassVar[tuple[str, ...]] = ("provider.approved",)

    provider_id: str
    trading_name: str
    phone_number: str | None = None
    address: str | None = None
    approved_at: datetime


class ProviderRejected(EventData):
    """An application was turned down. The user may apply again."""

    names: ClassVar[tuple[str, ...]] = ("provider.rejected",)

    provider_id: str
    trading_name: str
    reason: str
    rejected_at: datetime
