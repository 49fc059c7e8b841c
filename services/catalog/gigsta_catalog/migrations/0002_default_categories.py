"""The categories of a fresh marketplace."""

from gigsta_catalog.crud.categories import ensure_categories, remove_unused
from gigsta_catalog.default_categories import DEFAULT_CATEGORIES
from gigsta_common.mongo import Database


async def up(db: Database) -> None:
    await ensure_categories(db, DEFAULT_CATEGORIES)


async def down(db: Database) -> None:
    await remove_unused(db, DEFAULT_CATEGORIES)
