"""Logging in and staying logged in: everything that ends in tokens."""

from dataclasses import dataclass, replace

from gigsta_auth.crud.accounts import Accounts, Proof
from gigsta_auth.crud.audit import Audit
from gigsta_auth.crud.guests import Guests
from gigsta_auth.crud.keyring import Keyring
from gigsta_auth.crud.passkeys import Passkeys
from gigsta_auth.crud.second_factors import SecondFactors
from gigsta_auth.crud.sessions import RefreshToken, Sessions
from gigsta_auth.crud.throttle import Throttle
from gigsta_auth.crud.users import Users
from gigsta_auth.hashing import Hashing
from gigsta_auth.models import second_factors as rules
from gigsta_auth.models.credentials import epoch_of
from gigsta_auth.models.keys import ACCESS_TOKEN_LIFETIME
from gigsta_auth.models.passkeys import Shown
from gigsta_auth.models.suspension import refuse_suspended
from gigsta_auth.models.throttling import Purpose
from gigsta_auth.models.users import User, spelling_of
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Forbidden, NotFound, Unauthorized
from gigsta_common.security import Principal, issue_token


@dataclass(frozen=True)
class Login:
    """Somebody is logged in: an access token for the next ten minutes, and the refresh token for the time after."""

    access_token: str
    refresh_token: RefreshToken
    user: User
    known_device: str | None = None
    """For the cookie that shows from now on that the owner has logged in here."""


class Logins:
    def __init__(
        self,
        runtime: Runtime[Settings],
        users: Users,
        accounts: Accounts,
        guests: Guests,
        sessions: Sessions,
        keyring: Keyring,
        hashing: Hashing,
        audit: Audit,
        throttle: Throttle,
        second_factors: SecondFactors,
        passkeys: Passkeys,
    ) -> None:
        self._settings = runtime.settings
        self._clock = runtime.clock
        self._users = users
        self._accounts = accounts
        self._guests = guests
        self._sessions = sessions
        self._keyring = keyring
        self._hashing = hashing
        self._audit = audit
        self._throttle = throttle
        self._second_factors = second_factors
        self._passkeys = passkeys

    async def with_password(self, email: str, password: str) -> Login:
        """Log in with address and password.

        Raises:
            Unauthorized: one of the two is wrong, or the address is not verified, and neither the answer nor its time
                says which; or both are right, and a second factor is asked for (`second_factor_required`).
            Forbidden: both are right, but the account is suspended.
            TooManyRequests: it was tried too often; neither is looked at.
        """
        async with self._throttle.attempt(Purpose.PASSWORD, email):
            user = await self._users.by_email(spelling_of(email))
            right = await self._hashing.matches(password, user["password_hash"] if user else None)
            # An address is anybody's until it is verified. Whoever has just registered it knows the password, and must
            # not learn from this answer whether it had an account before.
            if user is None or user["password_hash"] is None or user["email_verified_at"] is None or not right:
                await self._audit.record(user["_id"] if user else None, "login_failed")
                raise Unauthorized(
                    "The address or the password is wrong, or the address is not confirmed yet: if you have just "
                    "registered, follow the link in our mail first.",
                    code="invalid_credentials",
                )
        if self._hashing.is_outdated(user["password_hash"]):
            await self._users.replace_hash(user, await self._hashing.hash(password))
        return await self.open(user, "password")

    async def with_link(self, proof: Proof) -> Login:
        """Log in by the link that verifies an address. Raises what `Accounts.verify_email` raises."""
        async with self._throttle.random_secret():
            user = await self._accounts.verify_email(proof)
        return await self.open(user, "mail_link")

    async def as_guest(self, booking_id: str, secret: str, password: str, full_name: str | None) -> Login:
        """Log in a guest who chooses a password. Raises what `Guests.complete` raises."""
        async with self._throttle.random_secret():
            user = await self._guests.complete(booking_id, secret, password, full_name)
        return await self.open(user, "mail_link")

    async def with_second_factor(self, mfa_token: str, code: str) -> Login:
        """The second step of logging in. Raises what `SecondFactors.pass_with_code` raises."""
        user = await self._second_factors.pass_with_code(mfa_token, code)
        return await self.open(user, "second_factor", both_factors=True)

    async def with_second_factor_passkey(self, mfa_token: str, browser: str | None, shown: Shown) -> Login:
        """The same with a passkey. Raises what `SecondFactors.pass_with_passkey` raises."""
        user = await self._second_factors.pass_with_passkey(mfa_token, browser, shown)
        return await self.open(user, "passkey", both_factors=True)

    async def with_passkey(self, browser: str | None, shown: Shown) -> Login:
        """Log in with a passkey alone. Raises what `Passkeys.owner_of` raises."""
        user = await self._passkeys.owner_of(browser, shown)
        return await self.open(user, "passkey", both_factors=True)

    async def refresh(self, token: str) -> Login:
        """Go on with a session. What changed about the account, roles included, is in the new access token.

        Raises:
            Unauthorized: the token does not keep anybody logged in (any more).
        """
        async with self._throttle.random_secret():
            refreshed = await self._sessions.refresh(token)
        try:
            user = await self._users.get(refreshed.user_id)
        except NotFound:
            raise Unauthorized("This account is no more.", code="refresh_token_invalid") from None
        if refreshed.epoch != epoch_of(user):
            raise Unauthorized("This session has ended. Log in again.", code="refresh_token_invalid")
        return await self._login(user, refreshed)

    async def open(self, user: User, method: str, *, both_factors: bool = False) -> Login:
        """Log somebody in who has proven to be that user; the audit trail says by which method. Every login ends here,
        and none gets past a second factor that has not been shown.

        Raises:
            Forbidden: the account is suspended.
            Unauthorized: now the second factor (`second_factor_required`).
        """
        try:
            refuse_suspended(user)
        except Forbidden:
            await self._audit.record(user["_id"], "login_failed", {"reason": "suspended", "method": method})
            raise
        if not both_factors and rules.is_on(user):
            await self._second_factors.demand(user)
        session = await self._sessions.open(user["_id"], epoch_of(user), method, second_factor=both_factors)
        login = await self._login(user, session)
        return replace(login, known_device=self._throttle.know_device(user["email"]))

    async def _login(self, user: User, refresh_token: RefreshToken) -> Login:
        principal = Principal(
            user["_id"],
            frozenset(user["roles"]),
            session_id=refresh_token.session_id,
            name=user["full_name"],
            second_factor=refresh_token.second_factor and rules.there_is_one(user),
        )
        access_token = issue_token(
            await self._keyring.signing_key(),
            principal,
            issuer=self._settings.token_issuer,
            audience=self._settings.token_audience,
            now=self._clock.now(),
            lifetime=ACCESS_TOKEN_LIFETIME,
        )
        return Login(access_token, refresh_token, user)
