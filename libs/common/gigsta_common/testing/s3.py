"""A real S3 server for tests: `rclone serve s3`, which checks signatures, over a folder of its own."""

import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from gigsta_common.localservers import Child, free_port

KEY_ID, SECRET = "tester", "a secret of the tests"


@contextmanager
def s3_server() -> Iterator[tuple[str, Path]]:
    """Its endpoint, and the folder whose folders are the buckets."""
    program = Path(sysconfig.get_path("scripts")) / "rclone"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "s3"
        folder.mkdir()
        address = f"127.0.0.1:{free_port()}"
        child = Child(
            "rclone",
            [
                program, "serve", "s3", "--addr", address, "--auth-key", f"{KEY_ID},{SECRET}",
                # Tests change the folder beneath it. With a time of 0 it forgets as fast as a core can.
                "--config", "/dev/null", "--dir-cache-time", "5ms", str(folder),
            ],
            log=Path(name) / "rclone.log",
        )  # fmt: skip
        child.start()
        try:
            child.wait_until(lambda: _answers(f"http://{address}"), timeout=30)
            yield f"http://{address}", folder
        finally:
            child.stop()


def _answers(url: str) -> bool:
    try:
        httpx2.get(url, timeout=1, trust_env=False)
    except httpx2.HTTPError:
        return False
    return True
