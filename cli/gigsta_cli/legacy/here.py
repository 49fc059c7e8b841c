"""Who is here already, and is somebody else than the old account that would come."""

from typing import Any

from gigsta_auth.crud.closing import CLOSED_USERS
from gigsta_auth.crud.users import USERS
from gigsta_cli.legacy.made import Made
from gigsta_common.mongo import Database

CLOSED = "is of somebody who has closed their account here since"
"""No fault of what is old. It stays out, and what is here of it stays as it is."""


class Here:
    def __init__(self, auth: Database) -> None:
        self._auth = auth

    async def refusals(self, accounts: list[Made]) -> dict[Any, str]:
        """Why some of these cannot come, by old id. Whoever has come already may have changed everything since."""
        ids = [one.main["_id"] for one in accounts]
        closed = {row["_id"] async for row in self._auth[CLOSED_USERS].find({"_id": {"$in": ids}}, {"_id": 1})}
        owners = await self._owners(accounts)
        found: dict[Any, str] = {}
        for one in accounts:
            if one.main["_id"] in closed:
                found[one.old_id] = CLOSED
            elif one.main["_id"] not in owners.values():
                taken = next((what for what in _unique(one) if what in owners), None)
                if taken is not None:
                    found[one.old_id] = f"{taken[0]}: an account here has the same already ({owners[taken]})"
        return found

    async def _owners(self, accounts: list[Made]) -> dict[tuple[str, str], str]:
        """The accounts that are here under these ids, addresses and identities."""
        keys = {name: [value for one in accounts for field, value in _unique(one) if field == name] for name in _FIELDS}
        either = [{_FIELDS[name]: {"$in": values}} for name, values in keys.items()]
        rows = self._auth[USERS].find({"$or": either}, {"email": 1, "identities.key": 1})
        return {what: row["_id"] async for row in rows for what in _of(row)}


_FIELDS = {"_id": "_id", "email": "email", "oauth_accounts": "identities.key"}


def _of(user: dict[str, Any]) -> list[tuple[str, str]]:
    identities = [("oauth_accounts", identity["key"]) for identity in user.get("identities", ())]
    return [("_id", user["_id"]), ("email", user["email"]), *identities]


def _unique(account: Made) -> list[tuple[str, str]]:
    return _of(account.main)
