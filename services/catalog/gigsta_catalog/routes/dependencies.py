"""What the routes share."""

from typing import Annotated

from fastapi import Depends, Path, Request

from gigsta_catalog.crud import Catalog
from gigsta_common.idempotency import documented
from gigsta_common.security import Admin, Principal


def use_cases(request: Request) -> Catalog:
    catalog: Catalog = request.app.state.use_cases
    return catalog


UseCases = Annotated[Catalog, Depends(use_cases)]


async def acting_admin(catalog: UseCases, caller: Admin) -> Principal:
    await catalog.providers.refuse_barred(caller)
    return caller


ActingAdmin = Annotated[Principal, Depends(acting_admin)]
"""One still: a token outlives a suspension by some minutes."""
Id = Annotated[str, Path(max_length=64)]
IDEMPOTENT = [Depends(documented)]
"""For POSTs: the header stands in the OpenAPI document."""
