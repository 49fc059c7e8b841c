"""How the supervisor watches, restarts, gives up and stops; with units that are mere objects."""

import errno
import threading
from pathlib import Path

import pytest

from gigsta_cli.up import supervisor as module
from gigsta_cli.up.checks import UpError
from gigsta_cli.up.supervisor import Record, Stopped, Supervisor
from gigsta_common.localservers import LocalServerError
from gigsta_common.testing.waiting import until


class FakeUnit:
    pid = 1

    def __init__(self, name: str, journal: list[str], *, survives_start: bool = True, stubborn: bool = False) -> None:
        self.troubles: list[Exception] = []
        self.name = name
        self.log = Path(f"{name}.log")
        self.alive = True
        self._journal = journal
        self._survives_start = survives_start
        self._stubborn = stubborn

    def start(self) -> None:
        self._journal.append(f"start {self.name}")
        if self.troubles:
            raise self.troubles.pop()
        if not self._survives_start:
            raise LocalServerError("it died")
        self.alive = True

    def terminate(self) -> None:
        self._journal.append(f"terminate {self.name}")
        if not self._stubborn:
            self.alive = False

    def stop(self, grace: float, /) -> None:
        if self.alive:
            self._journal.append(f"kill {self.name}")
        self.alive = False

    def how_it_ended(self) -> str:
        return "exit code 3"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)


def test_one_that_dies_is_named_and_started_again() -> None:
    said: list[str] = []
    journal: list[str] = []
    supervisor, unit = Supervisor(said.append), FakeUnit("geo", journal)
    watching = threading.Thread(target=supervisor.watch, args=([unit],))
    watching.start()
    try:
        unit.alive = False
        until(lambda: "geo is up again." in said)
    finally:
        supervisor.stop()
        watching.join(timeout=10)
    assert journal == ["start geo"]
    assert said[0].startswith("geo stopped (exit code 3) and is started again")
    assert "geo.log" in said[0]


def test_a_full_disk_is_told_and_outlived() -> None:
    said: list[str] = []
    journal: list[str] = []
    supervisor, unit = Supervisor(said.append), FakeUnit("mongod", journal)
    unit.troubles = [OSError(errno.ENOSPC, "No space left on device")]
    unit.alive = False
    watching = threading.Thread(target=supervisor.watch, args=([unit],))
    watching.start()
    try:
        until(lambda: "mongod is up again." in said)
    finally:
        supervisor.stop()
        watching.join(timeout=10)
    assert journal == ["start mongod"] * 2
    assert "No space left on device" in said[1]


def test_one_that_keeps_dying_is_given_up_with_the_way_out() -> None:
    said: list[str] = []
    journal: list[str] = []
    unit = FakeUnit("geo", journal, survives_start=False)
    unit.alive = False
    with pytest.raises(UpError, match=r"geo stopped 5 times within a minute.*geo\.log.*make up"):
        Supervisor(said.append).watch([FakeUnit("auth", journal), unit])
    assert journal == ["start geo"] * 4


def test_pauses_grow_and_are_forgotten() -> None:
    record = Record()
    record.deaths.append(100)
    first = record.pause(100)
    record.deaths.extend([101, 102])
    assert record.pause(102) == pytest.approx(4 * first)
    assert record.pause(161.5) == pytest.approx(first)
    record.deaths.extend([103, 104])
    assert record.hopeless(105)
    assert not record.hopeless(161)


def test_groups_stop_one_after_the_other() -> None:
    journal: list[str] = []
    gateway, auth, geo, database = (FakeUnit(name, journal) for name in ("gateway", "auth", "geo", "database"))
    Supervisor(journal.append).stop_all([[gateway], [auth, geo], [], [database]])
    assert journal == ["terminate gateway", "terminate auth", "terminate geo", "terminate database"]


def test_one_that_does_not_stop_is_killed_and_named() -> None:
    journal: list[str] = []
    stubborn, database = FakeUnit("geo", journal, stubborn=True), FakeUnit("database", journal)
    Supervisor(journal.append).stop_all([[stubborn], [database]], grace=0.05)
    assert journal == [
        "terminate geo",
        "geo did not stop within 0 seconds and is killed.",
        "kill geo",
        "terminate database",
    ]


def test_waiting_ends_when_somebody_asks_to_stop() -> None:
    supervisor = Supervisor(lambda _: None)
    forever = threading.Event()
    work = supervisor.begin(forever.wait)
    supervisor.stop()
    with pytest.raises(Stopped):
        supervisor.wait(work)
    forever.set()


def test_waiting_for_one_work_ends_when_another_fails() -> None:
    supervisor = Supervisor(lambda _: None)
    forever = threading.Event()
    needed = supervisor.begin(forever.wait)

    def fails() -> None:
        raise LocalServerError("no mongod")

    supervisor.begin(fails)
    with pytest.raises(LocalServerError, match="no mongod"):
        supervisor.wait(needed)
    forever.set()


def test_a_second_signal_kills_at_once() -> None:
    journal: list[str] = []
    stubborn, database = FakeUnit("geo", journal, stubborn=True), FakeUnit("database", journal)
    supervisor = Supervisor(journal.append)
    supervisor.on_signal()
    supervisor.on_signal()
    supervisor.stop_all([[stubborn], [database]], grace=60)
    assert journal == ["terminate geo", "kill geo", "terminate database"]
