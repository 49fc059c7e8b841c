"""Services: for everybody to find, for their providers to write."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from gigsta_catalog.routes.dependencies import IDEMPOTENT, Id, UseCases
from gigsta_catalog.schemas import NewService, ServicePatch, ServiceQuery, ServiceView
from gigsta_common.errors import Unauthorized
from gigsta_common.idempotency import IdempotentRoute, idempotent_id
from gigsta_common.pagination import Page
from gigsta_common.security import CurrentUser, OptionalUser

router = APIRouter(route_class=IdempotentRoute)


@router.get("/services")
async def list_services(
    query: Annotated[ServiceQuery, Query()], catalog: UseCases, caller: OptionalUser
) -> Page[ServiceView]:
    """Search the published services, or with `mine` list the caller's own."""
    if query.mine and caller is None:
        raise Unauthorized("Log in first: your own services need an access token.", code="not_authenticated")
    services, next_cursor = await catalog.services.search(query, caller)
    return Page(items=await catalog.show_all(services, caller), next_cursor=next_cursor)


@router.post("/services", status_code=201, dependencies=IDEMPOTENT)
async def create_service(new: NewService, request: Request, catalog: UseCases, caller: CurrentUser) -> ServiceView:
    """Write a draft. Only an approved provider may."""
    service = await catalog.services.create(new, caller, idempotent_id(request))
    return await catalog.show(service, caller)


@router.get("/services/{service_id}")
async def get_service(service_id: Id, catalog: UseCases, caller: OptionalUser) -> ServiceView:
    """One service. What is not published is shown to its provider and administrators only."""
    return await catalog.show(await catalog.services.get(service_id, caller), caller)


@router.patch("/services/{service_id}")
async def update_service(service_id: Id, patch: ServicePatch, catalog: UseCases, caller: CurrentUser) -> ServiceView:
    """Change one's own service, in any status."""
    service = await catalog.services.edit(service_id, patch, caller)
    return await catalog.show(service, caller)


@router.delete("/services/{service_id}", status_code=204)
async def delete_service(service_id: Id, catalog: UseCases, caller: CurrentUser) -> None:
    """Delete one's own draft."""
    await catalog.services.delete(service_id, caller)


@router.post("/services/{service_id}/publish", dependencies=IDEMPOTENT)
async def publish_service(service_id: Id, catalog: UseCases, caller: CurrentUser) -> ServiceView:
    """Show one's own draft, or again an archived service, to everybody."""
    service = await catalog.services.publish(service_id, caller)
    return await catalog.show(service, caller)


@router.post("/services/{service_id}/archive", dependencies=IDEMPOTENT)
async def archive_service(service_id: Id, catalog: UseCases, caller: CurrentUser) -> ServiceView:
    """Take one's own published service out of sight."""
    service = await catalog.services.archive(service_id, caller)
    return await catalog.show(service, caller)
