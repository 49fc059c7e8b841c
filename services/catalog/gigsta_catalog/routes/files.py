"""What S3 does where there is one: takes uploads that we have signed, and gives images to everybody."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import FileResponse
from fastapi.routing import APIRoute
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from gigsta_catalog.routes.dependencies import UseCases
from gigsta_catalog.schemas import UploadQuery
from gigsta_catalog.storage import IMAGE_TYPE, IMMUTABLE, MOST_BYTES
from gigsta_catalog.storage.local import LocalStorage
from gigsta_common.errors import BadRequest, NotFound


class LargeBodyRoute(APIRoute):
    """Takes bodies as large as an upload may be; what all the rest of a service takes is far less."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await RequestBodyLimitMiddleware(super().handle, MOST_BYTES)(scope, receive, send)


router = APIRouter()
uploads = APIRouter(route_class=LargeBodyRoute)


@uploads.put("/uploads/{upload}", status_code=204)
async def receive_upload(
    upload: Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")],
    query: Annotated[UploadQuery, Query()],
    request: Request,
    catalog: UseCases,
    content_type: Annotated[str, Header(max_length=100)] = "",
) -> None:
    """Upload a picture to the address that was given for it. Where pictures lie in S3, that takes it instead."""
    files = _files(catalog.local_files)
    now = request.app.state.runtime.clock.now()
    files.check(upload, query, sent_type=content_type, now=now)
    async with catalog.files.expecting(upload):
        await files.receive(upload, query.size, _parts(request))


@router.get("/images/{image}", response_class=FileResponse)
async def get_image(image: Annotated[str, Path(max_length=64)], catalog: UseCases) -> FileResponse:
    """An image, which never changes. Where images lie in S3, their addresses lead there instead."""
    path = _files(catalog.local_files).image_file(image)
    if path is None or not await asyncio.to_thread(path.is_file):
        raise NotFound("There is no such image.", code="image_not_found")
    headers = {"Cache-Control": IMMUTABLE, "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type=IMAGE_TYPE, headers=headers)


async def _parts(request: Request) -> AsyncIterator[bytes]:
    try:
        async for part in request.stream():
            yield part
    except ClientDisconnect:
        raise BadRequest("The upload broke off.", code="upload_broken_off") from None


def _files(local: LocalStorage | None) -> LocalStorage:
    if local is None:
        raise NotFound("There is nothing at this address.")
    return local


router.include_router(uploads)
