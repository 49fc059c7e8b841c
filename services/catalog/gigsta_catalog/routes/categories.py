"""Categories: for everybody to read, for administrators to change."""

from fastapi import APIRouter

from gigsta_catalog.routes.dependencies import IDEMPOTENT, ActingAdmin, Id, UseCases
from gigsta_catalog.schemas import (
    CategoryChangeView,
    CategoryPatch,
    CategoryView,
    NewCategory,
    NewSubcategory,
    SubcategoryPatch,
)
from gigsta_common.idempotency import IdempotentRoute
from gigsta_common.pagination import Cursor, Limit, Page, decode_cursor, page_of

router = APIRouter(route_class=IdempotentRoute)


@router.get("/categories")
async def list_categories(catalog: UseCases) -> Page[CategoryView]:
    """The tree of categories, with how many published services each has. Always one page."""
    return Page(items=await catalog.categories.tree(), next_cursor=None)


@router.get("/admin/audit")
async def list_category_changes(
    catalog: UseCases, _: ActingAdmin, limit: Limit = 20, cursor: Cursor = None
) -> Page[CategoryChangeView]:
    """What administrators did to the categories, the latest first. What they did to a service stands on the service."""
    before = str(decode_cursor(cursor, str)[0]) if cursor else None
    rows = await catalog.categories.changes(before, limit + 1)
    items, next_cursor = page_of(rows, limit, lambda row: (row["_id"],), CategoryChangeView.of)
    return Page(items=items, next_cursor=next_cursor)


@router.post("/categories", status_code=201, dependencies=IDEMPOTENT)
async def create_category(new: NewCategory, catalog: UseCases, admin: ActingAdmin) -> CategoryView:
    """Add a category."""
    return await catalog.categories.create(new, admin.user_id)


@router.patch("/categories/{category_id}")
async def update_category(category_id: Id, patch: CategoryPatch, catalog: UseCases, admin: ActingAdmin) -> CategoryView:
    """Rename or move a category; its id stays."""
    return await catalog.categories.edit(category_id, patch, admin.user_id)


@router.delete("/categories/{category_id}", status_code=204)
async def delete_category(category_id: Id, catalog: UseCases, admin: ActingAdmin) -> None:
    """Remove a category with its subcategories, unless services use it."""
    await catalog.categories.delete(category_id, admin.user_id)


@router.post("/categories/{category_id}/subcategories", status_code=201, dependencies=IDEMPOTENT)
async def create_subcategory(
    category_id: Id, new: NewSubcategory, catalog: UseCases, admin: ActingAdmin
) -> CategoryView:
    """Add a subcategory; the answer is the category it is in."""
    return await catalog.categories.add_subcategory(category_id, new, admin.user_id)


@router.patch("/categories/{category_id}/subcategories/{subcategory_id}")
async def update_subcategory(
    category_id: Id, subcategory_id: Id, patch: SubcategoryPatch, catalog: UseCases, admin: ActingAdmin
) -> CategoryView:
    """Rename a subcategory; the answer is the category it is in."""
    return await catalog.categories.rename_subcategory(category_id, subcategory_id, patch.name, admin.user_id)


@router.delete("/categories/{category_id}/subcategories/{subcategory_id}", status_code=204)
async def delete_subcategory(category_id: Id, subcategory_id: Id, catalog: UseCases, admin: ActingAdmin) -> None:
    """Remove a subcategory, unless services use it."""
    await catalog.categories.delete_subcategory(category_id, subcategory_id, admin.user_id)
