"""The HTTP interface of geo."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from gigsta_common.pagination import Page
from gigsta_common.security import optional_user
from gigsta_geo.crud import Geo
from gigsta_geo.gazetteer import ATTRIBUTION
from gigsta_geo.schemas import (
    ClusterList,
    ClusterQuery,
    GazetteerPlace,
    NearbyQuery,
    NearbyService,
    NearestPlace,
    PlaceList,
    PlaceQuery,
    PointQuery,
)

router = APIRouter(prefix="/geo", tags=["geo"], dependencies=[Depends(optional_user)])


def use_cases(request: Request) -> Geo:
    geo: Geo = request.app.state.use_cases
    return geo


UseCases = Annotated[Geo, Depends(use_cases)]


@router.get("/nearby")
async def list_nearby_services(geo: UseCases, query: Annotated[NearbyQuery, Query()]) -> Page[NearbyService]:
    """Services around a point, and those whose providers travel to it: the nearest, best rated or cheapest first."""
    items, cursor = await geo.nearby.search(query)
    return Page(items=items, next_cursor=cursor)


@router.get("/clusters")
async def list_clusters(geo: UseCases, query: Annotated[ClusterQuery, Query()]) -> ClusterList:
    """How many services are where on a map."""
    items, degrees = await geo.clusters.inside(query)
    return ClusterList(items=items, cell_degrees=degrees)


@router.get("/places")
async def complete_place(geo: UseCases, query: Annotated[PlaceQuery, Query()]) -> PlaceList:
    """Towns and suburbs of New Zealand and Australia whose name begins like this, or is spelled nearly like it."""
    found = geo.gazetteer.complete(query.q, query.limit, country=query.country, prefer=query.prefer)
    return PlaceList(items=[GazetteerPlace.model_validate(place) for place in found], attribution=ATTRIBUTION)


@router.get("/reverse")
async def find_nearest_place(geo: UseCases, query: Annotated[PointQuery, Query()]) -> NearestPlace:
    """The town or suburb that is nearest to a point; 404 where there is none within 100 km."""
    place, metres = geo.gazetteer.nearest(query.lat, query.lng)
    return NearestPlace(place=GazetteerPlace.model_validate(place), distance_m=round(metres), attribution=ATTRIBUTION)
