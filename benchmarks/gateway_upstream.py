"""The service behind the proxies that are measured: the fastest that Python has, so that it is not what is measured.

`python -m benchmarks.gateway_upstream PORT JWKS_FILE`
"""

import asyncio
import sys
from pathlib import Path

import httptools
import uvloop

_BODY = b'{"id":"0198c0de","title":"' + b"a" * 1072 + b'"}'


def _response(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\nserver: bench\r\n"
    return head % len(body) + b"x-request-id: 0198c0de-0000\r\n\r\n" + body


class _Answer(asyncio.Protocol):
    def __init__(self, jwks: bytes) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._answers = {b"/jwks.json": _response(jwks)}
        self._any = _response(_BODY)
        self._url = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url = url

    def on_message_complete(self) -> None:
        self._transport.write(self._answers.get(self._url, self._any))


async def _serve(port: int, jwks: bytes) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Answer(jwks), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), Path(sys.argv[2]).read_bytes()))
