"""Typed settings from the environment. A process that is set up wrongly stops at once and lists everything wrong.

Where `SECRETS_DIR` names a directory, a file in it named as a setting (`mongodb_url`) says what its variable does not:
so secrets may come as files, as containers have them.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError


class SettingsError(Exception):
    """The environment does not make sense; the text lists every problem."""


def server_url(url: str, *schemes: str) -> str:
    """`url`, if a server may be there.

    Raises:
        ValueError: not so. It does not quote the URL, which may have a password, nor do its causes.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and parts.hostname and ("," in parts.netloc or parts.port != 0)
    except ValueError:
        good = False
    if not good:
        raise ValueError(
            f"must look like {schemes[0]}://user:password@host:port, "
            "with /, #, [, @ and what else has a meaning in a URL percent-encoded in the password"
        )
    return url


def _mongodb(url: SecretStr) -> SecretStr:
    server_url(url.get_secret_value(), "mongodb", "mongodb+srv")
    return url


def broker_url(address: str | None, password: str | None) -> str | None:
    """`rabbitmq:5672` with a password is amqp://gigsta:PASSWORD@rabbitmq:5672/: some platforms make up the one and say
    the other in no other form."""
    if not address or "://" in address or not password:
        return address
    return f"amqp://gigsta:{quote(password, safe='')}@{address}/"


def _amqp(url: SecretStr, info: ValidationInfo) -> SecretStr:
    password: SecretStr | None = info.data.get("amqp_password")
    found = broker_url(url.get_secret_value(), password.get_secret_value() if password else None) or ""
    return SecretStr(server_url(found, "amqp", "amqps"))


def _long(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 16:
        raise ValueError("must have at least 16 characters")
    return value


def _needed_in_production(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    if value is None and info.data.get("environment") == "production":
        raise ValueError("must be set in production")
    return value


SharedSecret = Annotated[SecretStr, AfterValidator(_long)]
"""What two parties know each other by."""
SecretOfProduction = Annotated[SharedSecret | None, Field(validate_default=True), AfterValidator(_needed_in_production)]
"""One that may be left out elsewhere. The field has to come after `environment`."""


def _comma_separated(value: object) -> object:
    """`1000,5000`, or the same as a JSON list."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.strip("[] ").split(",") if part.strip()]


def with_scheme(address: object) -> object:
    """`auth:8000` is http://auth:8000: some platforms can say where a private service is in that form only."""
    return f"http://{address}" if isinstance(address, str) and address and "://" not in address else address


def _of_auth(address: object) -> object:
    """Where auth is says where its keys are."""
    said = with_scheme(address)
    return said if said == address else f"{said}{JWKS_PATH}"


JWKS_PATH = "/auth/.well-known/jwks.json"
JwksUrl = Annotated[str, BeforeValidator(_of_auth), Field(pattern=r"^https?://")]


class ServiceSettings(BaseSettings):
    """What every service reads. Names are the upper-case field names (`MONGODB_URL`)."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    environment: Literal["development", "test", "production"] = "production"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    mongodb_url: Annotated[SecretStr, AfterValidator(_mongodb)]
    """Of the service's own database: see `mongo.database_name`."""

    amqp_password: SecretStr | None = None
    """Only where `amqp_url` is no more than a host and a port. The field has to come before it."""
    amqp_url: Annotated[SecretStr, AfterValidator(_amqp)]
    bus_namespace: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,40}$")] = "gigsta"
    """Prefix of every exchange and queue."""
    retry_delays_ms: Annotated[tuple[Annotated[int, Field(ge=1)], ...], NoDecode, BeforeValidator(_comma_separated)] = (
        1_000,
        5_000,
        30_000,
        120_000,
    )
    """How long a failed event waits before each further try (`1000,5000`); after the last it is parked."""

    sweep_interval: Annotated[float, Field(gt=0)] = 5.0
    """Seconds between two looks for events that a crash left in the outbox."""
    max_body_size: Annotated[int, Field(ge=1024)] = 32_768
    """Of a request, in bytes, where a route says nothing else. Every key that is not known is told as an error of its
    own before anything can be refused: a megabyte of them takes half a second."""

    jwks_url: JwksUrl
    token_issuer: str = "https://gigsta.nz"
    token_audience: str = "gigsta-api"
    admin_second_factor: bool | None = None
    """Whether administrators may act as such only in sessions that were made with a second factor. Where nothing is
    said: in production, and not with the demo's accounts."""
    public_url: Annotated[str, Field(pattern=r"^https?://[^/]+$")] = "http://localhost:8000"
    """Where people reach GigSta; links in mails start with it. No trailing slash."""

    @property
    def admins_show_two(self) -> bool:
        if self.admin_second_factor is None:
            return self.environment == "production"
        return self.admin_second_factor


S = TypeVar("S", bound=BaseSettings)


def secrets_dir(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where secrets lie as files.

    Raises:
        SettingsError: there is no such directory.
    """
    named = environment.get("SECRETS_DIR")
    if not named:
        return None
    if not Path(named).is_dir():
        raise SettingsError(f"SECRETS_DIR is {named}, and there is no such directory.")
    return Path(named)


def told(name: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """What the variable or the secret file of that name says: for those that read no settings class."""
    directory = secrets_dir(environment)
    if environment.get(name) or directory is None:
        return environment.get(name) or None
    path = directory / name.lower()
    return (path.read_text().strip() or None) if path.is_file() else None


def load(settings: type[S], **values: Any) -> S:
    """Read `settings` from the environment; `values` win over it.

    Raises:
        SettingsError: names every variable that is missing or wrong, a line each.
    """
    try:
        return settings(_secrets_dir=secrets_dir(), **values)
    except UnreadableError as error:
        raise SettingsError(f"These settings are wrong:\n  {error}") from None
    except ValidationError as error:
        lines = [f"  {_variable(e['loc'])}: {_say(e['type'], e['msg'])}" for e in error.errors()]
        raise SettingsError("These settings are wrong:\n" + "\n".join(lines)) from None


def _variable(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper() if location else "(all together)"


def _say(kind: str, message: str) -> str:
    return "is missing" if kind == "missing" else message
