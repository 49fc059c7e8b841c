"""What goes over the wire."""

from datetime import datetime

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
