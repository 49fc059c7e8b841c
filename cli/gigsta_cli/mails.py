"""`gigsta mails`: the mails that could not be sent, and sending them again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from gigsta_cli import services
from gigsta_common.clock import SystemClock
from gigsta_common.errors import Problem

console = Console(highlight=False)

OPERATOR = "operator"
"""Who has asked for it, as the delivery notes."""


def failed(limit: int) -> None:
    """Show the mails that were given up, the newest first."""

    async def run(deliveries: Any) -> None:
        table = Table("id", "user", "subject", "since", "tries", "why")
        for one in (await deliveries.page("failed", limit))[:limit]:
            since = one["created_at"].isoformat(timespec="seconds")
            table.add_row(one["_id"], one["user_id"], one["subject"], since, str(one["attempts"]), one["error"] or "")
        console.print(table if table.row_count else "No mail was given up.")

    _with_deliveries(run)


def resend(delivery_ids: list[str]) -> bool:
    """Put mails back in line; say whether that was possible for all of them."""
    refused: list[str] = []

    async def run(deliveries: Any) -> None:
        for delivery_id in delivery_ids:
            try:
                await deliveries.resend(delivery_id, OPERATOR)
                console.print(f"{delivery_id} goes out again.")
            except Problem as problem:
                refused.append(delivery_id)
                console.print(f"{delivery_id}: {problem.detail}")

    _with_deliveries(run)
    return not refused


def _with_deliveries(work: Callable[[Any], Awaitable[None]]) -> None:
    async def run() -> None:
        db = services.database("notifications")
        try:
            await work(services.module("notifications", "crud.deliveries").Deliveries(db, SystemClock()))
        finally:
            await db.client.close()

    asyncio.run(run())
