"""Making bookings: by customers, at once where that is offered, and by guests."""

import asyncio
import logging
import secrets
from datetime import UTC, timedelta

from gigsta_bookings import linking, transitions
from gigsta_bookings.availability import Plan
from gigsta_bookings.callers import secret_hash
from gigsta_bookings.crud.claims import DayLimit, SlotUnavailable
from gigsta_bookings.crud.departures import Departures
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.crud.policies import Policies
from gigsta_bookings.crud.schedules import Schedules, buffer_after
from gigsta_bookings.crud.store import Store
from gigsta_bookings.lifecycle import CREATIONS
from gigsta_bookings.models import Booking, Guest, Offering, Policy, Status, guest_id
from gigsta_bookings.models.policy import PolicyTerms
from gigsta_bookings.offers import Offer
from gigsta_bookings.rows import Creation
from gigsta_bookings.schemas import BookingRequest, GuestBookingRequest
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict
from gigsta_common.mongo import Session
from gigsta_common.security import Principal
from gigsta_common.suspensions import Suspensions, suspended

log = logging.getLogger(__name__)


class Requests:
    def __init__(
        self,
        runtime: Runtime[Settings],
        store: Store,
        offerings: Offerings,
        schedules: Schedules,
        policies: Policies,
        departures: Departures,
        suspensions: Suspensions,
    ) -> None:
        self._clock = runtime.clock
        self._store = store
        self._offerings = offerings
        self._schedules = schedules
        self._policies = policies
        self._departures = departures
        self._suspensions = suspensions

    async def create(self, caller: Principal, booking_id: str, request: BookingRequest) -> Booking:
        """Book a time: the claim on it, the booking, its first audit entry and its event are one transaction.

        Raises:
            SlotUnavailable: the time is taken, or not offered.
            Conflict: the service is no longer on offer, the caller's own, or does not come to that place; or is not as
                the caller was shown it; or they have too many requests or bookings with that provider.
            Forbidden: the caller is suspended, or has closed their account.
        """
        known = await self._store.made_before(booking_id, caller.user_id)
        if known is not None:
            return known
        offering, plan, offer = await self._terms(request, caller.user_id)
        if offering.provider_id == caller.user_id:
            raise Conflict("You cannot book your own service.", code="own_service")
        creation = CREATIONS["create_instant" if offer.instant_book else "create"]
        booking = self._draft(booking_id, request, offering, plan, offer, creation, caller.user_id, caller.name)
        return await self._insert(booking, creation, plan)

    async def create_as_guest(self, booking_id: str, request: GuestBookingRequest) -> Booking:
        """Hold a time for somebody without an account, until they follow the link in the mail.

        Raises:
            SlotUnavailable: the time is taken, or not offered, or too much of that day is held in this way.
            Conflict: the service is no longer on offer, does not come to that place, or is not as it was shown; or too
                much is held already.
            TooManyRequests: the mailbox has been sent enough today.
        """
        customer_id = guest_id(booking_id)
        known = await self._store.made_before(booking_id, customer_id)
        if known is not None:
            return known
        offering, plan, offer = await self._terms(request, customer_id)
        secret = secrets.token_urlsafe(32)
        guest = Guest(
            email=request.email,
            full_name=request.full_name,
            phone_number=request.phone_number,
            secret_hash=secret_hash(secret),
        )
        creation = CREATIONS["create_guest"]
        booking = self._draft(
            booking_id, request, offering, plan, offer, creation, customer_id, request.full_name
        ).model_copy(update={"guest": guest})
        return await self._insert(booking, creation, plan, guest_secret=secret)

    async def link_account(self, booking_id: str, user_id: str, session: Session) -> None:
        """The guest of a booking has an account: it is that account's from now on, beside the guest's link.

        A suspended account books nothing, not as a guest either: what it comes to have in this way ends.
        """
        now = self._clock.now()
        booking = await self._store.link(booking_id, user_id, now, session)
        if booking is None:
            log.info("a guest's booking is not linked to an account", extra={"booking_id": booking_id})
            return
        await self._departures.look_again(user_id, session)
        if await self._suspensions.has(user_id) and (end := linking.ended(booking, user_id, now)):
            await self._store.end(booking, *end, session)

    async def _insert(
        self, booking: Booking, creation: Creation, plan: Plan, *, guest_secret: str | None = None
    ) -> Booking:
        limit = DayLimit(plan.max_bookings_per_day, plan.timezone)
        if await self._store.insert(booking, creation.event, limit, guest_secret=guest_secret):
            return booking
        made = await self._store.made_before(booking.id, booking.customer_id)
        if made is None:
            raise SlotUnavailable("That time is no longer free.")
        return made

    async def _terms(self, request: BookingRequest, customer_id: str) -> tuple[Offering, Plan, Offer]:
        """What the service, the provider's schedule and their policy say to a request."""
        offering = await self._offerings.get(request.service_id)
        if offering.status != "published":
            raise Conflict("This service is no longer on offer.", code="service_not_bookable")
        if not offering.reaches(request.place):
            raise Conflict(
                f"The provider travels {offering.service_radius_km:g} km, and that place is farther away.",
                code="outside_service_area",
            )
        plan, (version, terms), *_ = await asyncio.gather(
            self._schedules.plan_of(offering.provider_id),
            self._policies.current(offering.provider_id),
            self._departures.refuse(customer_id, offering.provider_id),
            self._refuse_suspended(customer_id, offering.provider_id),
        )
        policy = _agreed(version, terms, plan)
        offer = Offer.of(offering, policy, request.place)
        _refuse_changed(offer, request)
        duration = timedelta(minutes=offering.duration_minutes)
        self._schedules.check_planned(plan, duration, request.starts_at, policy.minimum_notice_minutes)
        return offering, plan, offer

    async def _refuse_suspended(self, customer_id: str, provider_id: str) -> None:
        """Catalog takes a suspended provider's services off, but may be late with it."""
        barred = await self._suspensions.has(customer_id, provider_id)
        if customer_id in barred:
            raise suspended()
        if barred:
            raise Conflict("This service is no longer on offer.", code="service_not_bookable")

    def _draft(
        self,
        booking_id: str,
        request: BookingRequest,
        offering: Offering,
        plan: Plan,
        offer: Offer,
        creation: Creation,
        customer_id: str,
        customer_name: str | None,
    ) -> Booking:
        starts_at = request.starts_at.astimezone(UTC)
        now = self._clock.now()
        return Booking(
            _id=booking_id,
            version=1,
            status=creation.target,
            customer_id=customer_id,
            customer_name=customer_name,
            provider_id=offering.provider_id,
            provider_name=offering.provider_name,
            service_id=offering.id,
            service_title=offering.title,
            price=offer.price,
            duration_minutes=offer.duration_minutes,
            buffer_before_minutes=plan.buffer_before_minutes,
            buffer_after_minutes=int(buffer_after(plan, offering).total_seconds() // 60),
            instant_book=offer.instant_book,
            policy=offer.policy,
            timezone=plan.timezone,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=offer.duration_minutes),
            note=request.note,
            address=request.address,
            location=request.place,
            created_at=now,
            requested_at=now,
            updated_at=now,
            confirmed_at=now if creation.target == Status.CONFIRMED else None,
            history=(transitions.first_entry(creation, customer_id, now),),
        )


def _agreed(version: int, terms: PolicyTerms, plan: Plan) -> Policy:
    return Policy(**terms.model_dump(), version=version, minimum_notice_minutes=plan.minimum_notice_minutes)


def _refuse_changed(offer: Offer, request: BookingRequest) -> None:
    changed = offer.changed(request.expected.model_dump(exclude_none=True)) if request.expected else {}
    if changed:
        raise Conflict(
            f"Since you looked, the offer has changed: {'; '.join(changed.values())}. Nothing is booked yet.",
            code="offer_changed",
            changed=list(changed),
            offer={
                "price": offer.price.model_dump(),
                "duration_minutes": offer.duration_minutes,
                "instant_book": offer.instant_book,
                "policy": offer.policy.model_dump(),
            },
        )
