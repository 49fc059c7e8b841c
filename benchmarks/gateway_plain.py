"""The proxy that one writes first: FastAPI and httpx2, no token check, no log, no limits. Reads UPSTREAM."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI, Request
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "server", "date"}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    limits = httpx2.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx2.AsyncClient(base_url=os.environ["UPSTREAM"], limits=limits, trust_env=False) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=_lifespan)


@app.get("/api/v1/{path:path}")
async def proxy(path: str, request: Request) -> StreamingResponse:
    client: httpx2.AsyncClient = request.app.state.client
    headers = [(name, value) for name, value in request.headers.items() if name not in _HOP_BY_HOP]
    answer = await client.send(client.build_request("GET", f"/{path}", headers=headers), stream=True)
    return StreamingResponse(
        answer.aiter_raw(),
        status_code=answer.status_code,
        headers={name: value for name, value in answer.headers.items() if name not in _HOP_BY_HOP},
        background=BackgroundTask(answer.aclose),
    )
