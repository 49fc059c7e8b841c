"""The HTTP interface of the catalog."""

from fastapi import APIRouter

from gigsta_catalog.routes import categories, providers, services

router = APIRouter(prefix="/catalog", tags=["catalog"])
for part in (categories, services, providers):
    router.include_router(part.router)

__all__ = ["router"]
