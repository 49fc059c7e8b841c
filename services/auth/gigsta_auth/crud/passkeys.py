"""Passkeys: adding and removing them, and telling by one who somebody is."""

import logging
import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any

from pymongo.errors import DuplicateKeyError

from gigsta_auth.crud.audit import Audit
from gigsta_auth.crud.ceremonies import Ceremonies
from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.crud.sessions import Sessions
from gigsta_auth.crud.throttle import Throttle
from gigsta_auth.crud.users import Users
from gigsta_auth.models import passkeys as rules
from gigsta_auth.models.ceremonies import browser_secret
from gigsta_auth.models.passkeys import Created, Shown
from gigsta_auth.models.sessions import digest
from gigsta_auth.models.suspension import refuse_suspended
from gigsta_auth.models.users import User
from gigsta_auth.relying_party import NotProven, RelyingParty, challenge_in
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import BadRequest
from gigsta_common.ids import new_id

log = logging.getLogger(__name__)

_ADD = "passkey_add"
_SHOW = "passkey_show"


@dataclass(frozen=True)
class Options:
    """What the browser is to ask of a device, and the secret that it keeps until the device has answered."""

    public_key: dict[str, Any]
    browser: str


class Passkeys:
    def __init__(
        self,
        runtime: Runtime[Settings],
        users: Users,
        ceremonies: Ceremonies,
        sessions: Sessions,
        proofs: Proofs,
        audit: Audit,
        throttle: Throttle,
    ) -> None:
        self._clock = runtime.clock
        self._users = users
        self._ceremonies = ceremonies
        self._sessions = sessions
        self._proofs = proofs
        self._audit = audit
        self._throttle = throttle
        self._party = RelyingParty(runtime.settings)

    async def ask_for_new(self, user_id: str, session_id: str, browser: str | None) -> Options:
        """The first half of adding a passkey. Raises what `Proofs.owner` and `Asker.may_add` raise."""
        user = await self._proofs.owner(user_id, session_id)
        (await self._proofs.asker(user_id, session_id)).may_add(user)
        challenge, browser = secrets.token_urlsafe(32), browser_secret(browser)
        await self._ceremonies.begin(_ADD, challenge, user_id=user_id, browser_hash=digest(browser))
        return Options(self._party.creation_options(user, challenge), browser)

    async def add(self, user_id: str, session_id: str, browser: str | None, created: Created, name: str) -> User:
        """The second half. The new passkey is the last of the account's; a mail tells.

        Raises:
            Forbidden: what `Proofs.owner` raises, or `Asker.may_add`.
            BadRequest: this browser was not asked for it, or long ago (`passkey_challenge`), or what the device says
                does not prove itself (`passkey_invalid`).
            Conflict: it is an account's already, or the account has many.
        """
        user = await self._proofs.owner(user_id, session_id)
        asker = await self._proofs.asker(user_id, session_id)
        asker.may_add(user)  # before the challenge is used up
        challenge = await self._challenge(_ADD, browser, created.client_data, user_id=user_id)
        try:
            key = self._party.new_key(created, challenge)
        except NotProven as why:
            log.info("a passkey was not added", extra={"why": str(why)})
            raise BadRequest(
                "The device has not made a passkey that can be used here.", code="passkey_invalid"
            ) from None
        passkey_id, now = new_id(), self._clock.now()
        try:
            return await self._users.change(
                user_id,
                lambda user: rules.add(asker.may_add(user), passkey_id, key, name, now),
                also=partial(self._sessions.hold, user_id, session_id),
            )
        except DuplicateKeyError:
            raise rules.taken() from None

    async def rename(self, user_id: str, passkey_id: str, name: str) -> User:
        """Raises NotFound, or Forbidden where the account is suspended."""
        return await self._users.change(user_id, lambda user: rules.rename(refuse_suspended(user), passkey_id, name))

    async def remove(self, user_id: str, session_id: str, passkey_id: str) -> None:
        """Every other session ends, and in this one no second factor has been shown any more.

        Raises what `models.passkeys.remove`, `Proofs.owner` and `Asker.may_take_away` raise.
        """
        await self._proofs.owner(user_id, session_id)
        asker = await self._proofs.asker(user_id, session_id)
        also = partial(self._sessions.end_others_and_unprove, user_id, session_id, asker.exchange_from_now)
        await self._users.change(user_id, lambda user: rules.remove(asker.may_take_away(user), passkey_id), also=also)

    async def ask_for_one(self, browser: str | None) -> Options:
        """The first half of showing a passkey, for whatever it is shown. Whose it will be, nobody knows yet."""
        challenge, browser = secrets.token_urlsafe(32), browser_secret(browser)
        await self._ceremonies.begin(_SHOW, challenge, browser_hash=digest(browser))
        return Options(self._party.request_options(challenge), browser)

    async def owner_of(self, browser: str | None, shown: Shown, expected: str | None = None) -> User:
        """The second half: whose passkey it is. `expected` is the one user whose it has to be, where it does.

        Raises:
            BadRequest: this browser was not asked for it, or long ago (`passkey_challenge`).
            Unauthorized: nobody has it (`passkey_unknown`), or it is not proven or somebody else's (`passkey_refused`).
        """
        async with self._throttle.random_secret():
            challenge = await self._challenge(_SHOW, browser, shown.client_data)
            user = await self._users.by_passkey(shown.credential_id)
            passkey = rules.by_credential(user, shown.credential_id) if user else None
            if user is None or passkey is None:
                raise rules.unknown()
            if expected not in (None, user["_id"]):
                raise rules.refused()
            try:
                sign_count = self._party.sign_count(shown, challenge, user, passkey)
            except NotProven as why:
                log.info("a passkey was refused", extra={"user_id": user["_id"], "why": str(why)})
                await self._audit.record(user["_id"], "login_failed", {"reason": "passkey_refused"})
                raise rules.refused() from None
            now = self._clock.now()
            return await self._users.change(
                user["_id"], lambda user: rules.use(user, shown.credential_id, sign_count, now), as_read=user
            )

    async def _challenge(self, kind: str, browser: str | None, client_data: str, **bound: str) -> str:
        """The challenge that the device was given: good once, in the browser that asked for it, and not for long."""
        challenge = challenge_in(client_data)
        if await self._ceremonies.finish(kind, challenge, browser_hash=digest(browser or ""), **bound) is None:
            raise BadRequest("This was not begun in this browser, or long ago. Begin again.", code="passkey_challenge")
        return challenge
