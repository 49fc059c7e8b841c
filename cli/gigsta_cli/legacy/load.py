"""`gigsta import-legacy`: look at everything, write what is missing, compare everything."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gigsta_auth.hashing import Hashing
from gigsta_auth.settings import Settings
from gigsta_catalog.models import slug_of
from gigsta_cli import replay, services
from gigsta_cli.legacy.compare import Comparison
from gigsta_cli.legacy.contested import WHOSE, is_open
from gigsta_cli.legacy.convert import ORDER, Converter, wanted
from gigsta_cli.legacy.here import CLOSED, Here
from gigsta_cli.legacy.made import LegacyError
from gigsta_cli.legacy.shapes import Kind
from gigsta_cli.legacy.source import Source, open_source
from gigsta_cli.legacy.write import Writer, moment_of
from gigsta_cli.up.plan import SERVICES
from gigsta_common import migrations
from gigsta_common.clock import SystemClock
from gigsta_common.mongo import Database
from gigsta_common.settings import SettingsError, told
from gigsta_ratings.crud.check import recount

VARIABLE = "LEGACY_MONGODB_URL"
MOST_SIGNS = 2000
"""Of a line."""


class Import:
    def __init__(self, source: Source, databases: Mapping[str, Database], converter: Converter) -> None:
        self._source = source
        self._databases = databases
        self._converter = converter
        self._console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
        self._counts: dict[Kind, int] = {}

    async def look(self) -> bool:
        """Make everything of everything, and write nothing. Says whether all of it can be taken over."""
        remarks: list[str] = []
        contested = 0
        self._counts["categories"] = await self._converter.read_categories()
        with self._progress() as progress:
            for kind in ORDER:
                self._counts[kind] = total = await self._source.count(kind)
                bar = progress.add_task(f"looking at {kind}", total=total)
                async for batch in self._converter.batches(kind):
                    remarks += [f"{kind} {one.old_id}: {remark}" for one in batch.made for remark in one.remarks]
                    contested += sum(kind == "bookings" and is_open(one) for one in batch.made)
                    progress.advance(bar, len(batch.made) + len(batch.broken))
        self._report(contested)
        for line in remarks:
            self._say(f"Remark: {line}")
        whole = True
        for kind, broken in self._converter.broken.items():
            for key, reason in broken.items():
                whole = whole and reason == CLOSED
                self._say(f"{'Stays out' if reason == CLOSED else 'Cannot be taken over'}: {kind} {key}: {reason}")
        return whole

    def _report(self, contested: int) -> None:
        for kind, count in self._counts.items():
            self._say(f"{kind:<10} {count - len(self._converter.broken[kind])} of {count} can be taken over")
        if undecided := contested + sum(reason == WHOSE for reason in self._converter.broken["bookings"].values()):
            self._say(f"{'disputes':<10} {contested} of {undecided} go on here; administrators decide them")
        for kind, unknown in self._converter.unknown.items():
            if unknown:
                names = ", ".join(f"{name} ({count})" for name, count in sorted(unknown.items()))
                self._say(f"Nothing here takes over these fields of {kind}: {names}")
        for kind, zoneless in self._converter.zoneless.items():
            if zoneless:
                self._say(f"Times without a zone, which are taken for UTC: {zoneless} of {kind}")

    async def write(self) -> bool:
        """Write what is missing. False where something was refused after all."""
        settings = cast("Settings", services.settings("auth"))
        hashing = Hashing(settings)
        writer = Writer(self._databases, hashing, settings.password_workers)
        whole = True
        try:
            await writer.categories(self._converter.categories)
            with self._progress() as progress:
                for kind in ORDER:
                    bar = progress.add_task(f"writing {kind}", total=self._counts[kind])
                    known = set(self._converter.broken[kind])
                    async for batch in self._converter.batches(kind):
                        made = wanted(batch, self._converter.broken[kind])
                        refused = await writer.batch(kind, made)
                        self._converter.broken[kind] |= refused
                        for key, reason in (batch.broken | refused).items():
                            if key not in known:
                                whole = False
                                self._say(f"Was refused: {kind} {key}: {reason}")
                        progress.advance(bar, len(batch.made) + len(batch.broken))
            await writer.schedules()
        finally:
            hashing.close()
        await recount(self._databases["ratings"])
        return whole

    async def compare(self) -> bool:
        """Read everything back, and say whether it is right."""
        compared: dict[Kind, Comparison] = {}
        with self._progress() as progress:
            for kind in ORDER:
                compared[kind] = one = Comparison(old=self._counts[kind])
                bar = progress.add_task(f"comparing {kind}", total=self._counts[kind])
                async for batch in self._converter.batches(kind):
                    made = wanted(batch, self._converter.broken[kind])
                    one.broken += len(batch.made) - len(made) + len(batch.broken)
                    await one.add(self._databases, made)
                    progress.advance(bar, len(batch.made) + len(batch.broken))
        for kind, one in compared.items():
            for line in one.wrong:
                self._say(f"Wrong: {kind} {line}")
            since = f", {one.changed} changed here since" if one.changed else ""
            left = f", {one.broken} left out" if one.broken else ""
            self._say(f"{kind:<10} {one.old} old, {one.equal} equal{since}{left}")
            self._say(f"{'':<10} SHA-256 {one.sums[0]} of what the old say, {one.sums[1]} of what is here")
        lost = await self._lost_categories()
        for name in lost:
            self._say(f"Wrong: there is no category {name}")
        self._say(f"{'categories':<10} {self._counts['categories']} old, {len(lost)} missing")
        return all(one.well for one in compared.values()) and not lost

    async def _lost_categories(self) -> list[str]:
        there = {
            (row["_id"], below["id"])
            async for row in self._databases["catalog"]["categories"].find()
            for below in [{"id": None}, *row["subcategories"]]
        }
        said = [(name, below) for name, names in self._converter.categories.tree.items() for below in (None, *names)]
        return [
            below or name for name, below in said if (slug_of(name), slug_of(below) if below else None) not in there
        ]

    def _say(self, line: str) -> None:
        """On one line, whatever the old documents have in them."""
        seen = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
        self._console.print(seen if len(seen) <= MOST_SIGNS else f"{seen[:MOST_SIGNS]}...")

    def _progress(self) -> Progress:
        columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        return Progress(*columns, console=self._console, disable=not self._console.is_terminal)


def import_legacy(*, dry_run: bool, skip_broken: bool) -> bool:
    """Say whether everything is here as it should be; with `dry_run`, whether it could be.

    Raises:
        SettingsError, LegacyError: the older database, or one of the six, is not as it has to be.
    """
    url = told(VARIABLE)
    if not url:
        raise SettingsError(f"Set {VARIABLE} to the URL of the older database, which is only read.")
    return asyncio.run(_import(url, dry_run=dry_run, skip_broken=skip_broken))


async def _import(url: str, *, dry_run: bool, skip_broken: bool) -> bool:
    async with _opened(url) as (source, databases):
        as_of = SystemClock().now() if dry_run else await moment_of(databases["bookings"])
        work = Import(source, databases, Converter(source, Here(databases["auth"]), as_of))
        whole = await work.look()
        if dry_run:
            return whole
        if not whole and not skip_broken:
            raise LegacyError("Nothing was written. Mend these in the older database, or leave them: --skip-broken.")
        written = await work.write()
        await replay.rebuild(SERVICES)
        return await work.compare() and written


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[tuple[Source, dict[str, Database]]]:
    databases: dict[str, Database] = {}
    source = await open_source(url)
    try:
        for name in SERVICES:
            databases[name] = services.database(name, migrating=True)
            rows = await migrations.status(databases[name], services.migration_folder(name))
            if any(row.applied_at is None for row in rows):
                raise SettingsError(f"The database of {name} is not up to date: run `gigsta migrate up` first.")
        yield source, databases
    finally:
        await source.close()
        for db in databases.values():
            await db.client.close()
