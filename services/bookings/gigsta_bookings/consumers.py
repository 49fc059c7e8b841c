"""What bookings learns from the others."""

from gigsta_bookings.availability import timezone_at
from gigsta_bookings.crud import UseCases
from gigsta_common.events import Envelope, ProviderApproved, ServiceChanged
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Session

handlers: Handlers[UseCases] = Handlers()


@handlers.on("service.published", ServiceChanged)
@handlers.on("service.updated", ServiceChanged)
@handlers.on("service.archived", ServiceChanged)
async def keep_offering(use_cases: UseCases, event: ServiceChanged, envelope: Envelope, session: Session) -> None:
    if await use_cases.offerings.apply(event, envelope.sequence, session):
        zone = timezone_at(event.location.lat, event.location.lng)
        await use_cases.schedules.move_default_to(event.provider_id, zone, session)


@handlers.on("provider.approved", ProviderApproved)
async def give_schedule(use_cases: UseCases, event: ProviderApproved, envelope: Envelope, session: Session) -> None:
    await use_cases.schedules.ensure(event.provider_id, session)
