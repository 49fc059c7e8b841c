"""The six services, found by name, and the settings with which a job sees to all of them at once.

A job reads `MONGODB_URL_AUTH` and so on; where only `MONGODB_URL` is set, every service lives on that server in a
database of its own. Migrations prefer `MIGRATION_MONGODB_URL_AUTH` or `MIGRATION_MONGODB_URL`: their user may do more.
Each of them may be a file in `SECRETS_DIR`.
"""

import importlib
import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from pymongo.errors import ConfigurationError

from gigsta_cli.up.plan import SERVICES
from gigsta_common import mongo
from gigsta_common.messaging import Handlers
from gigsta_common.settings import ServiceSettings, SettingsError, load, server_url, told
from gigsta_common.settings import broker_url as broker_address

NO_BROKER = "amqp://no-broker.invalid/"
NO_KEYS = "http://no-keys.invalid/"


def module(service: str, name: str) -> ModuleType:
    return importlib.import_module(f"gigsta_{service}.{name}")


def migration_folder(service: str) -> Path:
    return Path(str(importlib.import_module(f"gigsta_{service}").__file__)).parent / "migrations"


def handlers(service: str) -> Handlers[Any]:
    """What a service listens to; a service without consumers listens to nothing."""
    if importlib.util.find_spec(f"gigsta_{service}.consumers") is None:
        return Handlers()
    found: Handlers[Any] = module(service, "consumers").handlers
    return found


def settings(service: str, **changes: Any) -> ServiceSettings:
    """The service's settings from this job's environment. No job talks to the broker through them, or asks for keys.

    Raises:
        SettingsError: lists what is missing or wrong.
    """
    chosen: type[ServiceSettings] = module(service, "settings").Settings
    unused = {"amqp_url": told("AMQP_URL") or NO_BROKER, "jwks_url": told("JWKS_URL") or NO_KEYS}
    return load(chosen, **{"mongodb_url": database_url(service), **unused, **changes})


def database_url(service: str, *, migrating: bool = False, environment: Mapping[str, str] = os.environ) -> str:
    """Where a service's database is.

    Raises:
        SettingsError: no variable says so, or what it says is no such URL.
    """
    names = [f"MONGODB_URL_{service.upper()}", "MONGODB_URL"]
    if migrating:
        names = [f"MIGRATION_{name}" for name in names] + names
    for name in names:
        if url := told(name, environment):
            return _server_url(name, url, "mongodb", "mongodb+srv")
    raise SettingsError(f"Set {' or '.join(names)} to say where the database of {service} is.")


def broker_url() -> str | None:
    """Where RabbitMQ is, if there is one.

    Raises:
        SettingsError: what AMQP_URL says is no such URL.
    """
    url = broker_address(told("AMQP_URL"), told("AMQP_PASSWORD"))
    return _server_url("AMQP_URL", url, "amqp", "amqps") if url else None


def _server_url(variable: str, url: str, *schemes: str) -> str:
    try:
        return server_url(url, *schemes)
    except ValueError as error:
        raise SettingsError(f"{variable} {error}.") from None


def database(service: str, *, migrating: bool = False) -> mongo.Database:
    """The service's database; its client is closed with `await database.client.close()`."""
    url = database_url(service, migrating=migrating)
    try:
        client = mongo.connect(url, app_name=f"gigsta-cli-{service}")
    except (ValueError, ConfigurationError) as error:
        reason = f": {error}" if isinstance(error, ConfigurationError) else ""  # the others may quote the password
        raise SettingsError(f"The URL of the database of {service} is not one that MongoDB knows{reason}.") from None
    return mongo.database(client, mongo.database_name(service, url))


def chosen(service: str | None) -> tuple[str, ...]:
    """One service, or all of them.

    Raises:
        SettingsError: there is none of that name; or all of them would share one database.
    """
    if service is None:
        _check_that_each_has_its_own()
        return SERVICES
    if service not in SERVICES:
        raise SettingsError(f"There is no service named {service}; there are {', '.join(SERVICES)}.")
    return (service,)


def _check_that_each_has_its_own() -> None:
    for kind in ("MONGODB_URL", "MIGRATION_MONGODB_URL"):
        url = told(kind)
        shared = [name for name in SERVICES if not told(f"{kind}_{name.upper()}")]
        if url and len(shared) > 1 and len({mongo.database_name(name, url) for name in shared}) == 1:
            raise SettingsError(
                f"{kind} names one database for {', '.join(shared)}: leave its name out, or give each "
                f"service its own in {kind}_{shared[0].upper()} and so on."
            )
