"""From a delivery to a mail."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html.parser import HTMLParser
from typing import Any

from gigsta_notifications.mail.calendar import FILE_NAME, CalendarFile
from gigsta_notifications.mail.templates import environment
from gigsta_notifications.models.formatting import one_line

_LINK = re.compile(r"https?://[^\s<>\"]+")


class UnusableAddress(ValueError):
    """No mail can be addressed to this."""


@dataclass(frozen=True)
class Mail:
    """A mail, ready to go."""

    id: str
    message_id: str
    sender: str
    to: str
    to_name: str | None
    subject: str
    text: str
    html: str
    at: datetime
    unsubscribe: str | None = None
    """The link by which its reader gets no more of its kind."""
    calendar: CalendarFile | None = None

    def links(self) -> list[str]:
        """Every link, once, in the order of the HTML and then of the text."""
        collector = _Links()
        collector.feed(self.html)
        return list(dict.fromkeys([*collector.found, *_LINK.findall(self.text)]))

    def message(self) -> EmailMessage:
        """As it goes over SMTP: text and HTML side by side, and the calendar file after them.

        Raises:
            UnusableAddress: the recipient's address is none.
        """
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        try:
            message["To"] = Address(one_line(self.to_name or ""), addr_spec=self.to)
        except (ValueError, IndexError) as error:
            raise UnusableAddress(f"the address cannot be used: {error}") from error
        message["Subject"] = one_line(self.subject)
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = self.message_id
        message["Auto-Submitted"] = "auto-generated"
        if self.unsubscribe is not None:
            message["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self.text, cte="quoted-printable")
        message.add_alternative(self.html, subtype="html", cte="quoted-printable")
        if self.calendar is not None:
            message.add_attachment(
                self.calendar.content,
                maintype="text",
                subtype="calendar",
                filename=FILE_NAME,
                params={"method": self.calendar.method, "charset": "utf-8"},
            )
        return message


def domain_of(sender: str) -> str:
    """`gigsta.nz`, of `GigSta <no-reply@gigsta.nz>`."""
    return parseaddr(sender)[1].rpartition("@")[2]


def render(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Text and HTML of a mail."""
    return tuple(  # type: ignore[return-value]
        environment.get_template(f"{template}.{kind}").render(context) for kind in ("txt", "html")
    )


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]
