"""Four releases of notifications in which `timezone`, a field of the preferences, gets another name in the database.

Each is today's service with another store for preferences. A real change would have each of them in its own release;
what matters is which field each of them writes and which it believes.
"""

from typing import Any, cast

from fastapi import FastAPI

from gigsta_notifications import crud
from gigsta_notifications.crud.preferences import PreferenceStore
from gigsta_notifications.main import create_app
from gigsta_notifications.models.preferences import Preferences

OLD, NEW = "timezone", "zone"


class Store(PreferenceStore):
    """Writes `writes`, and believes `reads`."""

    writes: tuple[str, ...] = (OLD,)
    reads = OLD

    async def of(self, user_id: str) -> Preferences | None:
        known = await super().of(user_id)
        return self._as_believed(known) if known is not None else None

    async def save(self, user_id: str, chosen: dict[str, Any]) -> Preferences:
        zone = chosen.pop(OLD)
        return self._as_believed(await super().save(user_id, chosen | dict.fromkeys(self.writes, zone)))

    def _as_believed(self, known: Preferences) -> Preferences:
        return cast("Preferences", {**known, OLD: known.get(self.reads)})


class WritesBoth(Store):
    writes = (OLD, NEW)


class BelievesTheNew(Store):
    writes = (OLD, NEW)
    reads = NEW


class KnowsTheNewOnly(Store):
    writes = (NEW,)
    reads = NEW


def _release(store: type[PreferenceStore]) -> FastAPI:
    setattr(crud, "PreferenceStore", store)  # noqa: B010 -- a release of its own has it in its own code
    return create_app()


def today() -> FastAPI:
    return create_app()


def writes_both() -> FastAPI:
    return _release(WritesBoth)


def believes_the_new() -> FastAPI:
    return _release(BelievesTheNew)


def knows_the_new_only() -> FastAPI:
    return _release(KnowsTheNewOnly)
