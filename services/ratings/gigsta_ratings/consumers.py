"""What ratings does with the events of others."""

from gigsta_common.events import BookingChanged, Envelope, UserClosed, UserReinstated, UserSummarised, UserSuspended
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Session
from gigsta_ratings.crud import UseCases

handlers = Handlers[UseCases]()


@handlers.on("booking.*", BookingChanged)
async def follow_booking(use_cases: UseCases, event: BookingChanged, envelope: Envelope, session: Session) -> None:
    """Every booking event is looked at: which of them leave `completed` is for the lifecycle table to say, not us."""
    await use_cases.invitations.follow(event, envelope, session)
    await use_cases.outcomes.follow(event, envelope, session)


@handlers.on("user.suspended", UserSuspended)
async def bar(use_cases: UseCases, event: UserSuspended, envelope: Envelope, session: Session) -> None:
    await use_cases.standing.suspensions.note(event.user_id, envelope, session, barred=True)


@handlers.on("user.reinstated", UserReinstated)
async def let_in(use_cases: UseCases, event: UserReinstated, envelope: Envelope, session: Session) -> None:
    await use_cases.standing.suspensions.note(event.user_id, envelope, session, barred=False)


@handlers.on("user.closed", UserClosed)
async def forget_user(use_cases: UseCases, event: UserClosed, _: Envelope, session: Session) -> None:
    await use_cases.departures.forget(event.user_id, event.closed_at, session)


@handlers.on("user.summarised", UserSummarised)
async def keep_account(use_cases: UseCases, event: UserSummarised, envelope: Envelope, session: Session) -> None:
    if event.suspended is not None:
        await use_cases.standing.suspensions.note(event.user_id, envelope, session, barred=event.suspended)
    if event.closed_at is not None:
        await use_cases.departures.forget(event.user_id, event.closed_at, session)
