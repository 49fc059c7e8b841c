"""Running `gigsta import-legacy` in a test, and looking at what came of it."""

from typing import Any

from pymongo import MongoClient
from typer.testing import CliRunner

from gigsta_cli.main import app
from gigsta_common.localservers import Mongod

Client = MongoClient[dict[str, Any]]


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def count(mongod: Mongod, service: str, collection: str) -> int:
    with Client(mongod.url) as client:
        return client[f"gigsta_{service}"][collection].count_documents({})
