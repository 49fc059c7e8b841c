"""Logging in by way of a provider elsewhere, and linking what one is there to one's account here."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from functools import partial

from pymongo.errors import DuplicateKeyError

from gigsta_auth.crud.ceremonies import Ceremonies
from gigsta_auth.crud.logins import Login, Logins
from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.crud.sessions import Sessions
from gigsta_auth.crud.users import Users
from gigsta_auth.identity_client import IdentityClient
from gigsta_auth.models import linking as rules
from gigsta_auth.models.ceremonies import browser_secret
from gigsta_auth.models.identity_providers import PROVIDERS, IdentityProvider, Profile
from gigsta_auth.models.sessions import digest
from gigsta_auth.models.users import User
from gigsta_auth.settings import OAuthClient, Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import BadRequest, Conflict, NotFound, Unavailable
from gigsta_common.ids import new_id

_TRIES = 5


@dataclass(frozen=True)
class Departure:
    """Where the person goes now, and the secret that their browser keeps until they are back."""

    url: str
    browser: str


@dataclass(frozen=True)
class Return:
    """What comes back: the code and the state by way of the person, the secret from the browser they set out with."""

    code: str
    state: str
    issuer: str | None
    browser: str | None


class OAuth:
    def __init__(
        self,
        runtime: Runtime[Settings],
        users: Users,
        ceremonies: Ceremonies,
        sessions: Sessions,
        proofs: Proofs,
        logins: Logins,
    ) -> None:
        self._settings = runtime.settings
        self._clock = runtime.clock
        self._server_key = runtime.settings.derived_key("oauth")
        self._users = users
        self._ceremonies = ceremonies
        self._sessions = sessions
        self._proofs = proofs
        self._logins = logins
        self._client = IdentityClient(runtime.clock)

    def offered(self) -> list[IdentityProvider]:
        """Those that are set up, in a fixed order."""
        return [found[0] for name in PROVIDERS if (found := self._settings.oauth(name)) is not None]

    async def depart_to_link(self, name: str, browser: str | None, user_id: str, session_id: str) -> Departure:
        """The first half of linking. Raises what `depart` raises, and Forbidden as `Proofs.owner` does."""
        await self._proofs.owner(user_id, session_id)
        return await self.depart(name, browser, user_id)

    async def depart(self, name: str, browser: str | None, user_id: str | None = None) -> Departure:
        """The first half: of a login, or of linking where there is a `user_id`.

        `browser` is the secret that the browser has from a departure a moment ago, in another tab perhaps.

        Raises:
            NotFound: there is no such provider, or it is not set up.
        """
        provider, client = self._provider(name)
        browser = browser_secret(browser)
        state = secrets.token_urlsafe(32)
        await self._ceremonies.begin(_kind(provider, user_id), state, user_id=user_id, browser_hash=digest(browser))
        url = self._client.authorization_url(
            provider,
            client,
            redirect_uri=self._settings.oauth_redirect_uri(name),
            state=state,
            verifier=self._derived("verifier", browser, state),
            nonce=self._derived("nonce", browser, state),
        )
        return Departure(url, browser)

    async def log_in(self, name: str, back: Return) -> Login:
        """The second half of a login. Makes an account where there is none.

        Raises:
            BadRequest: the state is not one that this browser set out with, is used, or is too old (`oauth_state`).
            Unauthorized: the provider does not say who it is (`oauth_failed`); or a second factor is asked for.
            Forbidden: it does not vouch for the address (`oauth_email_unverified`).
            NotFound, Unavailable: the provider is not set up, or away.
        """
        profile = await self._profile(name, back, None)
        return await self._logins.open(await self._account_of(profile), name)

    async def link(self, name: str, back: Return, user_id: str, session_id: str) -> User:
        """The second half of linking.

        Raises:
            Forbidden: what `Proofs.owner` raises; the answer of the provider goes on being good.
            Conflict: the identity is another account's (`identity_taken`).
            BadRequest, Unauthorized, NotFound, Unavailable: as for `log_in`.
        """
        await self._proofs.owner(user_id, session_id)
        profile = await self._profile(name, back, user_id)
        now = self._clock.now()
        try:
            also = partial(self._sessions.hold, user_id, session_id)
            return await self._users.change(user_id, lambda user: rules.link(user, profile, now), also=also)
        except DuplicateKeyError:
            raise Conflict("This identity belongs to another account.", code="identity_taken") from None

    async def unlink(self, user_id: str, session_id: str, identity_id: str) -> None:
        """Raises NotFound, Conflict where it is the last way into the account (`last_way_in`), or Forbidden as
        `Proofs.owner` does."""
        await self._proofs.owner(user_id, session_id)
        also = partial(self._sessions.hold, user_id, session_id)
        await self._users.change(user_id, lambda user: rules.unlink(user, identity_id), also=also)

    async def _profile(self, name: str, back: Return, user_id: str | None) -> Profile:
        provider, client = self._provider(name)
        bound = {"browser_hash": digest(back.browser or "")} | ({"user_id": user_id} if user_id else {})
        if await self._ceremonies.finish(_kind(provider, user_id), back.state, **bound) is None:
            raise BadRequest("This login was not begun in this browser, or long ago. Begin again.", code="oauth_state")
        if back.issuer not in (None, provider.issuer):
            raise BadRequest("This answer is another provider's. Begin again.", code="oauth_state")
        return await self._client.profile(
            provider,
            client,
            redirect_uri=self._settings.oauth_redirect_uri(name),
            code=back.code,
            verifier=self._derived("verifier", back.browser or "", back.state),
            nonce=self._derived("nonce", back.browser or "", back.state),
        )

    async def _account_of(self, profile: Profile) -> User:
        """By the identity; failing that, by the address; failing that, a new one. Whoever else does the same at the
        same moment makes us look again."""
        now = self._clock.now()
        for _ in range(_TRIES):
            user = await self._users.by_identity(rules.key_of(profile))
            if user is not None:
                return user
            known = await self._users.by_email(rules.proven_email(profile))
            try:
                if known is not None:
                    return await self._users.change(known["_id"], lambda user: rules.adopt(user, profile, now))
                user_id = new_id()
                if await self._users.insert(*rules.opened(user_id, profile, now)):
                    return await self._users.get(user_id)
            except DuplicateKeyError:
                continue
        raise Unavailable("Try again in a moment.", code="too_busy")

    def _provider(self, name: str) -> tuple[IdentityProvider, OAuthClient]:
        if name not in PROVIDERS:
            raise NotFound("There is no such provider of identities.", code="unknown_provider")
        found = self._settings.oauth(name)
        if found is None:
            raise NotFound(
                f"Logging in with {PROVIDERS[name].title} is not set up here.", code="provider_not_configured"
            )
        return found

    def _derived(self, purpose: str, browser: str, state: str) -> str:
        """PKCE's verifier and the nonce: made anew from what comes back, so that the database need not hold them."""
        mac = hmac.digest(self._server_key, f"{purpose}.{browser}.{state}".encode(), "sha256")
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def _kind(provider: IdentityProvider, user_id: str | None) -> str:
    return f"oauth_{'link' if user_id else 'login'}_{provider.name}"
