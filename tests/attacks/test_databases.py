"""A9: what the database user of one service can do in another's database, should its password be lost."""

import itertools
from typing import Any

import pymongo
import pytest
from pymongo.errors import OperationFailure

from gigsta_cli.up.plan import SERVICES

from .conftest import Stack

pytestmark = pytest.mark.e2e

UNAUTHORIZED = 13


@pytest.mark.parametrize("thief", SERVICES)
def test_nothing_can_be_done_in_anothers_database(stack: Stack, thief: str) -> None:
    with pymongo.MongoClient[dict[str, Any]](stack.database_url(thief), serverSelectionTimeoutMS=5000) as client:
        own = client.get_default_database()
        own["migrations"].find_one({})  # its own it may read
        others = [f"gigsta_{name}" for name in SERVICES if name != thief]
        assert own.name not in others
        deeds: list[dict[str, Any]] = [
            {"listCollections": 1},
            {"find": "outbox"},
            {"insert": "outbox", "documents": [{"_id": thief}]},
            {"delete": "outbox", "deletes": [{"q": {}, "limit": 0}]},
            {"aggregate": "outbox", "pipeline": [{"$match": {}}], "cursor": {}},
            {"usersInfo": 1},
            {"createUser": "eve", "pwd": "eve", "roles": ["readWrite"]},
            {"dropDatabase": 1},
        ]
        for name, deed in itertools.product([*others, "admin", "local", "config"], deeds):
            with pytest.raises(OperationFailure) as refused:
                client[name].command(deed)
            assert refused.value.code == UNAUTHORIZED, (name, deed)
        for stage in (
            ("$out", {"db": others[0], "coll": "users"}),
            ("$merge", {"into": {"db": others[0], "coll": "users"}}),
        ):
            with pytest.raises(OperationFailure) as refused:
                own.command({"aggregate": "migrations", "pipeline": [dict([stage])], "cursor": {}})
            assert refused.value.code == UNAUTHORIZED, stage
