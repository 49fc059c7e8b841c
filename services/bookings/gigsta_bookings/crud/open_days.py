"""On which days each service can still be booked, told to the others whenever that changes.

Whatever may change it marks itself in its own write (`stale`, a fresh token each time): the calendar day whose claims
change, the schedule, the offering. Twice a second this looks for marks, and for services of which time alone may have
changed the days. It makes the days of all the provider's services anew, publishes those that really changed, and takes
the marks away that it has seen; a crash in between leaves them. Any number of instances may do so at once: each look
is counted (`looks`), and whoever has read before somebody else's look cannot write after it.
"""

import logging
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple

from pymongo.errors import ConnectionFailure, DuplicateKeyError

from gigsta_bookings import opening
from gigsta_bookings.availability import Plan
from gigsta_bookings.crud import claims, offerings, schedules
from gigsta_bookings.crud.claims import Claims
from gigsta_bookings.crud.schedules import Schedules, buffer_after
from gigsta_bookings.models import Claim, Offering
from gigsta_bookings.opening import OpenDays
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


class Mark(NamedTuple):
    collection: Collection
    document_id: str
    token: str


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

    def told(self) -> CollectionSource:
        return CollectionSource(self._open_days, _fact)

    async def run_due(self) -> int:
        """Look at those who are marked or due; return how many providers that were."""
        now = self._clock.now()
        self._put_off = {provider: until for provider, until in self._put_off.items() if until > now}
        waiting = await self._waiting(now)
        for provider_id, marks in waiting.items():
            try:
                if await self._look(provider_id):
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
        left_alone = list(self._put_off)
        for collection, owner in self._marked:
            marked = {"stale": {"$gt": ""}, owner: {"$nin": left_alone}}
            for row in await collection.find(marked, {owner: 1, "stale": 1}).limit(_BATCH).to_list():
                found[row[owner]].append(Mark(collection, row["_id"], row["stale"]))
        due = {"look_at": {"$lte": now}, "provider_id": {"$nin": left_alone}}
        for row in await self._open_days.find(due, {"provider_id": 1}).sort("look_at", 1).limit(_BATCH).to_list():
            found[row["provider_id"]] += ()
        return found

    async def _look(self, provider_id: str) -> bool:
        """Make all days of a provider's services anew. False where somebody else has just done so."""
        # First what is known, so that nobody's later look is overwritten with what was read before it.
        known = {row["_id"]: row async for row in self._open_days.find({"provider_id": provider_id})}
        offered = [
            Offering.model_validate(row)
            for row in await self._offerings.find({"provider_id": provider_id}, {"stale": 0}).to_list()
        ]
        plan = await self._schedules.plan_of(provider_id)
        now = self._clock.now()
        published = [offering for offering in offered if offering.status == "published"]
        taken = await self._taken(provider_id, plan, published, now) if published else []
        days = {service_id: opening.closed(now) for service_id in (*known, *(offering.id for offering in offered))}
        for offering in published:
            duration = timedelta(minutes=offering.duration_minutes)
            days[offering.id] = opening.open_days(plan, duration, buffer_after(plan, offering), taken, now)
        return all(
            [await self._keep(provider_id, one, known.get(one), days[one], plan.timezone) for one in sorted(days)]
        )

    async def _taken(self, provider_id: str, plan: Plan, offered: list[Offering], now: datetime) -> list[Claim]:
        longest = max(
            timedelta(minutes=offering.duration_minutes) + buffer_after(plan, offering) for offering in offered
        )
        margin = max(timedelta(days=1), longest + timedelta(minutes=plan.buffer_before_minutes))
        until = now + timedelta(days=plan.horizon_days) + opening.AHEAD
        return await self._claims.taken(provider_id, now - margin, until + margin)

    async def _keep(
        self, provider_id: str, service_id: str, known: Document | None, found: OpenDays, timezone: str
    ) -> bool:
        days = [day.isoformat() for day in found.days]
        facts = {"provider_id": provider_id, "timezone": timezone, "days": days}
        looked = {"look_at": found.look_at}
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


def _data(service_id: str, facts: Document) -> OpenDaysChanged:
    return OpenDaysChanged(
        service_id=service_id,
        provider_id=facts["provider_id"],
        timezone=facts["timezone"],
        days=[date.fromisoformat(day) for day in facts["days"]],
    )


def _fact(row: Document) -> Fact:
    return Fact(EVENT, _data(row["_id"], row), row["_id"], row["version"])
