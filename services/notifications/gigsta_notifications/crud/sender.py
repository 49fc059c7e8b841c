"""Sends what is queued.

A sender claims a delivery by a conditional write that puts its lease there, sends, and writes down how it went, again
on condition that the lease is its own. So many instances send each mail once, and what the mail server has confirmed
is never sent again. One case stays in doubt: the server took the mail, and its word got lost, or the sender died before
writing it down. Then the mail is sent again, where the sender died when the lease runs out, because a mail too many is
better than one too few: with the same Message-ID, by which servers and readers can drop the repetition, and with
`doubtful` on the delivery.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

import prometheus_client as prometheus
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError

from gigsta_common.app import Runtime
from gigsta_common.ids import new_id
from gigsta_notifications.crud.preferences import PreferenceStore
from gigsta_notifications.mail.calendar import CalendarFile, file_of
from gigsta_notifications.mail.compose import Mail, render
from gigsta_notifications.mail.transport import MailNotSent, MailRefused, Transport
from gigsta_notifications.models import Address, CalendarEntry, Delivery, accounts, mailing
from gigsta_notifications.models.preferences import wait_until, wants
from gigsta_notifications.settings import Settings

log = logging.getLogger(__name__)

_AT_ONCE = 4
_AFTER_COMMIT = 0.05
"""Seconds from a nudge, which comes from inside a transaction, to a look at what it committed."""
_FINISH_WITHIN = 5.0
_MAY_BE_MISSING: dict[str, Any] = {"next": "", "buttons": (), "calendar_note": "", "shuts_out": False}
"""From what an older version has queued."""


@dataclass(frozen=True)
class _Outcome:
    """How an attempt went; `queued` is another try, `after` so long."""

    status: Literal["sent", "queued", "failed", "skipped"]
    error: str | None = None
    after: timedelta = timedelta()
    counts: bool = True
    """Whether it was an attempt to send, or the mail only waits for its address."""


class Sender:
    def __init__(self, runtime: Runtime[Settings], transport: Transport, preferences: PreferenceStore) -> None:
        self._settings = runtime.settings
        self._clock = runtime.clock
        self._transport = transport
        self._preferences = preferences
        self._deliveries = cast("AsyncCollection[Delivery]", runtime.db["deliveries"])
        self._addresses = cast("AsyncCollection[Address]", runtime.db["addresses"])
        self._wake = asyncio.Event()
        self._at_work: asyncio.Task[None] | None = None
        self._stopping = False
        self._outcomes = prometheus.Counter(
            "gigsta_mail_attempts_total", "Attempts at mails, by outcome.", ("outcome",), registry=runtime.registry
        )

    def nudge(self) -> None:
        """Say that something was queued, or will be in a moment, when a transaction commits."""
        asyncio.get_running_loop().call_later(_AFTER_COMMIT, self._wake.set)

    async def run(self) -> None:
        """Send what is due, for ever. When it is ended, what is in hand is finished first."""
        self._stopping = False
        try:
            while True:
                self._wake.clear()
                self._at_work = asyncio.create_task(self._send_due_if_possible())
                await asyncio.shield(self._at_work)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._settings.mail_poll_interval):
                        await self._wake.wait()
        finally:
            self._stopping = True
            await self._finish()

    async def send_due(self) -> int:
        """Attempt everything that is due now, a few at once; return how many attempts that were."""
        return sum(await asyncio.gather(*(self._work_off() for _ in range(_AT_ONCE))))

    async def _send_due_if_possible(self) -> None:
        try:
            await self.send_due()
        except PyMongoError as error:
            log.warning("deliveries cannot be read; trying again", extra={"error": str(error)[:300]})

    async def _work_off(self) -> int:
        done = 0
        while not self._stopping and (delivery := await self._claim()) is not None:
            await self._handle(delivery)
            done += 1
        return done

    async def _finish(self) -> None:
        """A mail that is in hand gets its time even where whoever ends us insists: cut off, it would be in doubt."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _FINISH_WITHIN
        while self._at_work is not None and not self._at_work.done() and loop.time() < deadline:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({self._at_work}, timeout=deadline - loop.time())

    async def _claim(self) -> Delivery | None:
        """Take the delivery that has been due for longest; nobody else can until the lease runs out."""
        now, lease = self._clock.now(), new_id()
        before = await self._deliveries.find_one_and_update(
            {"status": "queued", "next_attempt_at": {"$lte": now}},
            {"$set": {"lease": lease, "next_attempt_at": now + mailing.LEASE}, "$inc": {"attempts": 1}},
            sort=[("next_attempt_at", 1)],
        )
        if before is None:
            return None
        if before["lease"] is not None:
            log.warning("a sender died at a mail, which may now go out twice", extra={"delivery_id": before["_id"]})
            before["doubtful"] = True
        return {**before, "lease": lease, "attempts": before["attempts"] + 1}

    async def _handle(self, delivery: Delivery) -> None:
        outcome = await self._attempt(delivery)
        self._outcomes.labels(outcome.status).inc()
        if outcome.status == "failed":
            log.error("a mail is given up", extra={"delivery_id": delivery["_id"], "error": outcome.error})
        await self._record(delivery, outcome)

    async def _attempt(self, delivery: Delivery) -> _Outcome:
        try:
            return await self._try(delivery)
        except MailRefused as error:
            return _Outcome("failed", str(error)[:500])
        except MailNotSent as error:
            delivery["doubtful"] = delivery["doubtful"] or error.in_doubt
            return self._again(delivery, str(error))
        except Exception as error:
            log.exception("a mail could not be made or sent")
            return self._again(delivery, repr(error))

    async def _try(self, delivery: Delivery) -> _Outcome:
        now = self._clock.now()
        if delivery["not_after"] is not None and now >= delivery["not_after"]:
            return _Outcome("failed", "what it was about has expired")
        known = await self._addresses.find_one({"_id": delivery["user_id"]})
        to = delivery["to"] or (known["email"] if known else None)
        if to is None:
            return _without_address(delivery, known, now)
        kind, unsubscribe = delivery.get("kind"), None
        if kind is not None:
            preferences = await self._preferences.with_key(delivery["user_id"])
            if not wants(preferences, kind):
                return _Outcome("skipped", "the user does not want such mails")
            until = wait_until(preferences, now, delivery.get("matters_at"))
            if until is not None:
                return _Outcome("queued", "it waits for the end of the user's quiet hours", until - now, counts=False)
            unsubscribe = mailing.unsubscribe_link(self._settings.public_url, preferences["unsubscribe_key"], kind)
        mail = self._mail(delivery, to, known["full_name"] if known else None, now, unsubscribe)
        await self._transport.send(mail)
        return _Outcome("sent")

    def _again(self, delivery: Delivery, error: str) -> _Outcome:
        if delivery["attempts"] >= self._settings.mail_max_attempts:
            return _Outcome("failed", f"given up after {delivery['attempts']} attempts: {error}"[:500])
        return _Outcome("queued", error[:500], after=mailing.retry_delay(delivery["attempts"]))

    def _mail(self, delivery: Delivery, to: str, name: str | None, now: datetime, unsubscribe: str | None) -> Mail:
        context = {**delivery.get("context", {})}
        calendar = self._calendar(delivery, context.pop("calendar", None), to)
        ours = {
            "public_url": self._settings.public_url,
            "support": self._settings.support_email,
            "unsubscribe": unsubscribe,
        }
        given = {"name": name, **_MAY_BE_MISSING, **context, "subject": delivery["subject"], **ours}
        text, html = render(delivery["template"], given)
        return Mail(
            id=delivery["_id"],
            message_id=delivery["message_id"],
            sender=self._settings.mail_from,
            to=to,
            to_name=given["name"],
            subject=delivery["subject"],
            text=text,
            html=html,
            at=now,
            unsubscribe=unsubscribe,
            calendar=calendar,
        )

    def _calendar(self, delivery: Delivery, entry: CalendarEntry | None, to: str) -> CalendarFile | None:
        if entry is None:
            return None
        page = f"{self._settings.public_url}/bookings/{entry['booking_id']}"
        keeps_secret = delivery.get("kind") is None  # a guest's link
        return file_of(entry, sender=self._settings.mail_from, reader=to, page=None if keeps_secret else page)

    async def _record(self, delivery: Delivery, outcome: _Outcome) -> None:
        """Write down how it went. That a mail was sent must not get lost, so a MongoDB that is away is waited for."""
        now = self._clock.now()
        fields: dict[str, Any] = {
            "status": outcome.status,
            "error": outcome.error,
            "lease": None,
            "doubtful": delivery["doubtful"],
            "next_attempt_at": now + outcome.after,
            "attempts": delivery["attempts"] if outcome.counts else delivery["attempts"] - 1,
        }
        change: dict[str, Any] = {"$set": fields}
        if outcome.status == "sent":
            fields["sent_at"] = now
            change["$unset"] = {"context": ""}
        if outcome.status != "queued" and accounts.outlives_the_account(delivery["template"]):
            fields["to"] = None  # the last that was kept of an account that is closed
        mine = {"_id": delivery["_id"], "lease": delivery["lease"]}
        for pause in (0.2, 1, 3, 9, 27):
            try:
                await self._deliveries.update_one(mine, change)
                return
            except PyMongoError as error:
                log.warning("the outcome of a mail waits for MongoDB", extra={"error": str(error)[:300]})
                await asyncio.sleep(pause)
        await self._deliveries.update_one(mine, change)


def _without_address(delivery: Delivery, known: Address | None, now: datetime) -> _Outcome:
    if known is not None and known["closed"]:
        return _Outcome("skipped", "the account was closed")
    if now - delivery["created_at"] >= mailing.ADDRESS_PATIENCE:
        return _Outcome("failed", "no address of this user became known")
    return _Outcome("queued", "the address is not known yet", after=mailing.ADDRESS_RETRY, counts=False)
