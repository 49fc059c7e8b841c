"""Categories: for everybody to read, for administrators to change."""

from fastapi import APIRouter

from gigsta_catalog.routes.dependencies import IDEMPOTENT, ActingAdmin, Id, UseCases
from gigsta_catalog.schemas import CategoryPatch, CategoryView, NewCategory, NewSubcategory, SubcategoryPatch
from gigsta_common.idempotency import IdempotentRoute
from gigsta_common.pagination import Page

router = APIRouter(route_class=IdempotentRoute)


@router.get("/categories")
async def list_categories(catalog: UseCases) -> Page[CategoryView]:
    """The tree of categories, with how many published services each has. Always one page."""
    return Page(items=await catalog.categories.tree(), next_cursor=None)


@router.post("/categories", status_code=201, dependencies=IDEMPOTENT)
async def create_category(new: NewCategory, catalog: UseCases, _: ActingAdmin) -> CategoryView:
    """Add a category."""
    return await catalog.categories.create(new)


@router.patch("/categories/{category_id}")
async def update_category(category_id: Id, patch: CategoryPatch, catalog: UseCases, _: ActingAdmin) -> CategoryView:
    """Rename or move a category; its id stays."""
    return await catalog.categories.edit(category_id, patch)


@router.delete("/categories/{category_id}", status_code=204)
async def delete_category(category_id: Id, catalog: UseCases, _: ActingAdmin) -> None:
    """Remove a category with its subcategories, unless services use it."""
    await catalog.categories.delete(category_id)


@router.post("/categories/{category_id}/subcategories", status_code=201, dependencies=IDEMPOTENT)
async def create_subcategory(category_id: Id, new: NewSubcategory, catalog: UseCases, _: ActingAdmin) -> CategoryView:
    """Add a subcategory; the answer is the category it is in."""
    return await catalog.categories.add_subcategory(category_id, new)


@router.patch("/categories/{category_id}/subcategories/{subcategory_id}")
async def update_subcategory(
    category_id: Id, subcategory_id: Id, patch: SubcategoryPatch, catalog: UseCases, _: ActingAdmin
) -> CategoryView:
    """Rename a subcategory; the answer is the category it is in."""
    return await catalog.categories.rename_subcategory(category_id, subcategory_id, patch.name)


@router.delete("/categories/{category_id}/subcategories/{subcategory_id}", status_code=204)
async def delete_subcategory(category_id: Id, subcategory_id: Id, catalog: UseCases, _: ActingAdmin) -> None:
    """Remove a subcategory, unless services use it."""
    await catalog.categories.delete_subcategory(category_id, subcategory_id)
