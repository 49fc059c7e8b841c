"""Where pictures lie: uploads as strangers send them, which nobody but us reads, and images that everybody may see."""

import re
from datetime import datetime
from typing import NamedTuple, Protocol

from gigsta_common.errors import Unavailable

MOST_BYTES = 10_000_000
"""Of an upload."""
IMMUTABLE = "public, max-age=31536000, immutable"
IMAGE_TYPE = "image/webp"
UPLOAD_NAME = re.compile(r"[0-9a-f-]{36}")
IMAGE_NAME = re.compile(r"[A-Za-z0-9_-]{22}-(?:small|medium|large)\.webp")


class Presigned(NamedTuple):
    """What it takes to upload one file."""

    method: str
    url: str
    headers: dict[str, str]


class UploadMissing(Exception):
    """Nothing lies there (yet)."""


class StorageAway(Unavailable):
    code = "storage_unavailable"


class Storage(Protocol):
    """Removing what is not there is no failure. All but `presigned` and `url_of` may raise `StorageAway`."""

    def presigned(self, upload: str, content_type: str, size: int, *, now: datetime, seconds: int) -> Presigned:
        """Lets whoever has it store exactly so many bytes under that name, until then."""

    async def uploaded(self, upload: str) -> bytes:
        """What was uploaded, or the first `MOST_BYTES` and a byte of it. Raises UploadMissing."""

    async def remove_upload(self, upload: str) -> None: ...

    async def publish(self, image: str, content: bytes) -> None: ...

    async def remove_image(self, image: str) -> None: ...

    def url_of(self, image: str) -> str: ...
