"""Builds and checks the web app with Node.js, and does nothing where that is done already."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

OLDEST_NODE = (20, 19)
ROOT = Path(__file__).parents[2]
_INPUTS = (
    "package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json", "public", "scripts", "src",
)  # fmt: skip
_NODE_SECONDS = 20
_INSTALL_SECONDS = 600
_WORK_SECONDS = 600

Say = Callable[[str], None]


class WebError(Exception):
    """There can be no web app; the text is one plain sentence that says why."""


class NoNode(WebError):
    """Node.js or npm is missing, or too old."""


class WebApp:
    def __init__(self, state: Path, *, folder: Path = ROOT / "web", say: Say = print) -> None:
        """`state` is the directory for everything that is written, but for `node_modules`, which Node.js wants beside
        the sources."""
        self._folder = folder
        self._place = state / "web"
        self._say = say

    @property
    def dist(self) -> Path:
        return self._place / "dist"

    def build(self) -> None:
        """Raises WebError."""
        stamp, wanted = self._place / "stamp", self._fingerprint()
        if _text(stamp) == wanted and (self.dist / "index.html").is_file():
            self._say("The web app is as its sources are.")
            return
        npm = require_node()
        self._install(npm)
        fresh = self._place / "new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._run([npm, "run", "--silent", "build"], {"WEB_OUT": str(fresh)})
        # Whoever is served from here meanwhile gets the old app or the new one, never half of each.
        shutil.rmtree(self.dist, ignore_errors=True)
        fresh.rename(self.dist)
        stamp.write_text(wanted)

    def check(self) -> None:
        """Check, test and build the sources. Raises WebError."""
        npm = require_node()
        self._install(npm)
        for script in ("check", "test"):
            self._run([npm, "run", "--silent", script])
        self.build()

    def generate(self) -> None:
        """Write the types of the services' APIs anew. Raises WebError."""
        npm = require_node()
        self._install(npm)
        self._run([npm, "run", "--silent", "generate"])

    def _install(self, npm: str) -> None:
        """With every package's hash verified, and only where the lock file has changed since."""
        stamp = self._folder / "node_modules" / ".gigsta-lock"
        wanted = hashlib.sha256((self._folder / "package-lock.json").read_bytes()).hexdigest()
        if _text(stamp) == wanted:
            return
        self._say("installing the packages of web/package-lock.json")
        self._run(
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], seconds=_INSTALL_SECONDS
        )
        stamp.write_text(wanted)

    def _run(self, command: list[str], more: dict[str, str] | None = None, seconds: float = _WORK_SECONDS) -> None:
        try:
            done = subprocess.run(
                command,
                cwd=self._folder,
                env={**os.environ, **(more or {})},
                stdin=subprocess.DEVNULL,
                timeout=seconds,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise WebError(f"`{_short(command)}` did not get anywhere: {error}") from None
        if done.returncode != 0:
            raise WebError(f"`{_short(command)}` failed in web/.")

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self._inputs()):
            digest.update(f"{path.relative_to(self._folder)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def _inputs(self) -> Iterator[Path]:
        for name in _INPUTS:
            path = self._folder / name
            if path.is_file():
                yield path
            yield from (each for each in path.rglob("*") if each.is_file() and ".test." not in each.name)


def require_node() -> str:
    """Where npm is. Raises NoNode."""
    node, npm = shutil.which("node"), shutil.which("npm")
    needed = ".".join(str(number) for number in OLDEST_NODE)
    if node is None or npm is None:
        raise NoNode(f"Node.js {needed} or newer, with npm, is missing here.")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=_NODE_SECONDS, check=False)
    found = re.match(r"v(\d+)\.(\d+)\.", said.stdout)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_NODE:
        raise NoNode(f"Node.js {needed} or newer is needed and this is {said.stdout.strip() or 'something else'}.")
    return npm


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _short(command: list[str]) -> str:
    return " ".join([Path(command[0]).name, *command[1:3]])
