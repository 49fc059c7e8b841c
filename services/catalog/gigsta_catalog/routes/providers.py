"""Providers, as everybody sees them."""

from fastapi import APIRouter, Response

from gigsta_catalog.routes.dependencies import Id, UseCases
from gigsta_catalog.schemas import CatalogExport, ProviderView, ServiceQuery, rating_view
from gigsta_common.security import CurrentUser, OptionalUser

router = APIRouter()

SHOWN = 100


@router.get("/export")
async def export_services(catalog: UseCases, caller: CurrentUser, response: Response) -> CatalogExport:
    """What catalog holds about the caller."""
    response.headers["Cache-Control"] = "no-store"
    services = await catalog.services.of(caller.user_id)
    return CatalogExport(
        trading_name=await catalog.providers.trading_name(caller.user_id),
        services=await catalog.show_all(services, caller),
    )


@router.get("/providers/{provider_id}")
async def get_provider(provider_id: Id, catalog: UseCases, caller: OptionalUser) -> ProviderView:
    """An approved provider with their published services."""
    provider = await catalog.providers.get(provider_id)
    services, _ = await catalog.services.search(ServiceQuery(provider_id=provider_id, limit=SHOWN), caller)
    return ProviderView(
        id=provider["_id"],
        trading_name=provider["trading_name"],
        rating=rating_view(provider["rating"]),
        services=await catalog.show_all(services, caller),
    )
