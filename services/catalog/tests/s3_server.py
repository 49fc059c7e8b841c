"""The two buckets of pictures on a real S3 server."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gigsta_common.testing import s3
from gigsta_common.testing.s3 import KEY_ID, SECRET

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
    with s3.s3_server() as (endpoint, folder):
        yield S3Server(endpoint, folder)
