"""What `gigsta up` shows: a line for each step done, then what runs where."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text


@dataclass(frozen=True)
class Running:
    """One line of the table."""

    name: str
    address: str
    pid: int | None
    log: str


class Display:
    """Steps may run side by side, each in its own thread; on a terminal a spinner names those under way."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or _console()
        self._fancy = (self.console.encoding or "").lower().startswith("utf")
        self._status = self.console.status("")
        self._lock = threading.Lock()
        self._under_way: list[str] = []

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Shows a tick and the seconds it took, unless it raises."""
        start = time.monotonic()
        self._begin(title)
        try:
            yield
        except BaseException:
            self._end(title)
            raise
        self._end(title)
        tick = "✓" if self._fancy else "ok"
        self._print(Text.assemble((f"  {tick} ", "green"), f"{title}  ", (_seconds(start), "dim")))

    def say(self, sentence: str) -> None:
        self._print(Text(f"  {sentence}"))

    def problem(self, sentence: str) -> None:
        with suppress(OSError):
            self._status.stop()
        cross = "✗" if self._fancy else "!!"
        self._print(Text.assemble((f"  {cross} ", "bold red"), sentence))

    def summary(self, running: list[Running], *, url: str, seconds: float, accounts: list[str], password: str) -> None:
        table = Table(box=box.SIMPLE if self._fancy else box.ASCII, pad_edge=False)
        for heading in ("what", "where", "process", "memory", "log"):
            table.add_column(heading, justify="right" if heading in ("process", "memory") else "left", overflow="fold")
        for row in running:
            table.add_row(row.name, row.address, str(row.pid or ""), _memory(row.pid), row.log)
        self._print(table)
        if accounts:
            self.say(f"Demo accounts: {', '.join(accounts)}, all with the password {password}")
        self.say(
            f"Open {url} for the app, {url}/api/docs for the API, and {url}/dev/mail for every mail that was sent."
        )
        self.say(f"GigSta is ready on {url} after {seconds:.1f} s. Ctrl-C stops everything.")

    def _print(self, what: RenderableType) -> None:
        """A terminal that was closed must not keep us from stopping in good order."""
        with suppress(OSError):
            self.console.print(what)

    def _begin(self, title: str) -> None:
        with self._lock:
            self._under_way.append(title)
            self._show()

    def _end(self, title: str) -> None:
        with self._lock:
            self._under_way.remove(title)
            self._show()

    def _show(self) -> None:
        with suppress(OSError):
            if self._under_way and self.console.is_terminal:
                self._status.update(", ".join(self._under_way))
                self._status.start()
            else:
                self._status.stop()


def _console() -> Console:
    """What is no terminal has no width, and somebody reads it later in a window of their own."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=160)


def _seconds(start: float) -> str:
    return f"{time.monotonic() - start:.1f} s"


def _memory(pid: int | None) -> str:
    try:
        return f"{psutil.Process(pid).memory_info().rss / 1024**2:.0f} MB" if pid else ""
    except psutil.Error:
        return ""
