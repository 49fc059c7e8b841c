"""A real S3 server for tests: `rclone serve s3`, which checks signatures, over a folder of its own."""

import shutil
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from gigsta_common.localservers import Child, free_port

KEY_ID, SECRET = "tester", "a secret of the tests"
UPLOADS, IMAGES = "uploads", "images"


@dataclass(frozen=True)
class S3Server:
    endpoint: str
    folder: Path

    def settings(self) -> dict[str, Any]:
        return {
            "s3_endpoint": self.endpoint,
            "s3_key_id": KEY_ID,
            "s3_secret": SECRET,
            "s3_uploads_bucket": UPLOADS,
            "s3_images_bucket": IMAGES,
            "media_url": "https://images.example.com",
        }

    def empty(self) -> None:
        for bucket in (UPLOADS, IMAGES):
            shutil.rmtree(self.folder / bucket, ignore_errors=True)
            (self.folder / bucket).mkdir()


@contextmanager
def s3_server() -> Iterator[S3Server]:
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
            yield S3Server(f"http://{address}", folder)
        finally:
            child.stop()


def _answers(url: str) -> bool:
    try:
        httpx2.get(url, timeout=1, trust_env=False)
    except httpx2.HTTPError:
        return False
    return True
