"""The real engine of bookings without HTTP: use cases on a mongod, a manual clock, several instances of the service."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import prometheus_client as prometheus
from pydantic import ValidationError

import gigsta_bookings
from gigsta_bookings.availability import DAYS
from gigsta_bookings.availability import Plan as RealPlan
from gigsta_bookings.callers import Caller as RealCaller
from gigsta_bookings.crud import UseCases, build
from gigsta_bookings.models import Booking
from gigsta_bookings.models.policy import PolicyTerms
from gigsta_bookings.schemas import ActionRequest, BookingRequest, GuestBookingRequest
from gigsta_bookings.settings import Settings
from gigsta_common import migrations, mongo
from gigsta_common.app import Runtime
from gigsta_common.clock import ManualClock
from gigsta_common.errors import Problem
from gigsta_common.events import Envelope, ServiceChanged, envelope
from gigsta_common.ids import new_id
from gigsta_common.messaging import InProcessBus, Outbox, Relay, Subscription
from gigsta_common.security import Principal
from gigsta_common.testing.plugin import START

from .lifecycle_facts import Caller, Offer, Plan, Terms
from .lifecycle_market import Act, Book, Command, Publish, Tick

MIGRATIONS = Path(gigsta_bookings.__file__).parent / "migrations"
INSTANCES = 3
Document = dict[str, Any]


@dataclass(frozen=True)
class Instance:
    """One process of the service, as far as a test without HTTP needs it."""

    use_cases: UseCases
    relay: Relay
    client: mongo.Client


@dataclass(frozen=True)
class Seen:
    """What the database holds of one run, by booking; the events of each, published and pending, in order."""

    bookings: dict[str, Document]
    days: list[Document]
    events: dict[str, list[Document]]


class World:
    """Several instances of the service over one database. Runs keep apart by a prefix in every id."""

    def __init__(self, db: mongo.Database, client: mongo.Client, clock: ManualClock, bus: InProcessBus) -> None:
        self.db = db
        self.clock = clock
        self.instances: list[Instance] = []
        self.published: defaultdict[str, list[Document]] = defaultdict(list)
        self.secrets: dict[str, str] = {}
        self._client = client
        self._bus = bus
        self._sequence = 1

    @classmethod
    async def open(cls, url: str, instances: int = INSTANCES) -> "World":
        client = mongo.connect(url, app_name="tests")
        world = cls(mongo.database(client, f"test_{new_id()}"), client, ManualClock(START), InProcessBus())
        # The runs are in the past of a clock of their own: MongoDB would find everything that expires there expired.
        await client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
        await migrations.up(world.db, MIGRATIONS)
        await world._bus.subscribe(Subscription("test-recorder", ("#",), world._record))
        world.instances = [world._instance(url) for _ in range(instances)]
        return world

    def _instance(self, url: str) -> Instance:
        values = {
            "environment": "test",
            "mongodb_url": url,
            "amqp_url": "amqp://nobody.invalid",
            "jwks_url": "http://nobody.invalid/jwks.json",
        }
        client = mongo.connect(url, app_name="tests")
        db = mongo.database(client, self.db.name)
        relay = Relay(db, self._bus, ("bookings",), registry=prometheus.CollectorRegistry())
        runtime = Runtime(
            name="bookings",
            settings=Settings.model_validate(values),
            clock=self.clock,
            db=db,
            bus=self._bus,
            outbox=Outbox("bookings", self.clock, relay),
            http=cast("Any", None),
            verifier=cast("Any", None),
            registry=prometheus.CollectorRegistry(),
        )
        return Instance(build(runtime), relay, client)

    async def close(self) -> None:
        await self._bus.stop()
        await self._client.drop_database(self.db.name)
        await mongo.finish_shielded()
        for client in (self._client, *(instance.client for instance in self.instances)):
            await client.close()

    async def _record(self, event: Envelope) -> None:
        """Once each: two relays that flush the same booking may both publish its events."""
        known = self.published[event.subject]
        if all(event.id != other["id"] for other in known):
            known.append(event.model_dump(mode="json"))
            self._learn(known[-1])

    def _learn(self, event: Document) -> None:
        """Only the mail has a guest's secret, and so the first event of their booking."""
        guest = event["data"].get("guest")
        if guest is not None:
            self.secrets[event["subject"]] = guest["secret"]

    # -- what providers set

    async def stock(self, plans: dict[str, Plan], offers: dict[str, Offer]) -> None:
        """Providers and their services, as approval and catalog's events leave them."""
        schedules = [
            {"_id": who, "plan": real_plan(plan).model_dump(mode="json"), "is_default": False, "version": 1}
            for who, plan in plans.items()
        ]
        rows = [_offering(offer).model_dump() | {"_id": offer.id, "sequence": 1} for offer in offers.values()]
        await self.db["schedules"].insert_many(schedules)
        await self.db["offerings"].insert_many(rows)

    async def set_plan(self, provider: str, plan: Plan) -> None:
        await self.instances[0].use_cases.schedules.put(provider, real_plan(plan), None)

    async def set_terms(self, provider: str, terms: Terms) -> None:
        tiers = tuple({"hours_before": hours, "refund_percent": percent} for hours, percent in terms.tiers)
        facts = {"cancellation": tiers, "response_hours": terms.response_hours, "instant_booking": terms.instant}
        version, _ = await self.instances[0].use_cases.policies.put(provider, PolicyTerms.model_validate(facts), None)
        assert version == terms.version

    async def set_offer(self, offer: Offer) -> None:
        self._sequence += 1
        first = self.instances[0]
        event = _offering(offer)
        told = envelope(
            "service.updated", event, publisher="catalog", subject=offer.id, sequence=self._sequence, time=START
        )

        async def apply(session: mongo.Session) -> bool:
            return await first.use_cases.offerings.apply(event, told, session)

        assert await mongo.in_transaction(mongo.database(first.client, self.db.name), apply)

    # -- what people and the clock do

    async def run(self, command: Command, by: int = 0) -> str:
        """Let one instance do it: the new status and version, or the code of the problem."""
        use_cases = self.instances[by].use_cases
        try:
            match command:
                case Book():
                    booking = await self._book(use_cases, command)
                case Act():
                    booking = await self._act(use_cases, command)
                case Tick():
                    await self.tick(command.instances)
                    return "done"
                case Publish():
                    await self.publish()
                    return "done"
        except Problem as problem:
            return problem.code
        except ValidationError:
            return "validation_failed"
        return f"{booking.status} v{booking.version}"

    async def _book(self, use_cases: UseCases, ask: Book) -> Booking:
        wanted = {"service_id": ask.service, "starts_at": ask.starts}
        if ask.mailbox is None:
            return await use_cases.requests.create(
                _principal(ask.who), ask.booking, BookingRequest.model_validate(wanted)
            )
        wanted |= {"email": ask.mailbox, "full_name": "Gus Guest", "phone_number": "+64 21 555 000"}
        return await use_cases.requests.create_as_guest(ask.booking, GuestBookingRequest.model_validate(wanted))

    async def _act(self, use_cases: UseCases, ask: Act) -> Booking:
        said = {"version": ask.version, "reason": ask.reason, "starts_at": ask.starts, "proposal_version": ask.proposal}
        request = ActionRequest.model_validate(said)
        return await use_cases.actions.act(self.caller(ask.who), ask.booking, ask.action, request)

    async def tick(self, instances: int = 1, limit: int = 200) -> None:
        """The clocks of so many instances run at once, until all of them find nothing to do."""
        running = [instance.use_cases.timekeeper for instance in self.instances[:instances]]
        while any(await asyncio.gather(*(timekeeper.run_due(limit) for timekeeper in running))):
            pass

    async def publish(self) -> None:
        await asyncio.gather(*(instance.relay.flush() for instance in self.instances))
        while not self._bus.idle():
            await asyncio.sleep(0)

    def caller(self, who: Caller) -> RealCaller:
        if who.guest_of is not None:
            return RealCaller(secret=self.secrets.get(who.guest_of, "not-a-secret"))
        return RealCaller(user=_principal(who))

    # -- what there is now

    async def look(self, prefix: str) -> Seen:
        run = {"$match": {"_id": {"$gte": f"{prefix}-", "$lt": f"{prefix}."}}}
        both: list[Document] = [run, {"$unionWith": {"coll": "calendar_days", "pipeline": [run]}}]
        documents = await (await self.db["bookings"].aggregate(both)).to_list()
        bookings = [found for found in documents if "claims" not in found]
        days = [found for found in documents if "claims" in found]
        events = {found["_id"]: [*self.published[found["_id"]], *found["outbox"]] for found in bookings}
        for told in events.values():
            self._learn(told[0])
        return Seen({found["_id"]: found for found in bookings}, days, events)

    async def forget(self, prefix: str) -> None:
        """Remove a run's bookings: the clock would go on moving them in the runs that follow."""
        await self.db["bookings"].delete_many({"_id": {"$gte": f"{prefix}-", "$lt": f"{prefix}."}})
        self.published.clear()
        self.secrets.clear()


def real_plan(plan: Plan) -> RealPlan:
    windows = [{"start": f"{opens:02}:00", "end": f"{closes:02}:00"} for opens, closes in plan.windows]
    return RealPlan.model_validate(
        {
            "timezone": plan.zone,
            "weekly": dict.fromkeys(DAYS, windows),
            "buffer_before_minutes": plan.before,
            "buffer_after_minutes": plan.after,
            "minimum_notice_minutes": plan.notice,
            "horizon_days": plan.horizon,
            "slot_interval_minutes": plan.step,
            "max_bookings_per_day": plan.most,
        }
    )


def _offering(offer: Offer) -> ServiceChanged:
    facts = {
        "service_id": offer.id,
        "provider_id": offer.provider,
        "provider_name": "Somebody",
        "title": offer.title,
        "description": "Something done well.",
        "category": "gardening",
        "price": {"amount": offer.price, "currency": "NZD"},
        "duration_minutes": offer.minutes,
        "buffer_minutes": offer.after,
        "instant_book": offer.instant,
        "location": {"address": "1 Queen Street, Auckland", "lat": -36.8485, "lng": 174.7633},
        "status": "published" if offer.on_offer else "archived",
        "changed_at": START,
    }
    return ServiceChanged.model_validate(facts)


def _principal(who: Caller) -> Principal:
    roles = frozenset({"user", "admin"} if who.admin else {"user"})
    return Principal(who.id, roles, session_id="test", name=who.id)
