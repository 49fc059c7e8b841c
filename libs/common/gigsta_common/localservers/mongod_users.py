"""The database users: one administrator, and for each service one that runs it and one that migrates it.

For `make up`, and for every other server on which `gigsta db users` makes them.
"""

from collections.abc import Sequence
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from gigsta_common.localservers.process import LocalServerError

Client = MongoClient[dict[str, Any]]

ADMIN = "gigsta_admin"
OTHER_PASSWORDS = (
    "The data of mongod were made with other passwords than those in secrets.json: "
    "put that file back, or remove the data with `make clean-data`."
)
DOCUMENT_ACTIONS = ("find", "insert", "update", "remove", "changeStream")
MIGRATOR_ACTIONS = (
    *DOCUMENT_ACTIONS,
    "createCollection",
    "dropCollection",
    "createIndex",
    "dropIndex",
    "collMod",
    "listCollections",
    "listIndexes",
)


def database_name(service: str) -> str:
    return f"gigsta_{service}"


def migrator_name(service: str) -> str:
    return f"{service}_migrator"


def ensure_admin(port: int, password: str) -> None:
    """Makes the first user, through the localhost exception, or checks that its password fits."""
    if _admin_logs_in(port, password):
        return
    with Client("127.0.0.1", port, directConnection=True) as client:
        try:
            client.admin.command("createUser", ADMIN, pwd=password, roles=["root"])
        except OperationFailure as error:
            raise LocalServerError(OTHER_PASSWORDS) from error


def _admin_logs_in(port: int, password: str) -> bool:
    with admin_client(port, password) as client:
        try:
            client.admin.command("ping")
        except OperationFailure:
            return False
        return True


def admin_client(port: int, password: str) -> Client:
    return Client("127.0.0.1", port, username=ADMIN, password=password, directConnection=True, timeoutMS=20_000)


def ensure_service_user(client: Client, service: str, password: str) -> None:
    """Makes the user a service runs as: it reads and writes documents in its own database, no more."""
    ensure_user(client, database_name(service), service, password, DOCUMENT_ACTIONS)


def ensure_migrator_user(client: Client, service: str, password: str) -> None:
    """Makes the user that migrates one service: it may also change collections, indexes and validators."""
    ensure_user(client, database_name(service), migrator_name(service), password, MIGRATOR_ACTIONS)


def ensure_user(client: Client, database_name: str, name: str, password: str, actions: Sequence[str]) -> None:
    """User and role have one name and live in the service's database, so that is the authSource."""
    database = client[database_name]
    resource = {"db": database.name, "collection": ""}
    privileges = [{"resource": resource, "actions": list(actions)}]
    role_exists = database.command("rolesInfo", name)["roles"]
    database.command("updateRole" if role_exists else "createRole", name, privileges=privileges, roles=[])
    user_exists = database.command("usersInfo", name)["users"]
    database.command("updateUser" if user_exists else "createUser", name, pwd=password, roles=[name])
