"""Starts units side by side, keeps them running, and stops them in order."""

import signal
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from gigsta_cli.up.checks import UpError
from gigsta_cli.up.units import Job, Unit
from gigsta_common.localservers import LocalServerError

LOOK_SECONDS = 0.1
DEATHS = 5
WITHIN_SECONDS = 60
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10
SETTLE_SECONDS = 2


class Stopped(Exception):
    """Somebody asked us to stop."""


@dataclass
class Record:
    """How a unit has fared: when it died, and who is starting it again."""

    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))
    restart: "Future[None] | None" = None

    def pause(self, now: float) -> float:
        """Seconds before the next try; longer the more often it died of late."""
        recent = sum(1 for death in self.deaths if now - death < WITHIN_SECONDS)
        return min(FIRST_PAUSE_SECONDS * 2.0 ** (recent - 1), LONGEST_PAUSE_SECONDS)

    def hopeless(self, now: float) -> bool:
        return len(self.deaths) == DEATHS and now - self.deaths[0] < WITHIN_SECONDS


class Supervisor:
    """Used from one thread, the main one. `say` shows a sentence to whoever watches."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._stop = threading.Event()
        self._force = threading.Event()
        self._records: dict[str, Record] = defaultdict(Record)
        self._work: list[Future[None]] = []
        self._jobs: list[Job] = []

    def listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda _number, _frame: self.on_signal())

    def on_signal(self) -> None:
        """The first asks for a stop in good order, the second for one at once."""
        if self._stop.is_set():
            self._force.set()
        self._stop.set()

    def stop(self) -> None:
        self._stop.set()

    def begin(self, work: Callable[[], object]) -> "Future[None]":
        """Runs `work` in a thread of its own; `wait` tells how it went."""
        future: Future[None] = Future()
        self._work.append(future)
        threading.Thread(target=_run, args=(work, future), daemon=True).start()
        return future

    def wait(self, *needed: "Future[None]") -> None:
        """Returns once all of these are done. Raises what any work raised, or Stopped."""
        while True:
            if self._stop.is_set():
                raise Stopped
            for work in self._work:
                if work.done():
                    work.result()
            if all(work.done() for work in needed):
                return
            time.sleep(0.02)

    def run(self, job: Job, *, timeout: float) -> None:
        """Waits for a job to end well; a signal ends it early."""
        self.wait(self.begin_job(job, lambda: job.run(timeout=timeout)))

    def begin_job(self, job: Job, work: Callable[[], object]) -> "Future[None]":
        """Begins `work`, which runs this job; a signal ends the job early."""
        self._jobs.append(job)
        return self.begin(work)

    def watch(self, units: Sequence[Unit]) -> None:
        """Keeps the units running until somebody asks us to stop. Raises UpError for one that keeps dying."""
        while not self._stop.wait(LOOK_SECONDS):
            for unit in units:
                self._look_after(unit)

    def stop_all(self, groups: Sequence[Sequence[Unit]], *, grace: float = 20) -> None:
        """Stops one group after the other. A second signal kills whatever is left."""
        self._stop.set()
        for job in self._jobs:
            job.stop(1)
        for group in groups:
            for unit in group:
                unit.terminate()
            deadline = time.monotonic() + grace
            while any(unit.alive for unit in group) and time.monotonic() < deadline and not self._force.is_set():
                time.sleep(0.02)
            for unit in group:
                if unit.alive and not self._force.is_set():
                    self._say(f"{unit.name} did not stop within {grace:.0f} seconds and is killed.")
                unit.stop(0)
        self._settle(groups)

    def _settle(self, groups: Sequence[Sequence[Unit]]) -> None:
        """Stops what a thread of ours may have started in the very moment when everything was stopped."""
        threads = [*self._work, *(record.restart for record in self._records.values() if record.restart)]
        deadline = time.monotonic() + SETTLE_SECONDS
        while not all(thread.done() for thread in threads) and time.monotonic() < deadline:
            time.sleep(0.02)
        for group in groups:
            for unit in group:
                unit.stop(0)

    def _look_after(self, unit: Unit) -> None:
        record = self._records[unit.name]
        if record.restart is None:
            if not unit.alive:
                self._on_death(unit, record, unit.how_it_ended())
        elif record.restart.done():
            error = record.restart.exception()
            record.restart = None
            if error is None:
                self._say(f"{unit.name} is up again.")
            elif not isinstance(error, (LocalServerError, OSError)):
                raise error
            elif unit.alive:
                self._say(f"{error}")
            else:
                how = str(error) if isinstance(error, OSError) else unit.how_it_ended()
                self._on_death(unit, record, how)

    def _on_death(self, unit: Unit, record: Record, how: str) -> None:
        now = time.monotonic()
        record.deaths.append(now)
        if record.hopeless(now):
            raise UpError(
                f"{unit.name} stopped {DEATHS} times within a minute, the last time with {how}, so everything "
                f"is stopped: its log, {unit.log}, says why; mend that and run `make up` again."
            )
        pause = record.pause(now)
        self._say(f"{unit.name} stopped ({how}) and is started again in {pause:.1f} s; its log is {unit.log}.")
        record.restart = self._restart(unit, pause)

    def _restart(self, unit: Unit, pause: float) -> "Future[None]":
        def after_a_pause() -> None:
            if not self._stop.wait(pause):
                unit.start()

        future: Future[None] = Future()
        threading.Thread(target=_run, args=(after_a_pause, future), daemon=True).start()
        return future


def _run(work: Callable[[], object], future: "Future[None]") -> None:
    try:
        work()
    except BaseException as error:  # noqa: BLE001 -- handed to whoever waits
        future.set_exception(error)
    else:
        future.set_result(None)
