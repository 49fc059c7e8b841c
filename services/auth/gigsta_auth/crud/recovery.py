"""Forgotten passwords: the request is one insert for every address, and the answer is found out of its sight.

Whether an address has an account shows neither in the answer nor in its time: a request only leaves a note in the
collection `reset_requests`, whatever the address. A moment later, by chance a longer or a shorter one, a task looks
whose it is and asks for the mail.

An address that registers although it has an account leaves such a note as well, in place of the write that another one
would cost: perhaps its owner has forgotten that there is one, so the mail that tells has a link for a new password too.
"""

import asyncio
import contextlib
import logging
import random

from pymongo.errors import PyMongoError

from gigsta_auth import client
from gigsta_auth.client import Client
from gigsta_auth.crud.links import MailLinks
from gigsta_auth.crud.throttle import Throttle
from gigsta_auth.crud.users import Users
from gigsta_auth.models import credentials as rules
from gigsta_auth.models.links import LIFETIMES, new_link
from gigsta_auth.models.throttling import Purpose
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Problem
from gigsta_common.ids import new_id
from gigsta_common.mongo import Document, Session

log = logging.getLogger(__name__)

RESET_REQUESTS = "reset_requests"
_MOMENT = (0.1, 1.0)
"""Seconds, at least and at most."""


_BATCH = 500


class _TakenByAnother(Exception):
    """Another instance has answered this request."""


class Recovery:
    def __init__(self, runtime: Runtime[Settings], users: Users, links: MailLinks, throttle: Throttle) -> None:
        self._requests = runtime.db[RESET_REQUESTS]
        self._clock = runtime.clock
        self._sweep_interval = runtime.settings.sweep_interval
        self._users = users
        self._links = links
        self._throttle = throttle
        self._wake = asyncio.Event()

    async def ask(self, email: str) -> None:
        """Note that somebody has forgotten the password of this address.

        Raises:
            TooManyRequests: too many mails were asked for, by this client or to this address.
        """
        await self._throttle.allow_mail(Purpose.RESET_MAIL, email)
        await self._note(email, by_registration=False)

    async def tell_registered(self, email: str) -> None:
        """Note that somebody has registered this address, which has an account. Mails were counted already."""
        await self._note(email, by_registration=True)

    async def _note(self, email: str, *, by_registration: bool) -> None:
        now, by = self._clock.now(), client.current()
        request = {
            "_id": new_id(),
            "email": email,
            "client_address": by.address,
            "device": by.device,
            "by_registration": by_registration,
            "at": now,
            "expires_at": now + LIFETIMES["reset_password"],
        }
        await self._requests.insert_one(request)
        self._wake.set()

    async def keep_answering(self) -> None:
        """Runs for as long as the service does."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._sweep_interval):
                    await self._wake.wait()
            if self._wake.is_set():
                await asyncio.sleep(random.uniform(*_MOMENT))  # noqa: S311 -- a blur, not a secret
            self._wake.clear()
            try:
                await self.answer_all()
            except PyMongoError as error:
                log.warning("requests for new passwords cannot be read", extra={"error": str(error)[:300]})

    async def answer_all(self) -> None:
        """Answer what has been asked, the oldest first and not too much at once."""
        due = self._requests.find({"expires_at": {"$gt": self._clock.now()}}).sort("_id", 1).limit(_BATCH)
        for request in await due.to_list():
            with contextlib.suppress(_TakenByAnother), client.acting_for(_client_of(request)):
                try:
                    await self._answer(request)
                except Problem as problem:
                    log.info("a request for a new password came to nothing", extra={"code": problem.code})
                    await self._requests.delete_one({"_id": request["_id"]})

    async def _answer(self, request: Document) -> None:
        """The link, its mail and the end of the request are one write."""
        by_registration = request.get("by_registration", False)
        user = await self._users.by_email(request["email"])
        if user is None or await self._links.many_work("reset_password", user["_id"], by_registration=by_registration):
            await self._requests.delete_one({"_id": request["_id"]})
            return
        link, token = new_link(
            "reset_password", user["_id"], user["email"], self._clock.now(), by_registration=by_registration
        )

        async def settle(session: Session) -> None:
            if not (await self._requests.delete_one({"_id": request["_id"]}, session=session)).deleted_count:
                raise _TakenByAnother
            await self._links.save(link, session)

        await self._users.change(user["_id"], lambda user: rules.ask_for_reset(user, link, token), also=settle)


def _client_of(request: Document) -> Client:
    return Client(request["client_address"], request["device"])
