"""The built web client, which the gateway serves in development."""

import asyncio
import os
import re
from collections.abc import Mapping
from pathlib import Path

import orjson
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope

from gigsta_gateway.edge import DOCS, Reply
from gigsta_gateway.settings import GatewaySettings

_INDEX = "index.html"
_IMMUTABLE = "public, max-age=31536000, immutable"
_PACKED = (("br", ".br"), ("gzip", ".gz"))
"""The better first. `web/scripts/compress.mjs` puts them beside each file that is worth it."""
_NO_WEIGHT = re.compile(r"\s*q\s*=\s*0(\.0{0,3})?\s*")

_NO_WEB_PAGE = f"""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>GigSta</title>
    <style>
      body {{ font: 1.05rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1.5rem }}
      h1 {{ color: #0d6efd; margin-bottom: 0.2rem }}
      a {{ color: #0d6efd }}
      code {{ background: #f3f4f6; padding: 0.1rem 0.35rem; border-radius: 0.25rem }}
    </style>
  </head>
  <body>
    <h1>GigSta is running</h1>
    <p>The web app is not built here, so there is no page at this address. What you can open:</p>
    <ul>
      <li><a href="{DOCS}">the API</a>, to read and to try out</li>
      <li><a href="/dev/mail">the development mailbox</a>, with every mail that was sent</li>
    </ul>
    <p><code>docs/tour.md</code> leads from a new account to a rated booking.</p>
  </body>
</html>
"""
_NO_WEB_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class WebClient:
    """Files of the client, and its first page for every address that is one of its own."""

    def __init__(self, folder: Path, settings: GatewaySettings) -> None:
        self._folder = folder
        self._elsewhere = {"MEDIA_URL": settings.media_url, "S3_ENDPOINT": settings.s3_endpoint}

    @property
    def is_built(self) -> bool:
        return (self._folder / _INDEX).is_file()

    async def serve(self, path: str, scope: Scope, receive: Receive, reply: Reply) -> None:
        """Raises HTTPException."""
        if not await asyncio.to_thread(self._folder.is_dir):
            # Links in mails lead to pages of the web client: whoever follows one is told why there is none.
            status, headers = 200 if path == "/" else 404, {"content-security-policy": _NO_WEB_CSP}
            await Response(_NO_WEB_PAGE, status, headers, "text/html")(scope, receive, reply)
            return
        files = _Files(directory=self._folder)
        try:
            response = await files.get_response(path.lstrip("/") or _INDEX, scope)
        except HTTPException as error:
            if error.status_code != 404 or "." in path.rpartition("/")[2]:
                raise
            response = await files.get_response(_INDEX, scope)
        # The names of assets say what is in them; everything else is asked for anew.
        response.headers["cache-control"] = _IMMUTABLE if path.startswith("/assets/") else "no-cache"
        response.headers["content-security-policy"] = await asyncio.to_thread(self._policy)
        await response(scope, receive, reply)

    def _policy(self) -> str:
        said = orjson.loads((self._folder / "policy.json").read_bytes())
        return content_security_policy(said["Content-Security-Policy"], self._elsewhere)


class _Files(StaticFiles):
    """Each file as its client takes it: packed by the build, or as it is."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        coding = None
        taken = _taken(Headers(scope=scope).get("accept-encoding", ""))
        for name, ending in _PACKED:
            packed = Path(f"{os.fspath(full_path)}{ending}")
            if name in taken and packed.is_file():
                coding, full_path, stat_result = name, packed, packed.stat()
                break
        # Content-Type is that of the file within, and the ETag that of the file that is sent.
        response = super().file_response(full_path, stat_result, scope, status_code)
        if coding is not None:
            response.headers["content-encoding"] = coding
        response.headers.add_vary_header("Accept-Encoding")
        return response


def _taken(accept_encoding: str) -> set[str]:
    """The codings that a client names and does not rule out."""
    parts = (part.partition(";") for part in accept_encoding.split(","))
    return {name.strip().lower() for name, _, weight in parts if not _NO_WEIGHT.fullmatch(weight)}


def content_security_policy(template: str, elsewhere: Mapping[str, str | None]) -> str:
    """What `web/public/policy.json` says, with the other hosts in it, where there are any.

    `web/vercel.mjs` and `deploy/web/start.sh` do the same, and `tests/house/test_web_policy.py` compares them.
    """

    def source(match: re.Match[str]) -> str:
        url = elsewhere.get(match[1]) or ""
        return f" {url}/" if url.startswith(("http://", "https://")) else ""

    return re.sub(r"\{(\w+)\}", source, template)
