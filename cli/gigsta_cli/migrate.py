"""`gigsta migrate`: every service's migrations, each database by itself and all at once."""

import asyncio
from collections.abc import Awaitable, Callable

from rich.console import Console

from gigsta_cli import services
from gigsta_common import migrations
from gigsta_common.mongo import Database

Report = Callable[[str, Database], Awaitable[list[str]]]


def status(service: str | None) -> None:
    """Print every migration and when it was applied."""

    async def report(name: str, db: Database) -> list[str]:
        rows = await migrations.status(db, services.migration_folder(name))
        return [
            f"{name:<14} {row.name:<32} "
            f"{row.applied_at.isoformat(timespec='seconds') if row.applied_at else 'not applied'}  {row.summary}"
            for row in rows
        ]

    _each(service, report)


def up(service: str | None, *, dry_run: bool) -> None:
    """Apply what is missing.

    Raises:
        MigrationError: see `gigsta_common.migrations.up`.
    """
    verb = "would apply" if dry_run else "applied"

    async def report(name: str, db: Database) -> list[str]:
        done = await migrations.up(db, services.migration_folder(name), dry_run=dry_run)
        return [f"{name:<14} {verb} {migration}" for migration in done] or [f"{name:<14} up to date"]

    _each(service, report)


def down(service: str, *, dry_run: bool) -> None:
    """Take one service's last migration back."""

    async def report(name: str, db: Database) -> list[str]:
        last = await migrations.down(db, services.migration_folder(name), dry_run=dry_run)
        return [
            f"{name:<14} {'would take' if dry_run else 'took'} back {last}"
            if last
            else f"{name:<14} nothing to take back"
        ]

    _each(service, report)


def _each(service: str | None, report: Report) -> None:
    async def run(name: str) -> list[str]:
        db = services.database(name, migrating=True)
        try:
            return await report(name, db)
        finally:
            await db.client.close()

    async def run_all() -> None:
        console = Console(highlight=False, soft_wrap=True)
        for lines in await asyncio.gather(*(run(name) for name in services.chosen(service))):
            for line in lines:
                console.print(line)

    asyncio.run(run_all())
