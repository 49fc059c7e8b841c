"""What auth reads from the environment beyond what every service does."""

import base64
import hmac
import os
import re
from dataclasses import replace
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from gigsta_auth.models.adopted import MOST_LANES, MOST_MEMORY_KIB, MOST_PASSES
from gigsta_auth.models.identity_providers import PROVIDERS, IdentityProvider
from gigsta_common.settings import SecretOfProduction, ServiceSettings

_STRONG_ENOUGH = {"argon2_memory_kib": 19 * 1024, "argon2_time_cost": 2}


def _key_of_32_bytes(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", value.get_secret_value()):
        raise ValueError(
            "must be 32 random bytes in base64url, as `openssl rand -base64 32 | tr '+/' '-_'` prints them"
        )
    return value


Url = Annotated[str, Field(pattern=r"^https?://[^/]+(/.*)?$")]


class OAuthClient(BaseModel):
    """What a provider calls us, and where it differs from its row in `models.identity_providers`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[SecretStr, Field(min_length=1)]
    issuer: Url | None = None
    authorization_endpoint: Url | None = None
    token_endpoint: Url | None = None
    jwks_uri: Url | None = None
    profile_endpoint: Url | None = None
    trust_email: bool | None = None
    """Take every address that the provider knows for proven. For providers that make sure of them but do not say so."""


class Settings(ServiceSettings):
    key_encryption_key: Annotated[SecretStr, AfterValidator(_key_of_32_bytes)]
    """The root secret: signing keys are stored encrypted under it. Every instance has the same."""

    gateway_secret: SecretOfProduction = None
    """What the gateway proves itself with. Only with it is its word for a client's address taken (see `client.py`).
    Without it all who come through the gateway would be one client, and be counted as one."""

    argon2_memory_kib: Annotated[int, Field(ge=8, le=MOST_MEMORY_KIB)] = _STRONG_ENOUGH["argon2_memory_kib"]
    argon2_time_cost: Annotated[int, Field(ge=1, le=MOST_PASSES)] = _STRONG_ENOUGH["argon2_time_cost"]
    argon2_parallelism: Annotated[int, Field(ge=1, le=MOST_LANES)] = 1
    password_workers: Annotated[int, Field(ge=1, le=64)] = min(4, os.cpu_count() or 1)
    """Threads that hash passwords, each of them a whole core at times."""
    password_queue: Annotated[int, Field(ge=0)] = 64
    """How many hashes may wait for a thread before callers are told to come again."""

    oauth_google: OAuthClient | None = None
    oauth_facebook: OAuthClient | None = None
    """As JSON: `{"client_id": "...", "client_secret": "..."}`. Nobody logs in with a provider that is not set up."""
    oauth_callback_path: Annotated[str, Field(pattern=r"^/[^?#]*\{provider\}[^?#{}]*$")] = (
        "/api/v1/auth/oauth/{provider}/callback"
    )
    """The page of ours, below PUBLIC_URL, that providers send people back to. Providers have to know it."""

    passkey_rp_id: Annotated[str | None, Field(pattern=r"^[a-z0-9.-]+$")] = None
    """The domain that passkeys belong to; that of PUBLIC_URL, if it is left out. Whoever changes it makes every passkey
    worthless."""
    passkey_origins: tuple[Annotated[str, Field(pattern=r"^https?://[^/]+$")], ...] = ()
    """The pages that may ask for passkeys, as a JSON list of origins: of that domain, or one below it. PUBLIC_URL, if
    it is left out."""

    @field_validator("argon2_memory_kib", "argon2_time_cost")
    @classmethod
    def _cheap_only_outside_production(cls, value: int, info: ValidationInfo) -> int:
        least = _STRONG_ENOUGH[str(info.field_name)]
        if info.data.get("environment") == "production" and value < least:
            raise ValueError(f"must be at least {least} in production")
        return value

    def derived_key(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose only, so that no two uses of the root secret meet."""
        root = base64.urlsafe_b64decode(self.key_encryption_key.get_secret_value()[:43] + "=")
        return hmac.digest(root, purpose.encode(), "sha256")

    def oauth(self, name: str) -> tuple[IdentityProvider, OAuthClient] | None:
        """A provider as it is set up; None for one that is not. `name` is one of `PROVIDERS`."""
        client: OAuthClient | None = getattr(self, f"oauth_{name}")
        if client is None:
            return None
        changes = client.model_dump(exclude={"client_id", "client_secret"}, exclude_none=True)
        return replace(PROVIDERS[name], **changes), client

    @property
    def passkey_party(self) -> str:
        return self.passkey_rp_id or urlsplit(self.public_url).hostname or ""

    @property
    def passkey_pages(self) -> tuple[str, ...]:
        return self.passkey_origins or (self.public_url,)

    @model_validator(mode="after")
    def _passkeys_work(self) -> Self:
        for origin in self.passkey_pages:
            host = urlsplit(origin).hostname or ""
            if host != self.passkey_party and not host.endswith("." + self.passkey_party):
                raise ValueError(f"PASSKEY_ORIGINS: {origin} does not belong to the domain {self.passkey_party}")
        return self

    def oauth_redirect_uri(self, name: str) -> str:
        return self.public_url + self.oauth_callback_path.format(provider=name)
