"""What bookings learns from the others."""

from gigsta_bookings.availability import timezone_at
from gigsta_bookings.crud import UseCases
from gigsta_common.events import (
    Envelope,
    ProviderApproved,
    ServiceChanged,
    UserClosed,
    UserGuestKnown,
    UserReinstated,
    UserSummarised,
    UserSuspended,
)
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Session

handlers: Handlers[UseCases] = Handlers()


@handlers.on("service.published", ServiceChanged)
@handlers.on("service.updated", ServiceChanged)
@handlers.on("service.archived", ServiceChanged)
async def keep_offering(use_cases: UseCases, event: ServiceChanged, envelope: Envelope, session: Session) -> None:
    news = await use_cases.offerings.apply(event, envelope, session)
    if news and not envelope.replay and not await use_cases.departures.has_left(event.provider_id, session):
        zone = timezone_at(event.location.lat, event.location.lng)
        await use_cases.schedules.move_default_to(event.provider_id, zone, session)


@handlers.on("provider.approved", ProviderApproved)
async def give_schedule(use_cases: UseCases, event: ProviderApproved, envelope: Envelope, session: Session) -> None:
    if not await use_cases.departures.has_left(event.provider_id, session):
        await use_cases.schedules.ensure(event.provider_id, session)


@handlers.on("user.suspended", UserSuspended)
async def bar(use_cases: UseCases, event: UserSuspended, envelope: Envelope, session: Session) -> None:
    await use_cases.suspensions.note(event.user_id, envelope, session, barred=True)


@handlers.on("user.reinstated", UserReinstated)
async def let_in(use_cases: UseCases, event: UserReinstated, envelope: Envelope, session: Session) -> None:
    await use_cases.suspensions.note(event.user_id, envelope, session, barred=False)


@handlers.on("user.closed", UserClosed)
async def see_off(use_cases: UseCases, event: UserClosed, _: Envelope, session: Session) -> None:
    await use_cases.departures.begin(event.user_id, event.closed_at, session)


@handlers.on("user.summarised", UserSummarised)
async def keep_account(use_cases: UseCases, event: UserSummarised, envelope: Envelope, session: Session) -> None:
    if event.suspended is not None:
        await use_cases.suspensions.note(event.user_id, envelope, session, barred=event.suspended)
    if event.closed_at is not None:
        await use_cases.departures.begin(event.user_id, event.closed_at, session)


@handlers.on("user.guest_known", UserGuestKnown)
async def link_account(use_cases: UseCases, event: UserGuestKnown, envelope: Envelope, session: Session) -> None:
    await use_cases.requests.link_account(event.booking_id, event.user_id, session)
