"""Speaks to identity providers, through Authlib: the one place that does.

Authorization code with PKCE. What comes back is believed as far as it proves itself: an `id_token` by its signature,
issuer, audience, expiry and nonce; a profile by coming, over TLS, from the provider's own endpoint for a token that the
provider gave to us, with our secret.
"""

import asyncio
import hmac
import logging
from collections.abc import Mapping
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import TypeAdapter, ValidationError

from gigsta_auth.models.identity_providers import IdentityProvider, Profile
from gigsta_auth.models.users import normalise_email
from gigsta_auth.settings import OAuthClient
from gigsta_common import http
from gigsta_common.clock import Clock
from gigsta_common.errors import Unauthorized, Unavailable
from gigsta_common.text import PersonName

log = logging.getLogger(__name__)

ALTOGETHER = 10.0
"""Seconds for everything that is asked of a provider in one login."""
_SIGNATURES = JWSRegistry(algorithms=["RS256", "ES256"], strict_check_header=False)
"""Providers may put more into a header than we know; critical parts that are unknown are refused all the same."""
_LEEWAY = 60
"""Seconds that a provider's clock may differ from ours."""
_LONGEST_SUBJECT = 255
_NAME: TypeAdapter[str] = TypeAdapter(PersonName)


class IdentityClient:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._keys: dict[str, KeySet] = {}

    def authorization_url(
        self,
        provider: IdentityProvider,
        client: OAuthClient,
        *,
        redirect_uri: str,
        state: str,
        verifier: str,
        nonce: str,
    ) -> str:
        """Where the person goes to say yes."""
        extra = {"nonce": nonce} if provider.issuer else {}
        session = OAuth2Client(
            None,
            client_id=client.client_id,
            scope=provider.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )
        url, _ = session.create_authorization_url(
            provider.authorization_endpoint, state=state, code_verifier=verifier, **extra
        )
        return str(url)

    async def profile(
        self,
        provider: IdentityProvider,
        client: OAuthClient,
        *,
        redirect_uri: str,
        code: str,
        verifier: str,
        nonce: str,
    ) -> Profile:
        """Exchange the code that the person came back with for who they are.

        Raises:
            Unauthorized: the provider does not take the code, or what it says does not prove itself (`oauth_failed`).
            Unavailable: the provider is away.
        """
        try:
            async with asyncio.timeout(ALTOGETHER), self._session(provider, client, redirect_uri) as session:
                token = await session.fetch_token(
                    provider.token_endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
                )
                if provider.issuer is None:
                    return _profile(provider, await _ask_profile(session, provider, client), "id")
                return _profile(provider, await self._claims(session, provider, client, token, nonce), "sub")
        except (OAuthError, JoseError, ValueError, KeyError, TypeError) as error:
            reason = str(getattr(error, "error", ""))[:60] or type(error).__name__
            log.warning("a login elsewhere failed", extra={"provider": provider.name, "error": reason})
            raise Unauthorized(f"The login with {provider.title} failed. Try again.", code="oauth_failed") from None
        except (httpx2.HTTPError, TimeoutError) as error:
            log.warning("an identity provider is away", extra={"provider": provider.name, "error": repr(error)[:200]})
            raise Unavailable(f"{provider.title} does not answer.", code="provider_unavailable") from None

    def _session(self, provider: IdentityProvider, client: OAuthClient, redirect_uri: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=client.client_id,
            client_secret=client.client_secret.get_secret_value(),
            token_endpoint_auth_method=provider.client_authentication,
            scope=provider.scope,
            redirect_uri=redirect_uri,
            timeout=http.TIMEOUT,
            verify=http.tls(),
            trust_env=False,
            follow_redirects=False,
        )

    async def _claims(
        self,
        session: AsyncOAuth2Client,
        provider: IdentityProvider,
        client: OAuthClient,
        token: Mapping[str, Any],
        nonce: str,
    ) -> Mapping[str, Any]:
        text = str(token["id_token"])
        keys = self._keys.get(provider.name) or await self._fetch_keys(session, provider)
        try:
            decoded = jwt.decode(text, keys, registry=_SIGNATURES)
        except InvalidKeyIdError:  # the provider has changed its keys
            decoded = jwt.decode(text, await self._fetch_keys(session, provider), registry=_SIGNATURES)
        wanted = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": client.client_id},
        }
        known = {"nonce": nonce, "client_id": client.client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(decoded.claims, decoded.header, wanted, known)
        claims.validate(now=int(self._clock.now().timestamp()), leeway=_LEEWAY)
        return claims

    async def _fetch_keys(self, session: AsyncOAuth2Client, provider: IdentityProvider) -> KeySet:
        answer = await session.request("GET", str(provider.jwks_uri), withhold_token=True)
        answer.raise_for_status()
        self._keys[provider.name] = KeySet.import_key_set(answer.json())
        return self._keys[provider.name]


async def _ask_profile(
    session: AsyncOAuth2Client, provider: IdentityProvider, client: OAuthClient
) -> Mapping[str, Any]:
    """With a proof that the token is used by who has the secret, which Facebook can be told to demand."""
    secret, token = client.client_secret.get_secret_value(), str(session.token["access_token"])
    proof = hmac.new(secret.encode(), token.encode(), "sha256").hexdigest()
    url = httpx2.URL(str(provider.profile_endpoint)).copy_merge_params({"appsecret_proof": proof})
    answer = await session.get(url)
    answer.raise_for_status()
    found: Mapping[str, Any] = answer.json()
    return found


def _profile(provider: IdentityProvider, claims: Mapping[str, Any], subject: str) -> Profile:
    """Raises KeyError or ValueError for claims that name nobody."""
    name = str(claims[subject])
    if not 0 < len(name) <= _LONGEST_SUBJECT:
        raise ValueError("the provider names nobody")
    email = _email(claims.get("email"))
    return Profile(
        provider=provider.name,
        subject=name,
        email=email,
        email_verified=email is not None and (provider.trust_email or claims.get("email_verified") is True),
        full_name=_name(claims.get("name")),
    )


def _email(value: object) -> str | None:
    try:
        return normalise_email(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _name(value: object) -> str | None:
    """As they are called there, if one may be called that here."""
    try:
        return _NAME.validate_python(value)
    except ValidationError:
        return None
