"""The images of a service: what its provider does with them."""

from typing import Annotated

from fastapi import APIRouter, Query

from gigsta_catalog.routes.dependencies import IDEMPOTENT, Id, UseCases
from gigsta_catalog.schemas import ImageOrder, ImagePatch, NewUpload, Reason, ServiceView, UploadView
from gigsta_common.idempotency import IdempotentRoute
from gigsta_common.security import CurrentUser

router = APIRouter(route_class=IdempotentRoute, prefix="/services/{service_id}/media")


@router.post("", status_code=201, dependencies=IDEMPOTENT)
async def create_upload(service_id: Id, new: NewUpload, catalog: UseCases, caller: CurrentUser) -> UploadView:
    """Ask for an address to upload a JPEG, PNG or WebP picture to. It is good for ten minutes."""
    return await catalog.images.ask(service_id, new, caller)


@router.post("/{media_id}/complete", dependencies=IDEMPOTENT)
async def complete_upload(service_id: Id, media_id: Id, catalog: UseCases, caller: CurrentUser) -> ServiceView:
    """Put what was uploaded on the service, behind its other images. Again, it changes nothing."""
    return await catalog.show(await catalog.images.complete(service_id, media_id, caller), caller)


@router.put("")
async def order_images(service_id: Id, order: ImageOrder, catalog: UseCases, caller: CurrentUser) -> ServiceView:
    """Put the images of one's own service in another order. The first is the one that lists and maps show."""
    return await catalog.show(await catalog.images.order(service_id, order.media_ids, caller), caller)


@router.patch("/{media_id}")
async def describe_image(
    service_id: Id, media_id: Id, patch: ImagePatch, catalog: UseCases, caller: CurrentUser
) -> ServiceView:
    """Say in words what an image shows, for those who cannot see it."""
    return await catalog.show(await catalog.images.describe(service_id, media_id, patch.alt_text, caller), caller)


@router.delete("/{media_id}", status_code=204)
async def delete_image(
    service_id: Id,
    media_id: Id,
    catalog: UseCases,
    caller: CurrentUser,
    reason: Annotated[Reason | None, Query(description="For administrators, who have to give one.")] = None,
) -> None:
    """Remove an image from one's own service, or give up an upload.

    An administrator removes an image from anybody's service, with a reason, which is kept and which its provider reads.
    """
    await catalog.images.remove(service_id, media_id, caller, reason)
