"""What is told before anything is started."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gigsta_cli.up.checks import UpError, claimed, port_is_free, require_free
from gigsta_cli.up.command import set_long_logs_aside


def test_a_taken_port_is_told_with_who_wants_it_who_has_it_and_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UpError) as told:
            require_free({port: "the geo service"}, suggestion=8100)
    sentence = str(told.value)
    assert f"Port {port}, which the geo service needs" in sentence
    assert f"(process {os.getpid()})" in sentence
    assert "GIGSTA_PORT=8100 make up" in sentence


def test_a_port_is_free_again_once_its_listener_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            connection, _ = server.accept()
            connection.close()  # our side closes first, and keeps the port in TIME_WAIT
        assert not port_is_free(port)
    assert port_is_free(port)


def test_a_state_directory_in_use_is_told_with_its_process(tmp_path: Path) -> None:
    with claimed(tmp_path), pytest.raises(UpError, match=f"process {os.getpid()}"), claimed(tmp_path):
        pass
    with claimed(tmp_path):
        pass


def test_a_killed_owner_lets_go_of_the_state_directory(tmp_path: Path) -> None:
    holds = f"""
from pathlib import Path
from gigsta_cli.up.checks import claimed
import sys, time
with claimed(Path({str(tmp_path)!r})):
    print("claimed", flush=True)
    time.sleep(60)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", holds], stdout=subprocess.PIPE, env=environment) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == b"claimed\n"
        with pytest.raises(UpError, match=f"process {owner.pid}"), claimed(tmp_path):
            pass
        owner.kill()
    with claimed(tmp_path):
        pass


def test_a_log_that_has_grown_long_is_set_aside(tmp_path: Path) -> None:
    long, short = tmp_path / "long.log", tmp_path / "short.log"
    with long.open("wb") as stream:
        stream.truncate(11 * 1024**2)
    short.write_text("a line\n")
    set_long_logs_aside(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.log.old", "short.log"]
