"""What goes over the wire."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from gigsta_common.pagination import Page


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


class NotificationsExport(BaseModel):
    """What notifications holds about somebody."""

    address: KnownAddress | None
    notifications: list[Notification]
    mails: list[SentMail]


class DevMail(BaseModel):
    """A mail in the development mailbox."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    links: list[str]
    sent_at: datetime


class DevMails(BaseModel):
    items: list[DevMail]
