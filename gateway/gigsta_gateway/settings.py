"""What the gateway reads from the environment."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gigsta_common.settings import JwksUrl, SecretOfProduction, ServiceSettings, SharedSecret, with_scheme

_default = ServiceSettings.model_fields


def _split(origins: str) -> str:
    for origin in origins.split(","):
        scheme, _, host = origin.strip().partition("://")
        if scheme not in ("http", "https") or not host or "/" in host or "*" in host:
            raise ValueError("must be origins like https://gigsta.nz, separated by commas, without paths or wildcards")
    return origins


Origin = Annotated[str, Field(pattern=r"^https?://[^/?#@;,\s]+$")]
"""Scheme, host and port, nothing after them."""
Upstream = Annotated[Origin, BeforeValidator(with_scheme)]


class RateLimit(BaseModel):
    """As JSON: `{"at_once": 600, "a_second": 50}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_once: Annotated[int, Field(ge=1)]
    a_second: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """How fast a client that has sent that many may go on."""


class GatewaySettings(BaseSettings):
    """Names are the upper-case field names (`UPSTREAM_AUTH`)."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    environment: Literal["development", "test", "production"] = "production"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    upstream_auth: Upstream
    upstream_catalog: Upstream
    upstream_bookings: Upstream
    upstream_ratings: Upstream
    upstream_geo: Upstream
    upstream_notifications: Upstream

    jwks_url: JwksUrl
    token_issuer: str = str(_default["token_issuer"].default)
    token_audience: str = str(_default["token_audience"].default)
    public_url: Origin = str(_default["public_url"].default)
    """Where people reach GigSta. No trailing slash."""
    cors_origins: Annotated[str, AfterValidator(_split)] | None = None
    """Origins of web pages that may call the API with credentials, separated by commas."""
    origin_secret: SharedSecret | None = None
    """What Cloudflare's zone sends as `X-GigSta-Origin-Secret`. Only with it is `CF-Connecting-IP` believed."""
    behind_cloudflare: bool = False
    """Refuse every request that does not carry the secret: whoever finds our address must not get around Cloudflare."""
    gateway_secret: SecretOfProduction = None
    """What services know the gateway by: only with it do they take its word for a client's address."""

    rate_reads: RateLimit = RateLimit(at_once=600, a_second=50)
    rate_writes: RateLimit = RateLimit(at_once=120, a_second=5)
    rate_open_writes: RateLimit = RateLimit(at_once=100, a_second=1)
    """What one client may do: a user, or a network where no user is known. `routes.Rate` says which is which. Each
    instance counts for itself, so several allow several times as much."""

    web_dist: Path = Path("web/dist")
    """The built web client, served at `/` in development."""
    media_url: Annotated[str, Field(pattern=r"^(https?:/)?/[^?#;,\s]*[^?#;,\s/]$")] | None = None
    s3_endpoint: Origin | None = None
    """What catalog is told, too: the web client may show pictures from the one and send uploads to the other."""
    upstream_idle_limit: Annotated[float, Field(gt=0)] = 4.0
    """Seconds after which an idle connection to a service is given up: below the services' own keep-alive time."""

    @model_validator(mode="after")
    def _has_what_it_requires(self) -> Self:
        if self.behind_cloudflare and self.origin_secret is None:
            raise ValueError("BEHIND_CLOUDFLARE: is set, but ORIGIN_SECRET is not")
        return self

    @property
    def required_secret(self) -> bytes | None:
        """What a request has to carry; None where it may come from anywhere."""
        needed = self.origin_secret if self.behind_cloudflare else None
        return needed.get_secret_value().encode() if needed else None

    @property
    def upstreams(self) -> dict[str, str]:
        """Where each service is, by its name."""
        return {
            "auth": self.upstream_auth,
            "catalog": self.upstream_catalog,
            "bookings": self.upstream_bookings,
            "ratings": self.upstream_ratings,
            "geo": self.upstream_geo,
            "notifications": self.upstream_notifications,
        }

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The origins of `cors_origins`."""
        return frozenset(origin.strip() for origin in (self.cors_origins or "").split(",") if origin.strip())
