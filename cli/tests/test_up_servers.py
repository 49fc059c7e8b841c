"""Servers that exist already are asked before anything is built on them."""

from pathlib import Path

import pytest

from gigsta_cli.up.checks import UpError
from gigsta_cli.up.servers import ExistingBroker, ExistingDatabase
from gigsta_common.localservers import Child, free_port
from gigsta_common.localservers.mongod_binary import find_mongod
from gigsta_common.localservers.process import port_answers


def test_servers_that_answer_are_accepted(mongod_url: str, amqp_url: str) -> None:
    ExistingDatabase(mongod_url).start()
    ExistingBroker(amqp_url).start()


def test_a_database_that_never_answers_is_named_without_its_password() -> None:
    url = f"mongodb://user:secret@127.0.0.1:{free_port()}/"
    with pytest.raises(UpError, match=r"MONGODB_URL.*did not answer") as told:
        ExistingDatabase(url, wait_seconds=0).start()
    assert "secret" not in str(told.value)


def test_a_broker_that_never_answers_is_named() -> None:
    with pytest.raises(UpError, match=r"AMQP_URL.*did not answer"):
        ExistingBroker(f"amqp://user:secret@127.0.0.1:{free_port()}/", wait_seconds=0).start()


def test_a_broker_that_refuses_us_is_not_waited_for(amqp_url: str) -> None:
    wrong = amqp_url.replace("@", "x@")
    with pytest.raises(UpError, match="refuses the user"):
        ExistingBroker(wrong).start()


def test_a_database_without_a_replica_set_is_refused(tmp_path: Path) -> None:
    port = free_port()
    argv: list[str | Path] = [
        find_mongod(),
        "--dbpath",
        tmp_path,
        "--port",
        str(port),
        "--bind_ip",
        "127.0.0.1",
        "--nounixsocket",
    ]
    mongod = Child("mongod", argv, log=tmp_path / "mongod.log")
    mongod.start()
    try:
        mongod.wait_until(lambda: port_answers(port), timeout=30)
        with pytest.raises(UpError, match="not a replica set"):
            ExistingDatabase(f"mongodb://127.0.0.1:{port}/").start()
    finally:
        mongod.stop(0)
