"""What catalog does when others tell it something."""

from gigsta_catalog.crud import Catalog
from gigsta_common.events import (
    Envelope,
    ProviderApplied,
    ProviderApproved,
    ProviderRejected,
    RatingChanged,
    RatingSummarised,
    UserClosed,
    UserReinstated,
    UserSummarised,
    UserSuspended,
)
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Session

handlers = Handlers[Catalog]()


@handlers.on("provider.applied", ProviderApplied)
async def provider_applied(catalog: Catalog, event: ProviderApplied, envelope: Envelope, session: Session) -> None:
    await catalog.providers.decide(event.provider_id, "pending", event.trading_name, envelope, session)


@handlers.on("provider.approved", ProviderApproved)
async def provider_approved(catalog: Catalog, event: ProviderApproved, envelope: Envelope, session: Session) -> None:
    if await catalog.providers.decide(event.provider_id, "approved", event.trading_name, envelope, session):
        await catalog.services.rename_provider(event.provider_id, event.trading_name, session)


@handlers.on("provider.rejected", ProviderRejected)
async def provider_rejected(catalog: Catalog, event: ProviderRejected, envelope: Envelope, session: Session) -> None:
    await catalog.providers.decide(event.provider_id, "rejected", event.trading_name, envelope, session)


@handlers.on("user.suspended", UserSuspended)
async def user_suspended(catalog: Catalog, event: UserSuspended, envelope: Envelope, session: Session) -> None:
    if await catalog.providers.bar(event.user_id, envelope, session, barred=True):
        await catalog.services.hide(event.user_id, session)


@handlers.on("user.reinstated", UserReinstated)
async def user_reinstated(catalog: Catalog, event: UserReinstated, envelope: Envelope, session: Session) -> None:
    if await catalog.providers.bar(event.user_id, envelope, session, barred=False):
        await catalog.services.show(event.user_id, session)


@handlers.on("user.closed", UserClosed)
async def user_closed(catalog: Catalog, event: UserClosed, _: Envelope, session: Session) -> None:
    if await catalog.providers.close(event.user_id, session):
        await catalog.services.close(event.user_id, session)


@handlers.on("user.summarised", UserSummarised)
async def user_summarised(catalog: Catalog, event: UserSummarised, envelope: Envelope, session: Session) -> None:
    if event.closed_at is not None:
        if await catalog.providers.close(event.user_id, session):
            await catalog.services.close(event.user_id, session)
        return
    if event.provider_status is not None:
        name = event.trading_name or ""
        news = await catalog.providers.decide(event.user_id, event.provider_status, name, envelope, session)
        if news and event.provider_status == "approved":
            await catalog.services.rename_provider(event.user_id, name, session)
    if event.suspended is not None and await catalog.providers.bar(
        event.user_id, envelope, session, barred=event.suspended
    ):
        await (catalog.services.hide if event.suspended else catalog.services.show)(event.user_id, session)


@handlers.on("rating.published", RatingChanged)
@handlers.on("rating.hidden", RatingChanged)
@handlers.on("rating.restored", RatingChanged)
async def rating_changed(catalog: Catalog, event: RatingChanged, _: Envelope, session: Session) -> None:
    if event.service_summary is not None:
        await catalog.services.rate(event.service_id, event.service_summary, session)
    if event.provider_summary is not None:
        await catalog.providers.rate(event.provider_id, event.provider_summary, session)


@handlers.on("rating.summarised", RatingSummarised)
async def rating_summarised(catalog: Catalog, event: RatingSummarised, envelope: Envelope, session: Session) -> None:
    if event.kind == "service":
        await catalog.services.rate(event.subject_id, event.summary, session, again=envelope.replay)
    elif event.kind == "provider":
        await catalog.providers.rate(event.subject_id, event.summary, session, again=envelope.replay)
