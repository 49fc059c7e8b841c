"""Installs Debian packages, without letting the installation start a service."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gigsta_common.localservers.process import LocalServerError
from gigsta_common.localservers.state import locked

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = "#!/bin/sh\n# Made by gigsta while it installs packages, and removed again.\nexit 101\n"
INSTALL_SECONDS = 600


def can_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str, log: Path) -> None:
    """Installs what is missing. Raises LocalServerError, in one sentence, when apt cannot."""
    command = [
        "apt-get",
        "-o",
        "DPkg::Lock::Timeout=120",
        "install",
        "-y",
        "--no-install-recommends",
        *packages,
    ]
    log.parent.mkdir(parents=True, exist_ok=True)
    # One at a time: the first to finish would let the services of the others start.
    with locked(log.with_name("apt.lock")), log.open("ab") as output, services_stay_down():
        done = _run(command, output.fileno()) == 0
        if not done:  # most often the package lists are missing or old
            _run(["apt-get", "update"], output.fileno())
            done = _run(command, output.fileno()) == 0
    if not done:
        raise LocalServerError(f"apt could not install {' and '.join(packages)}; what it said is in {log}.")


@contextmanager
def services_stay_down(policy: Path = POLICY) -> Iterator[None]:
    """While this lasts, packages that are installed do not start their services.

    A policy that was there before is left alone, unless it is one of ours that a crash left behind.
    """
    ours = not policy.exists() or policy.read_text() == POLICY_TEXT
    try:
        if ours:
            policy.write_text(POLICY_TEXT)
            policy.chmod(0o755)
        yield
    finally:
        if ours:
            policy.unlink(missing_ok=True)


def _run(command: list[str], output: int) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            timeout=INSTALL_SECONDS,
        ).returncode
    except subprocess.TimeoutExpired:
        return 1
