"""What notifications does with the events of others.

`provider.applied` tells nobody anything today; it is handled so that it has a queue to go to, like every event of auth.
"""

from gigsta_common.events import (
    BookingChanged,
    BookingReminder,
    Envelope,
    ProviderApplied,
    ProviderApproved,
    ProviderRejected,
    RatingChanged,
    RatingReplied,
    RatingReportsDecided,
    UserClosed,
    UserEmailChanged,
    UserMailRequested,
    UserRegistered,
    UserReinstated,
    UserSummarised,
    UserSuspended,
    UserVerified,
)
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Session
from gigsta_notifications.crud import Notifications
from gigsta_notifications.models import accounts, bookings, ratings, reminders

handlers = Handlers[Notifications]()


@handlers.on("user.registered", UserRegistered)
async def learn_address(use_cases: Notifications, event: UserRegistered, envelope: Envelope, session: Session) -> None:
    # Whoever registers writes the name, and perhaps with somebody else's address: nobody is greeted by it yet.
    await use_cases.remember(event.user_id, event.email, None, envelope, session)


@handlers.on("user.verified", UserVerified)
async def confirm_address(use_cases: Notifications, event: UserVerified, envelope: Envelope, session: Session) -> None:
    await use_cases.remember(event.user_id, event.email, event.full_name, envelope, session)


@handlers.on("user.email_changed", UserEmailChanged)
async def change_address(
    use_cases: Notifications, event: UserEmailChanged, envelope: Envelope, session: Session
) -> None:
    await use_cases.remember(event.user_id, event.email, event.full_name, envelope, session)


@handlers.on("user.suspended", UserSuspended)
async def tell_of_suspension(
    use_cases: Notifications, event: UserSuspended, envelope: Envelope, session: Session
) -> None:
    await use_cases.tell([accounts.suspension_notice(event, use_cases.support)], envelope, session)


@handlers.on("user.reinstated", UserReinstated)
async def tell_of_reinstatement(
    use_cases: Notifications, event: UserReinstated, envelope: Envelope, session: Session
) -> None:
    await use_cases.tell([accounts.reinstatement_notice(event)], envelope, session)


@handlers.on("user.closed", UserClosed)
async def forget_user(use_cases: Notifications, event: UserClosed, envelope: Envelope, session: Session) -> None:
    await use_cases.forget(event.user_id, envelope.sequence, session)


@handlers.on("user.summarised", UserSummarised)
async def keep_address(use_cases: Notifications, event: UserSummarised, envelope: Envelope, session: Session) -> None:
    if event.email is not None:
        await use_cases.remember(event.user_id, event.email, event.full_name, envelope, session)
    elif event.closed_at is not None:
        await use_cases.forget(event.user_id, envelope.sequence, session)


@handlers.on("user.mail_requested", UserMailRequested)
async def mail_account(
    use_cases: Notifications, event: UserMailRequested, envelope: Envelope, session: Session
) -> None:
    await use_cases.mail_account(event, envelope, session)


@handlers.on("provider.applied", ProviderApplied)
async def tell_of_application(
    use_cases: Notifications, event: ProviderApplied, envelope: Envelope, session: Session
) -> None:
    await use_cases.tell(accounts.notices_of_provider(event), envelope, session)


@handlers.on("provider.approved", ProviderApproved)
async def tell_of_approval(
    use_cases: Notifications, event: ProviderApproved, envelope: Envelope, session: Session
) -> None:
    await use_cases.tell(accounts.notices_of_provider(event), envelope, session)


@handlers.on("provider.rejected", ProviderRejected)
async def tell_of_rejection(
    use_cases: Notifications, event: ProviderRejected, envelope: Envelope, session: Session
) -> None:
    await use_cases.tell(accounts.notices_of_provider(event), envelope, session)


@handlers.on("booking.held", BookingChanged)
async def ask_guest(use_cases: Notifications, event: BookingChanged, envelope: Envelope, session: Session) -> None:
    if event.guest is not None:
        await use_cases.ask_guest(event, event.guest, envelope, session)


@handlers.on("booking.linked", BookingChanged)
async def learn_account(use_cases: Notifications, event: BookingChanged, envelope: Envelope, session: Session) -> None:
    await use_cases.link_guest(event.booking_id, event.customer_id, session)


@handlers.on("booking.*", BookingChanged)
async def tell_of_booking(
    use_cases: Notifications, event: BookingChanged, envelope: Envelope, session: Session
) -> None:
    if event.action_name == "expire_verification":  # the address was never proven: nothing of it is kept
        await use_cases.forget(event.customer_id, envelope.sequence, session)
    zones = await use_cases.preferences.zones_of([event.customer_id, event.provider_id], session)
    await use_cases.tell(bookings.notices_of_booking(event, zones, envelope.sequence), envelope, session)


@handlers.on("reminder.*", BookingReminder)
async def remind(use_cases: Notifications, event: BookingReminder, envelope: Envelope, session: Session) -> None:
    zones = await use_cases.preferences.zones_of([event.customer_id, event.provider_id], session)
    await use_cases.tell(reminders.notices_of_reminder(event, zones), envelope, session)


@handlers.on("rating.published", RatingChanged)
async def tell_of_rating(use_cases: Notifications, event: RatingChanged, envelope: Envelope, session: Session) -> None:
    await use_cases.tell(ratings.notices_of_rating(event), envelope, session)


@handlers.on("rating.hidden", RatingChanged)
@handlers.on("rating.restored", RatingChanged)
async def tell_of_moderation(
    use_cases: Notifications, event: RatingChanged, envelope: Envelope, session: Session
) -> None:
    hidden = envelope.name == "rating.hidden"
    notices = ratings.notices_of_moderation(event, hidden=hidden, support=use_cases.support)
    await use_cases.tell(notices, envelope, session)


@handlers.on("rating.replied", RatingReplied)
async def tell_of_reply(use_cases: Notifications, event: RatingReplied, envelope: Envelope, session: Session) -> None:
    await use_cases.tell(ratings.notices_of_reply(event), envelope, session)


@handlers.on("rating.reports_decided", RatingReportsDecided)
async def tell_of_reports(
    use_cases: Notifications, event: RatingReportsDecided, envelope: Envelope, session: Session
) -> None:
    await use_cases.tell(ratings.notices_of_reports(event), envelope, session)
