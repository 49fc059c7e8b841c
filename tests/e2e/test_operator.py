"""The operator's commands in the documentation, typed as they stand there while everything serves."""

import io
import os
import shlex
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gigsta_common.testing.waiting import until
from tests import documented

pytestmark = pytest.mark.e2e

HARMLESS = [
    ["backup"],
    ["db", "users", "--atlas"],
    ["doctor"],
    ["events", "declare"],
    ["events", "parked"],
    ["mails", "failed"],
    ["migrate", "status"],
    ["ratings", "check"],
    ["replay"],
]
"""How those begin that a marketplace which serves can take. What runs the others, `tests/house/test_site.py` knows."""
TYPED = [
    words
    for words in documented.of_gigsta()
    if any(words[: len(own)] == own for own in HARMLESS) and documented.is_whole(words)
    # There is a bucket in cli/tests/test_backup_in_bucket.py only.
    if not any(word.startswith("bucket:") for word in words)
]
IN_THE_BROKERS_CONTAINER = [line for line in documented.lines() if line.startswith("docker compose exec rabbitmq ")]
SECONDS = 120

Type = Callable[[list[str]], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def gigsta(request: pytest.FixtureRequest, tmp_path: Path) -> Type:
    """Types the words after `gigsta`; a backup goes where it is thrown away."""
    environment = dict(os.environ)
    if os.environ.get("GIGSTA_COMPOSE"):
        program, backups = ["docker", "compose", "run", "--rm", "-T", "gigsta"], "/tmp/"
    elif os.environ.get("GIGSTA_BASE_URL"):
        pytest.skip("its databases are reached by those who run it")
    else:
        program, backups = [sys.executable, "-m", "gigsta_cli"], f"{tmp_path}/"
        environment |= {"GIGSTA_STATE": str(request.getfixturevalue("marketplace").state)}
        environment |= {"PYTHONPATH": os.pathsep.join(sys.path)}

    def typed(words: list[str]) -> "subprocess.CompletedProcess[str]":
        said = [word.replace("/backups/", backups) for word in words]
        return _run([*program, *said], environment)

    return typed


def _run(command: list[str], environment: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=documented.ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


@pytest.mark.parametrize("words", TYPED, ids=shlex.join)
def test_a_command_of_the_documentation_works(gigsta: Type, words: list[str]) -> None:
    done = gigsta(words)
    if words == ["doctor"]:  # whoever comes right after a test that has killed something finds not all well yet
        done = until(lambda: (again := gigsta(words)).returncode == 0 and again, done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_most_of_them_are_typed() -> None:
    assert len(TYPED) >= len(HARMLESS)
    assert all(any(words[: len(own)] == own for words in TYPED) for own in HARMLESS)


@pytest.mark.skipif(not os.environ.get("GIGSTA_COMPOSE"), reason="only a container has the broker's own tools")
@pytest.mark.parametrize("line", IN_THE_BROKERS_CONTAINER)
def test_the_brokers_own_tools_answer_in_its_container(line: str) -> None:
    done = _run([*shlex.split(line)[:3], "-T", *shlex.split(line)[3:]])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not os.environ.get("GIGSTA_COMPOSE"), reason="there are no containers")
def test_compose_shows_who_runs() -> None:
    done = _run(["docker", "compose", "ps"])
    assert done.returncode == 0, done.stderr
    assert "gateway" in done.stdout


@pytest.mark.skipif(not os.environ.get("GIGSTA_COMPOSE"), reason="there are no containers")
def test_what_has_to_be_kept_is_written_out() -> None:
    command = ["docker", "compose", "run", "--rm", "-T", "keep"]
    done = subprocess.run(command, cwd=documented.ROOT, capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as kept:
        assert "./secrets/secrets.json" in kept.getnames()
