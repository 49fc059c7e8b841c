"""The HTTP interface of the catalog."""

from fastapi import APIRouter, Depends

from gigsta_catalog.routes import categories, files, images, providers, services
from gigsta_common.security import optional_user

router = APIRouter(prefix="/catalog", tags=["catalog"], dependencies=[Depends(optional_user)])
for part in (categories, services, images, files, providers):
    router.include_router(part.router)

__all__ = ["router"]
