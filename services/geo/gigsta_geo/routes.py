"""The HTTP interface of geo."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from gigsta_common.pagination import Page
from gigsta_common.security import optional_user
from gigsta_geo.crud import Geo
from gigsta_geo.schemas import NearbyQuery, NearbyService

router = APIRouter(prefix="/geo", tags=["geo"], dependencies=[Depends(optional_user)])


def use_cases(request: Request) -> Geo:
    geo: Geo = request.app.state.use_cases
    return geo


@router.get("/nearby")
async def list_nearby_services(
    geo: Annotated[Geo, Depends(use_cases)], query: Annotated[NearbyQuery, Query()]
) -> Page[NearbyService]:
    """Services around a point: the nearest first, or the best rated, or the cheapest."""
    items, cursor = await geo.nearby(query)
    return Page(items=items, next_cursor=cursor)
