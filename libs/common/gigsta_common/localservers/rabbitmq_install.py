"""Finds RabbitMQ's own start script and epmd, and installs them with apt where that is possible."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gigsta_common.localservers import apt
from gigsta_common.localservers.process import LocalServerError
from gigsta_common.localservers.state import locked, state_dir

# Not the wrapper in /usr/sbin, which insists on root and becomes the system's own user.
START_SCRIPTS = (
    Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),
    Path("/opt/rabbitmq/sbin/rabbitmq-server"),
    Path("/opt/homebrew/sbin/rabbitmq-server"),
    Path("/usr/local/sbin/rabbitmq-server"),
)
WAY_OUT = "install rabbitmq-server, set AMQP_URL to a broker that runs, or use `docker compose up`"


@dataclass(frozen=True)
class RabbitMQBinaries:
    server: Path
    epmd: Path


def find_rabbitmq(state: Path | None = None) -> RabbitMQBinaries:
    """The programs to run, installed first where missing and we are root. Raises LocalServerError."""
    found = _look()
    if found:
        return found
    if not apt.can_install():
        raise LocalServerError(f"RabbitMQ is not installed: {WAY_OUT}.")
    state = state or state_dir()
    with locked(state / "rabbitmq.lock"):
        if not _look():
            apt.install("rabbitmq-server", log=state / "logs" / "rabbitmq-install.log")
            _keep_system_broker_off()
    found = _look()
    if not found:
        raise LocalServerError(f"RabbitMQ was installed but its start script was not found: {WAY_OUT}.")
    return found


def _look() -> RabbitMQBinaries | None:
    server = next((path for path in START_SCRIPTS if path.exists()), None)
    epmd = shutil.which("epmd")
    return RabbitMQBinaries(server, Path(epmd)) if server and epmd else None


def _keep_system_broker_off() -> None:
    """The package enables a broker for the next boot; nobody asked for that one."""
    if shutil.which("systemctl"):
        command = ["systemctl", "disable", "rabbitmq-server.service"]
        subprocess.run(command, check=False, capture_output=True, timeout=60)
