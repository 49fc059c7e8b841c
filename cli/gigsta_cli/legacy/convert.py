"""Old documents, batch by batch, as what they become, with what they refer to at hand. Nothing is written."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar, cast

from gigsta_bookings.models import Booking, claims_of
from gigsta_cli.legacy import offers, past, people
from gigsta_cli.legacy.here import CLOSED, Here
from gigsta_cli.legacy.made import ODD, Batch, Broken, Made, because
from gigsta_cli.legacy.offers import Categories
from gigsta_cli.legacy.shapes import Kind, Old, OldBooking, OldCategory, OldRating, OldService, OldUser
from gigsta_cli.legacy.source import Source

O = TypeVar("O", bound=Old)  # noqa: E741
ORDER: tuple[Kind, ...] = ("users", "services", "bookings", "ratings")
"""Each refers to those before it. Categories come before all of them."""


class Converter:
    """`broken` fills up as documents are looked at in order; what refers to a broken one is broken too."""

    def __init__(self, source: Source, here: Here, as_of: datetime) -> None:
        self._source = source
        self._here = here
        self._as_of = as_of
        self.categories = Categories([])
        self.broken: dict[Kind, dict[Any, str]] = {kind: {} for kind in (*ORDER, "categories")}
        self.unknown: dict[Kind, Counter[str]] = {kind: Counter() for kind in (*ORDER, "categories")}
        self.zoneless = Counter[Kind]()
        self._taken: dict[str, Any] = {}
        """Addresses, identities, provider's times and sides of bookings, with the first that has each."""
        self._held: dict[str, list[tuple[datetime, datetime, Any]]] = {}

    async def read_categories(self) -> int:
        found: list[OldCategory] = []
        async for read in self._source.batches("categories"):
            found += cast("list[OldCategory]", read.old)
            self.broken["categories"] |= read.broken
            self.unknown["categories"] += read.unknown
        self.categories = Categories(found)
        return len(found) + len(self.broken["categories"])

    async def batches(self, kind: Kind) -> AsyncIterator[Batch]:
        async for read in self._source.batches(kind):
            batch = await self._batch(kind, read.old)
            batch.broken |= read.broken
            self.broken[kind] |= batch.broken
            self.unknown[kind] += read.unknown
            self.zoneless[kind] += read.zoneless
            yield batch

    async def _batch(self, kind: Kind, old: list[Old]) -> Batch:
        if kind == "users":
            return await self._users(cast("list[OldUser]", old))
        if kind == "services":
            return await self._services(cast("list[OldService]", old))
        if kind == "bookings":
            return await self._bookings(cast("list[OldBooking]", old))
        return await self._ratings(cast("list[OldRating]", old))

    async def _users(self, old: list[OldUser]) -> Batch:
        offering = await self._source.offering(one.id for one in old)

        def account(one: OldUser) -> Made:
            made = people.account(one, offers=one.id in offering)
            self._claim(one.id, f"email {made.main['email']}", "email: another account has the same")
            for identity in made.main["identities"]:
                self._claim(one.id, f"identity {identity['key']}", "oauth_accounts: another account has the same")
            return made

        batch = _each(old, account)
        batch.broken |= await self._here.refusals(batch.made)
        batch.made = wanted(batch, batch.broken)
        return batch

    async def _services(self, old: list[OldService]) -> Batch:
        providers = await self._source.these("users", OldUser, (one.provider for one in old))

        def service(one: OldService) -> Made:
            return offers.service(one, self._whole("users", "provider", providers, one.provider), self.categories)

        return _each(old, service)

    async def _bookings(self, old: list[OldBooking]) -> Batch:
        unfit: dict[Any, str] = {}
        booked = await self._booked(old, unfit)

        def booking(one: OldBooking) -> Made:
            if one.id in unfit:
                raise Broken(unfit[one.id])
            self._hold(one.id, booked[one.id])
            return past.booking(one, booked[one.id])

        return _each(old, booking)

    async def _ratings(self, old: list[OldRating]) -> Batch:
        bookings = await self._source.these("bookings", OldBooking, (one.booking for one in old))
        booked = await self._booked(bookings.values(), {})

        def rating(one: OldRating) -> Made:
            made = past.rating(one, self._whole("bookings", "booking", booked, one.booking))
            side = f"{made.main['author_role']} of {made.main['booking_id']}"
            self._claim(one.id, side, "booking: has another rating of the same author")
            return made

        return _each(old, rating)

    async def _booked(self, old: Iterable[OldBooking], broken: dict[Any, str]) -> dict[Any, Booking]:
        """The bookings as they become, by old id; and why others do not."""
        wanted = list(old)
        services = await self._source.these("services", OldService, (one.service for one in wanted))
        users = {one.customer for one in wanted} | {service.provider for service in services.values()}
        people_ = await self._source.these("users", OldUser, users)
        found: dict[Any, Booking] = {}
        for one in wanted:
            try:
                service = self._whole("services", "service", services, one.service)
                customer = self._whole("users", "customer", people_, one.customer)
                provider = self._whole("users", "provider", people_, service.provider)
                found[one.id] = past.booking_of(one, customer, service, provider, self._as_of)
            except ODD as error:
                broken[one.id] = str(because(error))
        return found

    def _whole(self, kind: Kind, field: str, found: dict[Any, Any], key: Any) -> Any:
        if (reason := self.broken[kind].get(key)) is not None:
            raise Broken(CLOSED if reason == CLOSED else f"{field}: cannot be taken over itself ({key})")
        if key not in found:
            raise Broken(f"{field}: is not there ({key})")
        return found[key]

    def _claim(self, key: Any, what: str, refusal: str) -> None:
        if self._taken.setdefault(what, key) != key:
            raise Broken(f"{refusal} ({self._taken[what]})")

    def _hold(self, key: Any, booked: Booking) -> None:
        """No time of a provider is sold twice, as the bookings service would refuse."""
        held = self._held.setdefault(booked.provider_id, [])
        for claim in claims_of(booked):
            for starts_at, ends_at, other in held:
                if other != key and starts_at < claim.ends_at and claim.starts_at < ends_at:
                    raise Broken(f"starts_at: another booking has that time ({other})")
            held.append((claim.starts_at, claim.ends_at, key))


def _each(old: list[O], make: Callable[[O], Made]) -> Batch:
    batch = Batch()
    for one in old:
        try:
            batch.made.append(make(one))
        except ODD as error:
            batch.broken[one.id] = str(because(error))
    return batch


def wanted(batch: Batch, broken: dict[Any, str]) -> list[Made]:
    return [made for made in batch.made if made.old_id not in broken]
