"""The marketplace that runs on this machine, if one does: its addresses, so that `gigsta` finds it by itself."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from gigsta_common.localservers.state import write_private
from gigsta_common.settings import SettingsError

FILE = "running.json"
_TOLD = TypeAdapter(dict[str, str])
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
    """Take over the running marketplace's environment, unless ours says itself where the servers are.

    Raises:
        SettingsError: the file that says it is damaged.
    """
    if any(name.startswith(_SAYS_WHERE) and value for name, value in os.environ.items()):
        return
    path = state / FILE
    try:
        environment = _TOLD.validate_json(path.read_bytes())
    except FileNotFoundError:
        return
    except ValidationError:
        raise SettingsError(f"{path} is damaged: remove it, and start `make up` again where it runs.") from None
    for name, value in environment.items():
        os.environ.setdefault(name, value)
