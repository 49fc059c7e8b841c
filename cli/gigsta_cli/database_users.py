"""`gigsta db`: the least that each service needs to be allowed, made or printed.

A user's name and password are those in the URL that the service is given (`MONGODB_URL_AUTH`,
`MIGRATION_MONGODB_URL_AUTH`), so there is one place for them. Where no URL says, one is made up and printed.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure
from rich.console import Console

from gigsta_cli import services
from gigsta_common import mongo
from gigsta_common.localservers.mongod_users import (
    DOCUMENT_ACTIONS,
    MIGRATOR_ACTIONS,
    database_name,
    ensure_admin,
    ensure_user,
    migrator_name,
)
from gigsta_common.settings import SettingsError, told

ANSWER_MS = 20_000
FIRST_SECONDS = 60
LOCAL = "127.0.0.1"


@dataclass(frozen=True)
class Login:
    """One user: whom it is for, what it may do, and how to log in as it."""

    variable: str
    service: str
    user: str
    actions: Sequence[str]
    url: str = field(repr=False)
    made_up: bool

    @property
    def database(self) -> str:
        return mongo.database_name(self.service, self.url)

    @property
    def password(self) -> str:
        return unquote(urlsplit(self.url).password or "")


def logins(server: str) -> list[Login]:
    """The two users of each service. `server` is the URL of any user on the server they belong on.

    Raises:
        SettingsError: a URL names no user, or one of another name than the service's, which two services might share.
    """
    found = []
    for service in services.chosen(None):
        for prefix, user, actions in (
            ("", service, DOCUMENT_ACTIONS),
            ("MIGRATION_", migrator_name(service), MIGRATOR_ACTIONS),
        ):
            variable = f"{prefix}MONGODB_URL_{service.upper()}"
            url = told(variable)
            if url and (urlsplit(url).username != user or not urlsplit(url).password):
                raise SettingsError(f"The URL in {variable} must name the user {user} and a password.")
            made = url or _made_up(server, user, database_name(service))
            found.append(Login(variable, service, user, actions, made, made_up=not url))
    return found


def make() -> None:
    """Make every user on the server that MONGODB_ADMIN_URL names, or give it its present password and rights."""
    url = admin_url()
    console = Console(highlight=False, soft_wrap=True)
    wanted = logins(url)
    with MongoClient[dict[str, Any]](url, timeoutMS=ANSWER_MS) as client:
        for login in wanted:
            ensure_user(client, login.database, login.user, login.password, login.actions)
            console.print(f"{login.user:<22} {login.database:<21} {', '.join(login.actions)}")
    for login in wanted:
        if login.made_up:
            console.print(f"{login.variable}={login.url}")


def print_for_atlas() -> None:
    """The same for Atlas, which makes users by its own API only: commands of its `atlas` tool."""
    server = told("MONGODB_ADMIN_URL") or "mongodb+srv://YOUR-CLUSTER.mongodb.net/"
    print("\n".join(line for login in logins(server) for line in atlas_commands(login)))  # noqa: T201


def atlas_commands(login: Login) -> list[str]:
    """A role that may do as much, and a user that has it. Atlas keeps users in `admin`, which is their authSource."""
    database = login.database
    role = f"gigsta_{login.user}"
    privileges = ",".join(f"{_in_atlas(action)}@{database}" for action in login.actions)
    return [
        f"atlas customDbRoles create {role} --privilege {privileges}",
        f"atlas dbusers create --username {login.user} --password '{login.password}' --role {role}@admin",
        f"# {login.variable}={_at_admin(login.url)}",
    ]


def initiate(host: str, port: int) -> None:
    """Make a new mongod beside us a replica set of one, known to the others as `host`, with its administrator.

    mongod lets nobody else do that, and only from its own machine (or network namespace), before the first user.
    """
    admin = urlsplit(admin_url())
    with MongoClient[dict[str, Any]](LOCAL, port, directConnection=True, timeoutMS=ANSWER_MS) as client:
        if "setName" not in client.admin.command("hello"):
            members = [{"_id": 0, "host": host}]
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
        deadline = time.monotonic() + FIRST_SECONDS
        while not _is_primary(client):
            if time.monotonic() > deadline:
                raise SettingsError(f"mongod did not become primary within {FIRST_SECONDS} seconds; its log says why.")
            time.sleep(0.1)
    ensure_admin(port, unquote(admin.password or ""))
    Console(highlight=False).print(f"{host} is a replica set and has its administrator.")


def admin_url() -> str:
    """Where users may be made, and as whom.

    Raises:
        SettingsError: nothing says so.
    """
    url = told("MONGODB_ADMIN_URL")
    if not url:
        raise SettingsError("Set MONGODB_ADMIN_URL to the URL of a user who may make users.")
    return url


def _is_primary(client: MongoClient[dict[str, Any]]) -> bool:
    try:
        return bool(client.admin.command("hello")["isWritablePrimary"])
    except (AutoReconnect, OperationFailure):
        return False


def _in_atlas(action: str) -> str:
    """`createIndex` is CREATE_INDEX there."""
    return "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in action)


def _made_up(server: str, user: str, database: str) -> str:
    url = urlsplit(server)
    host = url.netloc.rpartition("@")[2]
    login = f"{quote(user)}:{secrets.token_urlsafe(24)}@{host}"
    options = [part for part in url.query.split("&") if part and not part.startswith("authSource=")]
    return SplitResult(url.scheme, login, f"/{database}", "&".join([f"authSource={database}", *options]), "").geturl()


def _at_admin(url: str) -> str:
    parts = urlsplit(url)
    options = [part for part in parts.query.split("&") if part and not part.startswith("authSource=")]
    return parts._replace(query="&".join(["authSource=admin", *options])).geturl()
