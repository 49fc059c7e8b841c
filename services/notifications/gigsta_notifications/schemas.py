"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from gigsta_common.pagination import Page
from gigsta_common.text import Form


class Notification(BaseModel):
    id: str
    kind: str
    """The event that it tells of: `booking.confirmed`, `rating.published`, `provider.approved`, ... Kinds may be
    added: a client that does not know one shows title and body."""
    title: str
    body: str
    data: dict[str, str]
    """Ids of what it is about: `booking_id`, `service_id`, `rating_id`, `provider_id`, as far as they apply."""
    link: str
    """Where to go from here: a path of the web client."""
    created_at: datetime
    read_at: datetime | None


class NotificationPage(Page[Notification]):
    unread_count: int
    """Of the whole inbox, not of this page."""


class ReadAll(BaseModel):
    marked: int
    """How many were unread until now."""
    unread_count: int


class KnownAddress(BaseModel):
    email: str | None
    full_name: str | None


class SentMail(BaseModel):
    """That there was a mail; what it said is not kept."""

    subject: str
    status: Literal["queued", "sent", "failed", "skipped"]
    created_at: datetime
    sent_at: datetime | None


class MailDelivery(BaseModel):
    """A mail, and what has become of it."""

    id: str
    user_id: str
    to: str | None
    """Where it was to go by the event; null where the user's address is looked up."""
    subject: str
    template: str
    status: Literal["queued", "sent", "failed", "skipped"]
    attempts: int
    error: str | None
    doubtful: bool
    """An attempt ended with its sender's death: the mail may have gone out twice, with the same Message-ID."""
    created_at: datetime
    next_attempt_at: datetime
    not_after: datetime | None
    sent_at: datetime | None


class NotificationsExport(BaseModel):
    """What notifications holds about somebody."""

    address: KnownAddress | None
    notifications: list[Notification]
    mails: list[SentMail]
    preferences: "NotificationPreferences"
    """Which mails they want, and when; as it is by default where they have chosen nothing."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is no IANA time zone, such as Pacific/Auckland")
    return name


Zone = Annotated[str, Field(max_length=64), AfterValidator(_zone)]
WallTime = Annotated[
    str, Form(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", "must be a time such as 22:00"), Field(examples=["22:00"])
]


class QuietHours(BaseModel):
    """When mails that can wait do. By the clock on the wall in that zone; they may go past midnight."""

    model_config = ConfigDict(extra="forbid")

    starts: WallTime
    ends: WallTime
    timezone: Zone

    @model_validator(mode="after")
    def _are_some(self) -> "QuietHours":
        if self.starts == self.ends:
            raise ValueError("quiet hours that begin and end at one time are none, or all: which?")
        return self


class MailPreferences(BaseModel):
    model_config = ConfigDict(extra="forbid")

    bookings: bool = True
    reminders: bool = True
    ratings: bool = True


class NotificationPreferences(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mail: MailPreferences
    quiet_hours: QuietHours | None = None
    timezone: Zone | None = None
    """In which the user is told the time; by default that of the quiet hours, and else that of the booking."""


class DevMail(BaseModel):
    """A mail in the development mailbox."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    links: list[str]
    sent_at: datetime
    calendar: str | None = None


class DevMails(BaseModel):
    items: list[DevMail]
