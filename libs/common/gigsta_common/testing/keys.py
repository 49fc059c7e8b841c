"""A stand-in for auth's keys, for processes that tests start."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gigsta_common.security import SigningKey


@asynccontextmanager
async def serving_keys(key: SigningKey) -> AsyncIterator[str]:
    """The address of a JWKS document with this key."""
    body = json.dumps({"keys": [key.public_jwk()]}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.encode() + b"\r\n" + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json"
    finally:
        server.close()
        await server.wait_closed()
