"""The marketplace that runs on this machine, if one does: its addresses, so that `gigsta` finds it by itself."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gigsta_common.localservers.state import write_private

FILE = "running.json"
_SAYS_WHERE = ("MONGODB_URL", "MIGRATION_MONGODB_URL", "MONGODB_ADMIN_URL", "AMQP_URL", "SECRETS_DIR")


@contextmanager
def announced(state: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """While the block runs, the operator's commands find what they need in a file that only its owner may read."""
    path = state / FILE
    write_private(path, json.dumps(dict(environment), indent=2) + "\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def adopt(state: Path) -> None:
    """Take over the running marketplace's environment, unless ours says itself where the servers are."""
    if any(name.startswith(_SAYS_WHERE) and value for name, value in os.environ.items()):
        return
    try:
        environment = json.loads((state / FILE).read_text())
    except FileNotFoundError:
        return
    for name, value in environment.items():
        os.environ.setdefault(name, value)
