"""`gigsta ratings`: whether the summaries are what the ratings say."""

import asyncio

from gigsta_cli import services


def check() -> bool:
    """Count every summary anew, while serving, and print what differs; say whether nothing does."""
    total, wrong = asyncio.run(_check())
    lines = wrong or [f"All {total} summaries are what the ratings say."]
    print("\n".join(lines))  # noqa: T201
    return not wrong


async def _check() -> tuple[int, list[str]]:
    db = services.database("ratings")
    try:
        found: tuple[int, list[str]] = await services.module("ratings", "crud.check").differences(db)
    finally:
        await db.client.close()
    return found
