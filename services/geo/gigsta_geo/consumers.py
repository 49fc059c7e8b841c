"""What geo learns from the others."""

from gigsta_common.events import Envelope, OpenDaysChanged, RatingChanged, RatingSummarised, ServiceChanged
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Session
from gigsta_geo.crud import Geo

handlers = Handlers[Geo]()


@handlers.on("service.published", ServiceChanged)
@handlers.on("service.updated", ServiceChanged)
@handlers.on("service.archived", ServiceChanged)
async def service_changed(geo: Geo, event: ServiceChanged, envelope: Envelope, session: Session) -> None:
    await geo.keep(event, envelope, session)


@handlers.on("rating.published", RatingChanged)
@handlers.on("rating.hidden", RatingChanged)
@handlers.on("rating.restored", RatingChanged)
async def rating_changed(geo: Geo, event: RatingChanged, envelope: Envelope, session: Session) -> None:
    if event.service_summary is not None:
        await geo.rate(event.service_id, event.service_summary, session)


@handlers.on("rating.summarised", RatingSummarised)
async def rating_summarised(geo: Geo, event: RatingSummarised, envelope: Envelope, session: Session) -> None:
    if event.kind == "service":
        await geo.rate(event.subject_id, event.summary, session, again=envelope.replay)


@handlers.on("offering.days_changed", OpenDaysChanged)
async def days_changed(geo: Geo, event: OpenDaysChanged, envelope: Envelope, session: Session) -> None:
    await geo.open(event, envelope, session)
