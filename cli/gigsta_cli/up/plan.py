"""What runs where, and what each part is told: pure, no process is started here."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from pydantic import TypeAdapter, ValidationError

from gigsta_common.settings import JWKS_PATH

SERVICES = ("auth", "catalog", "bookings", "ratings", "geo", "notifications")
GATEWAY = "gateway"
EVERYTHING = "--all"
"""In the place of a service's name: all of them and the gateway in one process."""
DEFAULT_PORT = 8000

PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "LOG_LEVEL",
    "ADMIN_SECOND_FACTOR",
)  # fmt: skip
PASSED_ON_TO = {
    "catalog": ("S3_", "MEDIA_", "IMAGE_"),
    "auth": ("OAUTH_", "PASSKEY_"),
    "notifications": ("SMTP_", "MAIL_", "SUPPORT_EMAIL"),
    GATEWAY: ("RATE_", "MEDIA_URL", "S3_ENDPOINT"),
}
"""Prefixes of the variables that one of them is given if whoever starts us has set them."""


@dataclass(frozen=True)
class Ports:
    """Every port follows from the gateway's."""

    gateway: int = DEFAULT_PORT

    def service(self, name: str) -> int:
        return self.gateway + 1 + SERVICES.index(name)

    @property
    def mongod(self) -> int:
        return self.gateway + 10

    @property
    def rabbitmq(self) -> int:
        return self.gateway + 11

    @property
    def epmd(self) -> int:
        return self.gateway + 12

    @property
    def erlang(self) -> int:
        return self.gateway + 13

    def of_services(self) -> dict[int, str]:
        return {self.gateway: "the gateway"} | {self.service(name): f"the {name} service" for name in SERVICES}

    def of_broker(self) -> dict[int, str]:
        return {self.rabbitmq: "RabbitMQ", self.epmd: "RabbitMQ's epmd", self.erlang: "RabbitMQ's Erlang VM"}


@dataclass(frozen=True)
class Program:
    """One process of ours: what to run, and the URL that answers 200 once it is ready."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    port: int

    @property
    def ready_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/health/ready"


@dataclass(frozen=True)
class Addresses:
    """Where a service finds its database, everybody the broker, and catalog its pictures."""

    service_urls: Mapping[str, str] = field(repr=False)
    migrator_urls: Mapping[str, str] = field(repr=False)
    amqp_url: str = field(repr=False)
    """Empty where there is no broker."""
    media_folder: Path

    def pictures(self, outer: Mapping[str, str]) -> dict[str, str]:
        """In a folder of ours, unless whoever starts us says otherwise."""
        return {"MEDIA_FOLDER": str(self.media_folder), **_passed_on_to("catalog", outer)}


def gigsta(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", "gigsta_cli", *arguments)


@dataclass(frozen=True)
class Commands:
    """What is run for what; tests put small programs of their own here."""

    serve: Callable[[str], tuple[str, ...]] = lambda name: gigsta("serve", name)
    migrate: tuple[str, ...] = field(default_factory=lambda: gigsta("migrate", "up"))
    seed: tuple[str, ...] = field(default_factory=lambda: gigsta("seed", "--if-empty"))
    web: tuple[str, ...] = field(default_factory=lambda: gigsta("web", "build"))


def service_environment(
    name: str,
    ports: Ports,
    addresses: Addresses,
    outer: Mapping[str, str],
    *,
    key_encryption_key: str,
    gateway_secret: str,
    mail_link_secret: str,
) -> dict[str, str]:
    """What one service is told, and nothing that it does not need. `outer` is the environment of `gigsta up`."""
    secrets = {
        "auth": {"KEY_ENCRYPTION_KEY": key_encryption_key, "GATEWAY_SECRET": gateway_secret},
        "bookings": {"MAIL_LINK_SECRET": mail_link_secret},
    }
    return {
        **common_environment(ports, outer),
        **_passed_on_to(name, outer),
        **(addresses.pictures(outer) if name == "catalog" else {}),
        **secrets.get(name, {}),
        "PORT": str(ports.service(name)),
        "MONGODB_URL": addresses.service_urls[name],
        "AMQP_URL": addresses.amqp_url,
    }


def gateway_environment(ports: Ports, outer: Mapping[str, str], *, gateway_secret: str, web: Path) -> dict[str, str]:
    """`web` is where the built web app lies, or will lie."""
    upstreams = {f"UPSTREAM_{name.upper()}": f"http://127.0.0.1:{ports.service(name)}" for name in SERVICES}
    # The web app's own development server calls from there.
    pages = {"CORS_ORIGINS": outer.get("CORS_ORIGINS") or "http://localhost:5173,http://127.0.0.1:5173"}
    return {
        **common_environment(ports, outer),
        **_passed_on_to(GATEWAY, outer),
        "PORT": str(ports.gateway),
        "GATEWAY_SECRET": gateway_secret,
        "WEB_DIST": str(web),
        **pages,
        **upstreams,
    }


def one_process_environment(
    ports: Ports,
    addresses: Addresses,
    outer: Mapping[str, str],
    *,
    key_encryption_key: str,
    gateway_secret: str,
    mail_link_secret: str,
    web: Path,
) -> dict[str, str]:
    """What everybody is told, for `gigsta serve --all`; whose database is where, by the service's name."""
    together: dict[str, str] = {}
    for name in SERVICES:
        environment = service_environment(
            name,
            ports,
            addresses,
            outer,
            key_encryption_key=key_encryption_key,
            gateway_secret=gateway_secret,
            mail_link_secret=mail_link_secret,
        )
        together[f"MONGODB_URL_{name.upper()}"] = environment.pop("MONGODB_URL")
        del environment["AMQP_URL"]
        together |= environment
    return together | gateway_environment(ports, outer, gateway_secret=gateway_secret, web=web)


def _passed_on_to(name: str, outer: Mapping[str, str]) -> dict[str, str]:
    prefixes = PASSED_ON_TO.get(name, ())
    return {key: value for key, value in outer.items() if prefixes and key.startswith(prefixes)}


def job_environment(addresses: Addresses, ports: Ports, outer: Mapping[str, str], **more: str) -> dict[str, str]:
    """For the jobs that see to every service at once: `gigsta migrate up` and `gigsta seed`."""
    urls = {f"MONGODB_URL_{name.upper()}": url for name, url in addresses.service_urls.items()}
    urls |= {f"MIGRATION_MONGODB_URL_{name.upper()}": url for name, url in addresses.migrator_urls.items()}
    # In one process auth has no port of its own that is known beforehand.
    keys = {"JWKS_URL": f"http://127.0.0.1:{ports.gateway}/api/v1{JWKS_PATH}"}
    broker = {"AMQP_URL": addresses.amqp_url} if addresses.amqp_url else keys
    return {**common_environment(ports, outer), **addresses.pictures(outer), **urls, **broker, **more}


def common_environment(ports: Ports, outer: Mapping[str, str]) -> dict[str, str]:
    passed = {name: outer[name] for name in PASSED_ON if name in outer}
    return {
        "LOG_LEVEL": "info",
        **passed,
        "ENVIRONMENT": "development",
        "PUBLIC_URL": f"http://localhost:{ports.gateway}",
        "JWKS_URL": f"http://127.0.0.1:{ports.service('auth')}{JWKS_PATH}",
    }


def admins_show_two(outer: Mapping[str, str]) -> bool:
    """Whether the services will take `ADMIN_SECOND_FACTOR` for a yes, which the demo's administrator has to be told."""
    try:
        return TypeAdapter(bool).validate_python(outer.get("ADMIN_SECOND_FACTOR") or "no")
    except ValidationError:
        return False


def database_url(server_url: str, database: str) -> str:
    """The URL of one database on an existing server, logging in as the server's URL says."""
    url = urlsplit(server_url)
    options = dict(parse_qsl(url.query))
    if url.username and "authSource" not in options:
        options["authSource"] = url.path.strip("/") or "admin"
    query = urlencode(options, quote_via=quote, safe="/,:")
    return SplitResult(url.scheme, url.netloc, f"/{database}", query, "").geturl()


def log_file(state: Path, name: str) -> Path:
    return state / "logs" / f"{name}.log"
