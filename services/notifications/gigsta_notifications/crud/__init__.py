"""The use cases of notifications, and the only ones who speak to MongoDB."""

import logging
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.app import Runtime
from gigsta_common.clock import to_millisecond
from gigsta_common.events import BookingChanged, Envelope, UserMailRequested
from gigsta_common.events.bookings import GuestContact
from gigsta_common.mongo import Session
from gigsta_notifications.crud.copies import KeptAddresses
from gigsta_notifications.crud.deliveries import Deliveries
from gigsta_notifications.crud.inbox import Inbox
from gigsta_notifications.crud.mailbox import Mailbox
from gigsta_notifications.crud.preferences import PreferenceStore
from gigsta_notifications.crud.sender import Sender
from gigsta_notifications.crud.streams import Streams
from gigsta_notifications.mail.compose import domain_of
from gigsta_notifications.mail.transport import SmtpTransport, Transport
from gigsta_notifications.models import (
    Address,
    Delivery,
    Notice,
    accounts,
    deterministic_id,
    guest_id,
    guests,
    mailing,
    security,
)
from gigsta_notifications.models.formatting import duration, one_line
from gigsta_notifications.models.preferences import Kind, kind_of
from gigsta_notifications.models.telling import CALENDAR_NOTES
from gigsta_notifications.settings import Settings

log = logging.getLogger(__name__)


class Notifications:
    """What handlers do with events: every write goes with the handler's session, and no mail is sent here."""

    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._settings = runtime.settings
        self._clock = runtime.clock
        self._addresses = cast("AsyncCollection[Address]", runtime.db["addresses"])
        self._deliveries = cast("AsyncCollection[Delivery]", runtime.db["deliveries"])
        self.kept_addresses = KeptAddresses(runtime.db["addresses"])
        self.inbox = Inbox(runtime.db, runtime.clock)
        self.streams = Streams(runtime, self.inbox)
        self.preferences = PreferenceStore(runtime.db)
        self.mailbox = Mailbox(runtime.db)
        self.deliveries = Deliveries(runtime.db, runtime.clock)
        self.sender = Sender(runtime, self._transport(), self.preferences)

    @property
    def support(self) -> str:
        """The address that people write to."""
        return self._settings.support_email

    def _transport(self) -> Transport:
        url = self._settings.smtp_url
        return SmtpTransport(url.get_secret_value()) if url else self.mailbox

    async def keep_sending(self) -> None:
        """Runs for as long as the service does."""
        await self.sender.run()

    async def keep_watching(self) -> None:
        """Runs for as long as the service does."""
        await self.streams.run()

    async def resend(self, delivery_id: str, by: str) -> Delivery:
        """As `Deliveries.resend`, and at once."""
        delivery = await self.deliveries.resend(delivery_id, by)
        self.sender.nudge()
        return delivery

    def end_streams(self) -> None:
        self.streams.end_all()

    # -- users

    async def remember(self, user_id: str, email: str, name: str | None, told: Envelope, session: Session) -> None:
        """Learn a user's address; mails that waited for it are due at once."""
        address: Address = {
            "_id": user_id, "email": email, "full_name": name, "closed": False, "sequence": told.sequence,
        }  # fmt: skip
        if not await self._replace_if_newer(address, session, again=told.replay):
            return
        waiting = {"user_id": user_id, "status": "queued", "to": None, "lease": None}
        await self._deliveries.update_many(waiting, {"$set": {"next_attempt_at": self._clock.now()}}, session=session)
        self.sender.nudge()

    async def forget(self, user_id: str, sequence: int, session: Session) -> None:
        """Erase what is known of a user whose account is closed: address, inbox, and what mails were about."""
        closed: Address = {"_id": user_id, "email": None, "full_name": None, "closed": True, "sequence": sequence}
        if not await self._replace_if_newer(closed, session):
            return
        await self.inbox.erase(user_id, session)
        await self.preferences.erase(user_id, session)
        last = [kind for kind in accounts.SUBJECTS if accounts.outlives_the_account(kind)]
        mails = {"user_id": user_id, "template": {"$nin": last}}
        queued = {**mails, "status": "queued"}
        skipped = {"status": "skipped", "error": "the account was closed", "lease": None}
        await self._deliveries.update_many(queued, {"$set": skipped}, session=session)
        erased = {"$set": {"to": None, "subject": ""}, "$unset": {"context": ""}}
        await self._deliveries.update_many(mails, erased, session=session)
        await self._forget_guests(user_id, session)

    async def _replace_if_newer(self, address: Address, session: Session, *, again: bool = False) -> bool:
        known = await self._addresses.find_one({"_id": address["_id"]}, session=session)
        if known is None:
            await self._addresses.insert_one(address, session=session)
            return True
        if known["closed"] or known["sequence"] >= address["sequence"] + again:
            return False
        await self._addresses.replace_one({"_id": address["_id"]}, address, session=session)
        return True

    async def export(self, user_id: str) -> dict[str, Any]:
        """What is known of a user: the address, the inbox, and which mails there were."""
        shown = {"context": 0, "lease": 0}
        mails = await self._deliveries.find({"user_id": user_id}, shown).sort("created_at", -1).to_list()
        return {
            "address": await self._addresses.find_one({"_id": user_id}),
            "items": await self.inbox.all_of(user_id),
            "mails": mails,
            "preferences": await self.preferences.of(user_id),
        }

    # -- telling

    async def tell(self, notices: list[Notice], envelope: Envelope, session: Session) -> None:
        """Put each notice into its user's inbox, and its mail beside it; a notice that is there already is left.

        A guest has no inbox and gets the mail alone, with the link of their own. It stays the link in the mails about
        that booking when the guest turns out to have an account, which may have no password yet.
        """
        for notice in notices:
            known = await self._addresses.find_one({"_id": notice.user_id}, session=session)
            if known is not None and known["closed"]:
                continue
            item_id = deterministic_id(envelope.id, notice.user_id)
            secret = known.get("secret") if known is not None else None
            if secret is not None:
                await self._mail(item_id, notice, guests.link(notice.data["booking_id"], secret), None, session)
            elif await self.inbox.add(item_id, notice, envelope.name, to_millisecond(envelope.time), session):
                link = await self._link_of(notice, session)
                await self._mail(item_id, notice, link, kind_of(envelope.name), session)

    async def _link_of(self, notice: Notice, session: Session) -> str:
        booking_id = notice.data.get("booking_id")
        if booking_id is None:
            return notice.link
        same_person = {"_id": guest_id(booking_id), "account": notice.user_id}
        guest = await self._addresses.find_one(same_person, session=session)
        secret = guest.get("secret") if guest is not None else None
        return guests.link(booking_id, secret) if secret is not None else notice.link

    async def link_guest(self, booking_id: str, user_id: str, session: Session) -> None:
        """Learn which user the guest of a booking is. Of one whose account is closed by now, nothing is kept."""
        guest = {"_id": guest_id(booking_id), "closed": False}
        await self._addresses.update_one(guest, {"$set": {"account": user_id}}, session=session)
        if await self._addresses.find_one({"_id": user_id, "closed": True}, session=session) is not None:
            await self._forget_guests(user_id, session)

    async def _forget_guests(self, user_id: str, session: Session) -> None:
        """Erase what is known of the guests that a user has been."""
        for guest in await self._addresses.find({"account": user_id}, session=session).to_list():
            await self.forget(guest["_id"], guest["sequence"] + 1, session)

    async def _mail(self, delivery_id: str, notice: Notice, link: str, kind: Kind | None, session: Session) -> None:
        plan = notice.mail
        if plan is None:
            return
        base = self._settings.public_url
        context = {
            "title": notice.title,  # for a sender of the version before, whose mails begin with it
            "body": plan.what or notice.body,
            "next": plan.next,
            "details": [list(detail) for detail in plan.details],
            "buttons": [
                {"label": button.label, "url": mailing.action_link(base, button.token), "critical": button.is_critical}
                for button in plan.buttons
            ],
            "action": plan.action,
            "link": base + link,
            "calendar": plan.calendar,
            "calendar_note": CALENDAR_NOTES[plan.calendar["change"]] if plan.calendar else "",
        }
        await self._queue(
            delivery_id,
            notice.user_id,
            None,
            plan.template,
            notice.title,
            context,
            plan.not_after,
            session,
            kind=kind,
            matters_at=plan.matters_at,
        )

    async def ask_guest(self, held: BookingChanged, guest: GuestContact, envelope: Envelope, session: Session) -> None:
        """Learn how to reach a guest, and ask them by mail to confirm that the address is theirs."""
        user_id = held.customer_id
        address: Address = {
            "_id": user_id,
            "email": guest.email,
            "full_name": guest.full_name,
            "closed": False,
            "sequence": envelope.sequence,
            "secret": guest.secret,
        }
        await self._replace_if_newer(address, session)
        link = self._settings.public_url + guests.link(held.booking_id, guest.secret)
        # Whoever booked wrote the name, and perhaps to somebody else's address: it is not repeated there.
        context = {"name": None, "link": link, **guests.confirmation(held, guest)}
        delivery_id = deterministic_id(envelope.id, user_id)
        await self._queue(
            delivery_id, user_id, guest.email, guests.TEMPLATE, guests.SUBJECT, context, guest.verify_by, session
        )

    async def mail_account(self, event: UserMailRequested, envelope: Envelope, session: Session) -> None:
        """Queue a mail that auth asked for; it goes to the very address that auth named."""
        notice = security.NOTICES.get(event.kind)
        subject = notice.subject if notice else accounts.SUBJECTS.get(event.kind)
        if subject is None:
            log.info("a kind of mail that nothing here knows", extra={"kind": event.kind})
            return
        base = self._settings.public_url
        context: dict[str, Any] = {
            "name": event.full_name,
            "link": base,
            "new_email": event.new_email,
            "about": event.about,
            "valid_for": None,
        }
        template = event.kind
        if notice is not None:
            template = security.TEMPLATE
            context |= {"what": notice.what, "shuts_out": notice.shuts_out}
        page = accounts.PAGES.get(event.kind)
        if page is not None and event.token is not None:
            context["link"] = f"{base}/api/v1/auth/{page}?token={quote(event.token, safe='')}"
            context["valid_for"] = duration(event.expires_at - envelope.time) if event.expires_at else None
        delivery_id = deterministic_id(envelope.id, event.user_id)
        await self._queue(
            delivery_id, event.user_id, event.email, template, subject, context, event.expires_at, session
        )

    async def _queue(
        self,
        delivery_id: str,
        user_id: str,
        to: str | None,
        template: str,
        subject: str,
        context: dict[str, Any],
        not_after: datetime | None,
        session: Session,
        *,
        kind: Kind | None = None,
        matters_at: datetime | None = None,
    ) -> None:
        now = self._clock.now()
        enabled = self._settings.mail_enabled
        delivery: Delivery = {
            "_id": delivery_id,
            "user_id": user_id,
            "to": to,
            "template": template,
            "subject": one_line(subject),
            "message_id": mailing.message_id(delivery_id, domain_of(self._settings.mail_from)),
            "status": "queued" if enabled else "skipped",
            "attempts": 0,
            "next_attempt_at": now,
            "lease": None,
            "doubtful": False,
            "error": None if enabled else "mails are switched off",
            "not_after": not_after,
            "kind": kind,
            "matters_at": matters_at,
            "created_at": now,
            "sent_at": None,
            "expires_at": now + mailing.KEEP,
        }
        if enabled:
            delivery["context"] = context
        unless_there = {"$setOnInsert": delivery}
        await self._deliveries.update_one({"_id": delivery_id}, unless_there, upsert=True, session=session)
        self.sender.nudge()
