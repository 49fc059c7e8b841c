"""On which days each service can still be booked, told to the others whenever that changes.

Whatever may change it marks itself in its own write (`stale`, a fresh token each time): the calendar day whose claims
change, the schedule, the offering. Twice a second this looks for marks, and for services of which time alone may have
changed the days. It publishes what really changed, and takes the marks away that it has seen; a crash in between leaves
them. Any number of instances may do so at once: each look is counted (`looks`), and whoever has read before somebody
else's look cannot write after it.

Where plan and service are as they were at the look before (`basis`), only the days are looked at that are marked, or
that time has brought. It is done in small steps, between which requests are answered, once for all services that need
the same of the calendar; and a provider whose calendar was much work is left alone for a while.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import NamedTuple

import orjson
from pymongo.errors import ConnectionFailure, DuplicateKeyError

from gigsta_bookings import opening
from gigsta_bookings.availability import CalendarDays, Plan
from gigsta_bookings.crud import claims, offerings, schedules
from gigsta_bookings.crud.claims import Claims
from gigsta_bookings.crud.schedules import Schedules, buffer_after
from gigsta_bookings.models import Offering
from gigsta_bookings.opening import Changed, Earlier, Look, Need
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.events import OpenDaysChanged
from gigsta_common.mongo import Collection, Document, shielded
from gigsta_common.replay import CollectionSource, Fact

log = logging.getLogger(__name__)

COLLECTION = "open_days"
EVENT = "offering.days_changed"
_BATCH = 200
_PUT_OFF = timedelta(minutes=5)
_DAYS_A_SECOND = 5_000
"""Days of one provider that are looked at in the long run, each once for every need: some hundredths of a core."""
_NO_REST_BELOW = 2_500
"""Days of one look."""
_SERVICES_AT_ONCE = 50


class Mark(NamedTuple):
    collection: Collection
    document_id: str
    token: str


@dataclass(frozen=True)
class _Known:
    """What bookings has of a provider's services, as one look finds it."""

    rows: dict[str, Document]
    """What was told of each service last."""
    plan: Plan
    digest: str
    """Of the plan."""
    now: datetime

    def basis(self, need: Need) -> str:
        """The same for as long as only claims and time can change the days."""
        return f"{self.digest} {need.duration.total_seconds():.0f} {need.buffer_after.total_seconds():.0f}"


class OpenDaysOfServices:
    def __init__(self, runtime: Runtime[Settings], schedules_: Schedules, claims_: Claims) -> None:
        self.interval = runtime.settings.open_days_interval
        self._open_days = runtime.db[COLLECTION]
        self._offerings = runtime.db[offerings.COLLECTION]
        self._marked = (
            (runtime.db[claims.COLLECTION], "provider_id"),
            (runtime.db[schedules.COLLECTION], "_id"),
            (self._offerings, "provider_id"),
        )
        self._clock = runtime.clock
        self._outbox = runtime.outbox
        self._schedules = schedules_
        self._claims = claims_
        self._put_off: dict[str, datetime] = {}
        """Providers with whom something is wrong, and until when they are left alone."""
        self._resting: dict[str, float] = {}
        """Providers who were much work, and until when they are left alone, by the clock of the event loop."""

    def told(self) -> CollectionSource:
        return CollectionSource(self._open_days, _fact)

    async def run_due(self) -> int:
        """Look at those who are marked or due; return how many providers that were."""
        now, ticks = self._clock.now(), asyncio.get_running_loop().time()
        self._put_off = {provider: until for provider, until in self._put_off.items() if until > now}
        self._resting = {provider: until for provider, until in self._resting.items() if until > ticks}
        waiting = await self._waiting(now)
        for provider_id, marks in waiting.items():
            try:
                if await self._look(provider_id, marks):
                    for mark in marks:
                        seen = {"_id": mark.document_id, "stale": mark.token}
                        await mark.collection.update_one(seen, {"$unset": {"stale": ""}})
            except ConnectionFailure:
                raise
            except Exception:
                log.exception("a provider's open days cannot be told; tried again later", extra={"user": provider_id})
                self._put_off[provider_id] = now + _PUT_OFF
        return len(waiting)

    async def _waiting(self, now: datetime) -> dict[str, list[Mark]]:
        found: defaultdict[str, list[Mark]] = defaultdict(list)
        left_alone = [*self._put_off, *self._resting]
        for collection, owner in self._marked:
            marked = {"stale": {"$gt": ""}, owner: {"$nin": left_alone}}
            for row in await collection.find(marked, {owner: 1, "stale": 1}).limit(_BATCH).to_list():
                found[row[owner]].append(Mark(collection, row["_id"], row["stale"]))
        due = {"look_at": {"$lte": now}, "provider_id": {"$nin": left_alone}}
        for row in await self._open_days.find(due, {"provider_id": 1}).sort("look_at", 1).limit(_BATCH).to_list():
            found[row["provider_id"]] += ()
        return found

    async def _look(self, provider_id: str, marks: Sequence[Mark]) -> bool:
        """Tell the open days of a provider's services. False where somebody else has just done so."""
        # First what is known, so that nobody's later look is overwritten with what was read before it.
        found = self._open_days.find({"provider_id": provider_id}).batch_size(50)
        rows = {row["_id"]: row async for row in found}
        offered = [
            Offering.model_validate(row)
            for row in await self._offerings.find({"provider_id": provider_id}, {"stale": 0}).to_list()
        ]
        plan = await self._schedules.plan_of(provider_id)
        known = _Known(rows, plan, _digest(plan), self._clock.now())
        gone = sorted(rows.keys() - {offering.id for offering in offered})
        told = [await self._keep(provider_id, service_id, known, None) for service_id in gone]
        offered.sort(key=lambda offering: (offering.duration_minutes, offering.buffer_minutes))  # same needs together
        for start in range(0, len(offered), _SERVICES_AT_ONCE):
            some = offered[start : start + _SERVICES_AT_ONCE]
            looks = _looks(some, known, marks)
            await self._go_through(provider_id, plan, list(dict.fromkeys(looks.values())))
            told += [await self._keep(provider_id, one.id, known, looks.get(one.id)) for one in some]
        return all(told)

    async def _go_through(self, provider_id: str, plan: Plan, looks: list[Look]) -> None:
        """Show each look what it misses, a few weeks at a time, and let others have their turn after each of them."""
        longest = max((look.need.whole for look in looks), default=timedelta())
        work = 0
        while wanted := {look: missing for look in looks if (missing := set(look.missing()))}:
            for first, last in opening.runs(sorted(set().union(*wanted.values()))):
                start, end = opening.reach(plan, first, last, longest)
                days = CalendarDays(plan, first, last, longest, await self._claims.taken(provider_id, start, end))
                for look, missing in wanted.items():
                    if any(first <= day <= last for day in missing):
                        look.take(first, last, days)
                        work += (last - first).days + 1
                        await asyncio.sleep(0)
        if work > _NO_REST_BELOW:
            self._resting[provider_id] = asyncio.get_running_loop().time() + work / _DAYS_A_SECOND

    async def _keep(self, provider_id: str, service_id: str, before: _Known, look: Look | None) -> bool:
        """Save, and so tell, what a look has found; without one the service is not on offer."""
        known = before.rows.get(service_id)
        found = look.result() if look else opening.closed(before.now)
        facts = {
            "provider_id": provider_id,
            "timezone": before.plan.timezone,
            "days": [day.isoformat() for day in found.days],
        }
        basis = before.basis(look.need) if look else ""
        looked = {"look_at": found.look_at, "looked_at": before.now, "basis": basis}
        if known is not None and all(known[name] == value for name, value in facts.items()):
            same = {"_id": service_id, "looks": known["looks"]}
            return (await self._open_days.update_one(same, {"$set": looked, "$inc": {"looks": 1}})).matched_count == 1
        version = known["version"] + 1 if known else 1
        event = self._outbox.record(EVENT, _data(service_id, facts), subject=service_id, sequence=version)
        new = facts | looked | {"version": version}
        if known is None:
            try:
                await shielded(self._open_days.insert_one({"_id": service_id, "looks": 1, **new, "outbox": [event]}))
            except DuplicateKeyError:
                return False
        else:
            same = {"_id": service_id, "looks": known["looks"]}
            write = {"$set": new, "$inc": {"looks": 1}, "$push": {"outbox": event}}
            if not (await shielded(self._open_days.update_one(same, write))).matched_count:
                return False
        self._outbox.nudge(COLLECTION, service_id)
        return True


def _looks(offered: Iterable[Offering], known: _Known, marks: Sequence[Mark]) -> dict[str, Look]:
    """How to find the days of each service that is on offer. Those whose days must be the same share one."""
    days = [mark for mark in marks if mark.collection.name == claims.COLLECTION]
    # Plan or service may have been changed and changed back by a version of ours that does not know of `basis`.
    anew = len(days) < len(marks)
    changed = [_day_of(mark) for mark in days]
    shared: dict[tuple[Need, Earlier | None], Look] = {}
    looks = {}
    for offering in offered:
        if offering.status == "published":
            need = Need(timedelta(minutes=offering.duration_minutes), buffer_after(known.plan, offering))
            earlier = None if anew else _earlier(known.rows.get(offering.id), known.basis(need))
            if (need, earlier) not in shared:
                shared[need, earlier] = Look(known.plan, need, known.now, earlier, changed)
            looks[offering.id] = shared[need, earlier]
    return looks


def _earlier(row: Document | None, basis: str) -> Earlier | None:
    if row is None or row.get("basis") != basis:
        return None
    return Earlier(tuple(date.fromisoformat(day) for day in row["days"]), row["looked_at"])


def _digest(plan: Plan) -> str:
    return sha256(orjson.dumps(plan.model_dump(mode="json"))).hexdigest()[:32]


def _day_of(mark: Mark) -> Changed:
    """The day in UTC that a document of the calendar is about."""
    start = datetime.combine(date.fromisoformat(mark.document_id.rpartition(":")[2]), time(), UTC)
    return Changed(start, start + timedelta(days=1))


def _data(service_id: str, facts: Document) -> OpenDaysChanged:
    return OpenDaysChanged(
        service_id=service_id,
        provider_id=facts["provider_id"],
        timezone=facts["timezone"],
        days=[date.fromisoformat(day) for day in facts["days"]],
    )


def _fact(row: Document) -> Fact:
    return Fact(EVENT, _data(row["_id"], row), row["_id"], row["version"])
