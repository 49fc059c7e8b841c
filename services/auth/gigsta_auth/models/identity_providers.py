"""The providers elsewhere that people may log in with: a row each. What a row says here, settings may overrule."""

from dataclasses import dataclass
from typing import Literal

from gigsta_auth.models.identities import ProviderName


@dataclass(frozen=True)
class IdentityProvider:
    name: ProviderName
    title: str
    authorization_endpoint: str
    token_endpoint: str
    scope: str
    client_authentication: Literal["client_secret_basic", "client_secret_post"]
    issuer: str | None = None
    """Of an OpenID provider: its `id_token` says who the person is, signed by a key of `jwks_uri`."""
    jwks_uri: str | None = None
    profile_endpoint: str | None = None
    """Of a provider that does not speak OpenID: it says there who the person is."""
    trust_email: bool = False
    """Whether an address counts as proven though the provider does not say that it is."""


PROVIDERS: dict[str, IdentityProvider] = {
    "google": IdentityProvider(
        name="google",
        title="Google",
        authorization_endpoint="https://accounts.google.com/o/oauth2/v2/auth",
        token_endpoint="https://oauth2.googleapis.com/token",
        scope="openid email profile",
        client_authentication="client_secret_basic",
        issuer="https://accounts.google.com",
        jwks_uri="https://www.googleapis.com/oauth2/v3/certs",
    ),
    "facebook": IdentityProvider(
        name="facebook",
        title="Facebook",
        authorization_endpoint="https://www.facebook.com/v24.0/dialog/oauth",
        token_endpoint="https://graph.facebook.com/v24.0/oauth/access_token",
        scope="public_profile email",
        client_authentication="client_secret_post",
        profile_endpoint="https://graph.facebook.com/v24.0/me?fields=id,name,email",
    ),
}


@dataclass(frozen=True)
class Profile:
    """Who a provider says that somebody is."""

    provider: ProviderName
    subject: str
    email: str | None
    email_verified: bool
    full_name: str | None
