"""Where everything this machine's GigSta writes is kept, and the secrets it made up for itself."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gigsta_common.localservers.process import LocalServerError

PROJECT_ROOT = Path(__file__).resolve().parents[4]


def state_dir() -> Path:
    """`.gigsta` in the project, or the directory that GIGSTA_STATE names."""
    return Path(os.environ.get("GIGSTA_STATE") or PROJECT_ROOT / ".gigsta").resolve()


class Secrets:
    """Secrets by name, each generated on first use and kept in one file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._values = _kept(path)

    def password(self, name: str) -> str:
        """A password that is safe inside a URL."""
        return self._values.get(name) or self._keep(name, secrets.token_urlsafe(24))

    def key(self, name: str) -> str:
        """32 random bytes in base64url."""
        return self._values.get(name) or self._keep(name, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())

    def _keep(self, name: str, value: str) -> str:
        self._values[name] = value
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_private(self.path, json.dumps(self._values, indent=2) + "\n")
        return value


def _kept(path: Path) -> dict[str, str]:
    try:
        values = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise LocalServerError(
            f"{path} is damaged, and it has the passwords of the data beside it: put a copy of it back, or remove it "
            "and the data (`make clean-data`)."
        )
    return values


def write_private(path: Path, text: str) -> None:
    """Replaces a file in one step, which a power cut does not undo; only its owner may read it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock file, waiting for whoever has it: one process at a time installs a server."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
