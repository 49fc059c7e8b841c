"""The notifications service under test, and mail servers to speak to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

import gigsta_notifications
from gigsta_common.clock import ManualClock
from gigsta_common.events import (
    BookingChanged,
    BookingReminder,
    RatingChanged,
    UserMailRequested,
    UserRegistered,
    UserVerified,
)
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import ServiceStarter, TestService, eventually
from gigsta_notifications.crud import Notifications
from gigsta_notifications.main import create_app
from gigsta_notifications.settings import Settings

MIGRATIONS = Path(gigsta_notifications.__file__).parent / "migrations"


FACTS: dict[str, Any] = {
    "booking_id": "booking-1",
    "customer_id": "cleo",
    "customer_name": "Cleo",
    "provider_id": "pat",
    "provider_name": "Pat's Plumbing",
    "service_id": "service-1",
    "service_title": "Tap repair",
    "price": {"amount": 8500, "currency": "NZD"},
    "starts_at": "2026-03-02T20:00:00Z",
    "ends_at": "2026-03-02T21:00:00Z",
    "timezone": "Pacific/Auckland",
}
GUEST: dict[str, Any] = {"customer_id": "guest-booking-1", "customer_name": "Gus"}
GUEST_ACTS: dict[str, Any] = {**GUEST, "actor": "guest", "actor_id": "guest-booking-1"}
HELD: dict[str, Any] = {
    **GUEST_ACTS,
    "action_name": "create_guest",
    "to_status": "awaiting_verification",
    "guest": {
        "email": "gus@example.com",
        "full_name": "Gus",
        "secret": "s3cret-Key_",
        "verify_by": "2026-03-02T20:30:00Z",
    },
}
GUEST_LINK = "http://localhost:8000/api/v1/bookings/guest#booking-1.s3cret-Key_"


def booking_event(at: datetime, **given: Any) -> BookingChanged:
    """A request for a booking, but for what is given."""
    return BookingChanged.model_validate(
        {
            **FACTS,
            "action_name": "create",
            "from_status": None,
            "to_status": "pending",
            "actor": "customer",
            "actor_id": "cleo",
            "note": "Booking requested",
            "at": at,
            **given,
        }
    )


def reminder_event(at: datetime, name: str, *to: str, **given: Any) -> BookingReminder:
    """With a deadline at half past one on Wednesday in Auckland."""
    changing = {"reminder": name, "to": to, "deadline": "2026-03-04T00:30:00Z", "status": "confirmed", "at": at}
    return BookingReminder.model_validate({**FACTS, **changing, **given})


def rating_event(at: datetime, **given: Any) -> RatingChanged:
    return RatingChanged.model_validate(
        {
            "rating_id": "rating-1",
            "booking_id": "booking-1",
            "service_id": "service-1",
            "service_title": "Tap repair",
            "provider_id": "pat",
            "author_id": "cleo",
            "author_name": "Cleo",
            "author_role": "customer",
            "rated_user_id": "pat",
            "stars": 4,
            "comment": "Quick <b>and</b> clean",
            "published_at": at,
            **given,
        }
    )


@dataclass
class House:
    """Speaks to the notifications service as the other services and as users do."""

    service: TestService
    clock: ManualClock
    token_for: TokenFor

    @property
    def use_cases(self) -> Notifications:
        found: Notifications = self.service.app.state.use_cases
        return found

    async def registered(self, user_id: str, name: str | None = None, sequence: int = 1, **given: Any) -> None:
        email = given.get("email", f"{user_id}@example.com")
        event = UserRegistered(user_id=user_id, email=email, full_name=name, registered_at=self.clock.now())
        await self.service.receive("user.registered", event, subject=user_id, sequence=sequence)

    async def proven(self, user_id: str, name: str) -> None:
        """Registered, and with the address proven: from then on they are called by their name."""
        await self.registered(user_id, name)
        event = UserVerified(
            user_id=user_id, email=f"{user_id}@example.com", full_name=name, verified_at=self.clock.now()
        )
        await self.service.receive("user.verified", event, subject=user_id, sequence=2)

    async def booking(
        self, name: str = "booking.requested", event_id: str | None = None, sequence: int = 1, **given: Any
    ) -> None:
        event = booking_event(self.clock.now(), **given)
        await self.service.receive(name, event, subject=event.booking_id, sequence=sequence, event_id=event_id)

    async def reminder(self, name: str, *to: str, event_id: str | None = None, **given: Any) -> None:
        event = reminder_event(self.clock.now(), name, *to, **given)
        await self.service.receive(f"reminder.{name}", event, subject=event.booking_id, event_id=event_id)

    async def mail_requested(self, kind: str = "verify_email", event_id: str | None = None, **given: Any) -> None:
        facts = {"user_id": "cleo", "email": "cleo@example.com", "full_name": "Cleo", "token": "a+b/c"} | given
        event = UserMailRequested.model_validate({"kind": kind, **facts})
        await self.service.receive("user.mail_requested", event, subject=event.user_id, event_id=event_id)

    async def call(self, method: str, path: str, caller: str, **params: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token_for(caller)}"}
        return await self.service.http.request(method, path, params=params, headers=headers)

    async def inbox(self, caller: str, **params: Any) -> dict[str, Any]:
        answer = await self.call("GET", "/notifications", caller, **params)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    async def send_due(self) -> int:
        return await self.use_cases.sender.send_due()

    async def send_later(self, by: timedelta) -> int:
        self.clock.advance(by)
        return await self.send_due()

    async def mails(self, to: str | None = None) -> list[dict[str, Any]]:
        """The development mailbox, once everything that is due is sent."""
        await self.send_due()
        answer = await self.service.http.get("/dev/mail", params={"to": to} if to else {})
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def delivery(self) -> dict[str, Any]:
        """The only one."""
        [delivery] = await self.service.db["deliveries"].find().to_list()
        return delivery


StartHouse = Callable[..., Awaitable[House]]


@pytest.fixture
async def start_house(
    start_service: ServiceStarter, clock: ManualClock, token_for: TokenFor, monkeypatch: pytest.MonkeyPatch
) -> StartHouse:
    """The background sender looks once, then sleeps: tests send when they mean it. `nudged=True` lets it be woken."""

    async def start(*, nudged: bool = False, **settings: Any) -> House:
        given = {"mail_poll_interval": 3600, **settings}
        house = House(await start_service(create_app, Settings, MIGRATIONS, **given), clock, token_for)
        sender = house.use_cases.sender
        if not nudged:
            monkeypatch.setattr(sender, "nudge", lambda: None)

        async def has_looked() -> bool:
            return sender._at_work is not None and sender._at_work.done()

        await eventually(has_looked)
        assert (await house.service.http.get("/health/ready")).status_code == 200
        return house

    return start


@pytest.fixture
async def house(start_house: StartHouse) -> House:
    return await start_house()


@dataclass
class MailServer:
    """A real SMTP server on 127.0.0.1 that keeps what it is given. `answer` is what it says to the next mails."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answer: str = "250 OK"
    rcpt_answer: str = "250 OK"
    after_data: Callable[[], Awaitable[None]] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    port: int = 0
    tls: ssl.SSLContext | None = None
    hang_up_at_quit: bool = False
    hang_up_over_the_answer: bool = False
    """It takes a mail, and dies before it says so."""
    _server: asyncio.Server | None = None

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.after_data is not None:
            await self.after_data()
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.mails.append(message)
            self.recipients += envelope.rcpt_tos
        if self.hang_up_over_the_answer and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return self.answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hang_up_at_quit and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "221 Bye"

    async def start(self) -> None:
        """On the port it had before, if it had one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    def _session(self) -> SMTP:
        return SMTP(self, hostname="mail.test", loop=asyncio.get_running_loop(), **self.options)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    server = MailServer()
    async with AsyncExitStack() as stack:
        await server.start()
        stack.push_async_callback(server.stop)
        yield server
