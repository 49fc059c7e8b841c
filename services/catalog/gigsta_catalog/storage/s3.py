"""Storage that speaks S3: Cloudflare R2 in production. Every call is a presigned URL, ours as well as the clients'.

Two buckets, because R2 makes a bucket public as a whole: nobody may have the world fetch what they uploaded from us.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx2

from gigsta_catalog.settings import S3Settings
from gigsta_catalog.storage import IMAGE_TYPE, IMMUTABLE, MOST_BYTES, Presigned, StorageAway, UploadMissing
from gigsta_catalog.storage.sigv4 import Credentials, presigned
from gigsta_common.clock import SystemClock

_SECONDS = 60
"""For which our own URLs are good: longer than a call can take."""
_TIMEOUT = httpx2.Timeout(10.0, connect=3.0, pool=5.0)


class S3Storage:
    def __init__(self, settings: S3Settings, media_url: str, http: httpx2.AsyncClient) -> None:
        self._settings = settings
        self._media_url = media_url
        self._http = http
        self._clock = SystemClock()
        self._credentials = Credentials(settings.key_id, settings.secret.get_secret_value(), settings.region)

    def presigned(self, upload: str, content_type: str, size: int, *, now: datetime, seconds: int) -> Presigned:
        headers = {"Content-Type": content_type}
        del now  # the server goes by the real time
        # The length is signed as well. Clients send it in any case, and a browser lets no script say it.
        url = self._url("PUT", self._settings.uploads_bucket, upload, headers | {"Content-Length": str(size)}, seconds)
        return Presigned("PUT", url, headers)

    async def uploaded(self, upload: str) -> bytes:
        content = bytearray()
        async with self._ask("GET", self._settings.uploads_bucket, upload) as answer:
            if answer.status_code == 404:
                raise UploadMissing
            _expect(answer, 200)
            async for part in answer.aiter_raw(65_536):
                content += part
                if len(content) > MOST_BYTES:
                    break
        return bytes(content)

    async def remove_upload(self, upload: str) -> None:
        await self._remove(self._settings.uploads_bucket, upload)

    async def publish(self, image: str, content: bytes) -> None:
        headers = {"Content-Type": IMAGE_TYPE, "Cache-Control": IMMUTABLE}
        async with self._ask("PUT", self._settings.images_bucket, image, headers, content) as answer:
            _expect(answer, 200)

    async def remove_image(self, image: str) -> None:
        await self._remove(self._settings.images_bucket, image)

    def url_of(self, image: str) -> str:
        return f"{self._media_url}/{image}"

    async def _remove(self, bucket: str, key: str) -> None:
        async with self._ask("DELETE", bucket, key) as answer:
            _expect(answer, 200, 204, 404)

    @asynccontextmanager
    async def _ask(
        self, method: str, bucket: str, key: str, headers: dict[str, str] | None = None, content: bytes | None = None
    ) -> AsyncIterator[httpx2.Response]:
        url = self._url(method, bucket, key, headers or {}, _SECONDS)
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        try:
            async with self._http.stream(method, url, headers=sent, content=content, timeout=_TIMEOUT) as answer:
                yield answer
        except httpx2.HTTPError as error:
            raise StorageAway(f"The storage of pictures is away for the moment ({type(error).__name__}).") from None

    def _url(self, method: str, bucket: str, key: str, headers: dict[str, str], seconds: int) -> str:
        url = f"{self._settings.endpoint}/{bucket}/{key}"
        return presigned(method, url, self._credentials, now=self._clock.now(), seconds=seconds, headers=headers)


def _expect(answer: httpx2.Response, *statuses: int) -> None:
    if answer.status_code not in statuses:
        raise StorageAway(f"The storage of pictures refused ({answer.status_code}).")
