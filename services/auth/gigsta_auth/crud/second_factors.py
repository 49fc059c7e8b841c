"""The second factor: turning it on and off, and asking for it."""

import secrets
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from gigsta_auth.crud.audit import Audit
from gigsta_auth.crud.ceremonies import Ceremonies
from gigsta_auth.crud.passkeys import Passkeys
from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.crud.sessions import Sessions
from gigsta_auth.crud.users import Also, Users
from gigsta_auth.models import second_factors as rules
from gigsta_auth.models import totp as codes
from gigsta_auth.models.admin_factors import Asker
from gigsta_auth.models.ceremonies import GUESSES, LIFETIME
from gigsta_auth.models.credentials import epoch_of
from gigsta_auth.models.passkeys import Shown
from gigsta_auth.models.suspension import refuse_suspended
from gigsta_auth.models.users import User
from gigsta_auth.models.ways_in import passkeys_of
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Forbidden, Unauthorized
from gigsta_common.mongo import Session

_CEREMONY = "second_factor"


@dataclass(frozen=True)
class Proof:
    """What `Proofs.owner` takes, or a code. A recent login needs neither."""

    password: str | None
    code: str | None


@dataclass(frozen=True)
class NewTotp:
    secret: str
    otpauth_uri: str


class SecondFactors:
    def __init__(
        self,
        runtime: Runtime[Settings],
        users: Users,
        ceremonies: Ceremonies,
        sessions: Sessions,
        proofs: Proofs,
        passkeys: Passkeys,
        audit: Audit,
    ) -> None:
        self._clock = runtime.clock
        self._encryption_key = runtime.settings.derived_key("totp secrets")
        self._users = users
        self._ceremonies = ceremonies
        self._sessions = sessions
        self._proofs = proofs
        self._passkeys = passkeys
        self._audit = audit

    async def begin(self, user_id: str, session_id: str) -> NewTotp:
        """A new secret for an authenticator app. It counts for nothing until `confirm`.

        Raises:
            Forbidden: what `Proofs.owner` raises, or `Asker.may_add`.
            Conflict: the second factor is on (`second_factor_on`).
        """
        await self._proofs.owner(user_id, session_id)
        asker = await self._proofs.asker(user_id, session_id)
        secret = codes.new_secret()
        fresh = codes.unconfirmed(secret, user_id, self._encryption_key)
        user = await self._users.change(user_id, lambda user: rules.begin(asker.may_add(user), fresh))
        return NewTotp(secret, codes.otpauth_uri(secret, user["email"]))

    async def confirm(self, user_id: str, session_id: str, code: str) -> list[str]:
        """Turn the second factor on with a first code, and return the recovery codes, which nobody is told again. Every
        other session ends.

        Raises:
            Forbidden: what `Proofs.owner` raises, or `Asker.may_add`.
            BadRequest: the code is wrong (`code_wrong`).
            Conflict: it is on already, or there is no secret to confirm.
        """
        now = self._clock.now()
        totp = rules.begun(await self._proofs.owner(user_id, session_id))
        asker = await self._proofs.asker(user_id, session_id)
        step = codes.step_of(code, codes.secret_of(totp, user_id, self._encryption_key), now)
        recovery = codes.new_recovery_codes()
        hashes = [codes.recovery_hash(code) for code in recovery]
        also = partial(self._sessions.end_others, user_id, session_id)
        await self._users.change(
            user_id, lambda user: rules.confirm(asker.may_add(user), totp, step, hashes, now), also=also
        )
        return recovery

    async def turn_off(self, user_id: str, session_id: str, proof: Proof) -> None:
        """Every other session ends, and in this one no second factor has been shown any more. Raises Forbidden for a
        proof that is none, and as `Asker.may_take_away` does; Conflict where there is nothing to turn off."""
        asker = await self._prove(user_id, session_id, proof)
        also = partial(self._sessions.end_others_and_unprove, user_id, session_id, asker.exchange_from_now)
        await self._users.change(user_id, lambda user: rules.turn_off(asker.may_take_away(user)), also=also)

    async def renew_recovery_codes(self, user_id: str, session_id: str, proof: Proof) -> list[str]:
        """New ones in place of the old. Raises what `turn_off` raises."""
        asker = await self._prove(user_id, session_id, proof)
        recovery = codes.new_recovery_codes()
        hashes = [codes.recovery_hash(code) for code in recovery]
        also = partial(self._sessions.hold, user_id, session_id)
        await self._users.change(
            user_id, lambda user: rules.renew_recovery_codes(asker.may_take_away(user), hashes), also=also
        )
        return recovery

    async def demand(self, user: User) -> NoReturn:
        """Somebody has shown a first factor; ask for the second.

        Raises:
            Unauthorized: always (`second_factor_required`), with the `mfa_token` that goes on from here.
        """
        token = secrets.token_urlsafe(32)
        await self._ceremonies.begin(_CEREMONY, token, user_id=user["_id"], epoch=epoch_of(user), tries=GUESSES)
        raise Unauthorized(
            "Now the second factor: send a code of your authenticator app, or a recovery code, or show a passkey.",
            code="second_factor_required",
            headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"},
            mfa_token=token,
            expires_in=int(LIFETIME.total_seconds()),
            methods=["totp", "recovery_code", *(["passkey"] if passkeys_of(user) else [])],
        )

    async def pass_with_code(self, mfa_token: str, code: str) -> User:
        """Whose the token is, if the code is theirs. Both are used up by it.

        Raises:
            Unauthorized: the token is used, too old, has been tried too often, or the account has changed since in a
                way that ends sessions (`mfa_token_invalid`: log in again); or the code is wrong (`code_wrong`) or was
                used before (`code_used`).
            TooManyRequests: there were too many wrong codes for this account.
        """
        asked = await self._tried(mfa_token)

        async def finish(session: Session) -> None:
            """With the code in one transaction: of several codes for one token, one is used up."""
            if not await self._ceremonies.finish_within(session, _CEREMONY, mfa_token):
                raise _token_invalid()

        user = await self._use(asked["_id"], code, finish)
        if epoch_of(user) != epoch_of(asked):
            raise _token_invalid()
        return user

    async def pass_with_passkey(self, mfa_token: str, browser: str | None, shown: Shown) -> User:
        """The same with a passkey in place of the code. Raises what `Passkeys.owner_of` raises, too."""
        asked = await self._tried(mfa_token)
        user = await self._passkeys.owner_of(browser, shown, asked["_id"])
        if epoch_of(user) != epoch_of(asked) or await self._ceremonies.finish(_CEREMONY, mfa_token) is None:
            raise _token_invalid()
        return user

    async def check(self, user_id: str, code: str) -> None:
        """Use up a code of somebody who is logged in.

        Raises:
            Forbidden: it is wrong (`code_wrong`) or was used before (`code_used`); or the account is suspended.
            Conflict: there is no second factor on this account.
            TooManyRequests: there were too many wrong ones.
        """
        try:
            refuse_suspended(await self._use(user_id, code))
        except Unauthorized as wrong:
            raise Forbidden(wrong.detail, code=wrong.code) from None

    async def _tried(self, mfa_token: str) -> User:
        """Who is asked for the second factor."""
        ceremony = await self._ceremonies.take_try(_CEREMONY, mfa_token)
        if ceremony is None:
            raise _token_invalid()
        user = await self._users.get(ceremony["user_id"] or "")
        if epoch_of(user) != ceremony.get("epoch"):
            raise _token_invalid()
        return user

    async def _prove(self, user_id: str, session_id: str, proof: Proof) -> Asker:
        rules.in_force(await self._users.get(user_id))
        if proof.code is not None:
            await self.check(user_id, proof.code)
        else:
            await self._proofs.owner(user_id, session_id, proof.password)
        return await self._proofs.asker(user_id, session_id, has_shown=proof.code is not None)

    async def _use(self, user_id: str, code: str, also: Also | None = None) -> User:
        try:
            if codes.looks_like_recovery_code(code):
                recovery_hash = codes.recovery_hash(code)
                return await self._users.change(
                    user_id, lambda user: rules.use_recovery_code(user, recovery_hash), also=also
                )
            return await self._use_totp(user_id, code, also)
        except Unauthorized as wrong:
            await self._audit.record(user_id, "login_failed", {"reason": wrong.code})
            raise

    async def _use_totp(self, user_id: str, code: str, also: Also | None) -> User:
        now = self._clock.now()
        user = await self._users.change(user_id, lambda user: rules.guess(user, now))
        secret = codes.secret_of(rules.in_force(user), user_id, self._encryption_key)
        step = codes.step_of(code, secret, now)
        if step is None:
            raise rules.wrong_code()
        return await self._users.change(user_id, lambda user: rules.use_code(user, step), as_read=user, also=also)


def _token_invalid() -> Unauthorized:
    return Unauthorized("This step of the login is over. Log in again.", code="mfa_token_invalid")
