"""Auth's part in `gigsta replay`: what it tells the others of accounts, those that are closed among them."""

from typing import cast

from gigsta_auth.crud.closing import CLOSED_USERS
from gigsta_auth.crud.users import USERS
from gigsta_auth.models.users import User, summarised
from gigsta_common.events import UserSummarised
from gigsta_common.mongo import Database, Document
from gigsta_common.replay import CollectionSource, Fact, Together


class Told:
    def __init__(self, db: Database) -> None:
        self.closed = CollectionSource(db[CLOSED_USERS], _closed)
        self.suspended = CollectionSource(db[USERS], _account, {"suspension": {"$exists": True}})
        """Now or ever."""
        self.accounts = Together(CollectionSource(db[USERS], _account), self.closed)
        """All there are, and all there were."""


def _account(document: Document) -> Fact:
    return _fact(summarised(cast("User", document)), document)


def _closed(document: Document) -> Fact:
    return _fact(UserSummarised(user_id=document["_id"], closed_at=document["closed_at"]), document)


def _fact(data: UserSummarised, document: Document) -> Fact:
    return Fact("user.summarised", data, data.user_id, document["version"])
