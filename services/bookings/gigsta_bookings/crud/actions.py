"""Moving bookings along: what a caller may do, and doing it."""

from datetime import UTC, datetime, timedelta

from gigsta_bookings import linking, transitions
from gigsta_bookings.actions import BookingAction, get_available_booking_actions
from gigsta_bookings.callers import Caller
from gigsta_bookings.crud.claims import NO_LIMIT, DayLimit, SlotUnavailable
from gigsta_bookings.crud.schedules import Schedules
from gigsta_bookings.crud.store import Store
from gigsta_bookings.lifecycle import BY_NAME
from gigsta_bookings.models import Actor, Booking
from gigsta_bookings.rows import Transition
from gigsta_bookings.rules import Command
from gigsta_bookings.schemas import ActionRequest
from gigsta_common.clock import Clock
from gigsta_common.errors import Conflict, Unprocessable
from gigsta_common.standing import Standing
from gigsta_common.suspensions import SUSPENDED

OFF = "This service is no longer on offer."
_TRIES = 4


class Actions:
    def __init__(self, clock: Clock, store: Store, schedules: Schedules, standing: Standing) -> None:
        self._clock = clock
        self._store = store
        self._schedules = schedules
        self._standing = standing

    async def available(self, caller: Caller, booking: Booking) -> list[BookingAction]:
        """What a caller may do with a booking now: nothing, while they are suspended."""
        offered = get_available_booking_actions(booking, caller.actors(booking), self._clock.now())
        if offered and await self._standing.suspensions.has(caller.answers_for(booking)):
            return [_disabled(action, SUSPENDED) for action in offered]
        if any(_agrees(action) for action in offered) and await self._standing.is_out(booking.provider_id):
            return [_disabled(action, OFF) if _agrees(action) else action for action in offered]
        return offered

    async def act(self, caller: Caller, booking_id: str, action_name: str, request: ActionRequest) -> Booking:
        """Take an action.

        Raises:
            Conflict: `action_not_available` says why and names what is possible; `version_conflict`: it has moved on;
                `service_not_bookable`: its provider is suspended, or gone.
            SlotUnavailable: the new time is taken, or not offered.
            Unprocessable: the action needs a reason, a time or a proposal's version, or takes no such thing.
            Forbidden: the caller is suspended, or has closed their account.
        """
        row = BY_NAME[action_name]
        _check_fields(row, request)
        for _ in range(_TRIES):
            booking = await self._store.find(caller, booking_id)
            await self._standing.refuse(caller.answers_for(booking))
            actor = self._decide(row, booking, caller.actors(booking), request)
            if row.agrees and await self._standing.is_out(booking.provider_id):
                raise Conflict(OFF, code="service_not_bookable")
            new_time = request.starts_at.astimezone(UTC) if request.starts_at else None
            command = Command(request.reason, new_time, by_mail=caller.link is not None)
            limit = NO_LIMIT
            if row.needs_time and command.starts_at is not None:
                limit = await self._check_new_time(booking, command.starts_at)
            now = self._clock.now()
            after = transitions.apply(row, booking, actor, caller.name_to(booking), now, command)
            if await self._store.save(booking, after, row.event, limit):
                return after
        raise _moved_on()

    def _decide(self, row: Transition, booking: Booking, actors: tuple[Actor, ...], request: ActionRequest) -> Actor:
        """As whom the caller acts, everything checked that needs no I/O."""
        now = self._clock.now()
        if request.version is not None and not linking.is_as_seen(booking, request.version):
            raise _moved_on(booking.version)
        refusals = {actor: transitions.refusal(row, booking, actor, now) for actor in actors}
        willing = [actor for actor, refusal in refusals.items() if refusal is None]
        if not willing:
            told = next((actor for actor in actors if actor in row.actors), actors[0])
            raise Conflict(
                refusals[told] or "Not possible now.",
                code="action_not_available",
                booking_status=booking.status,
                available_actions=_possible(booking, actors, now),
            )
        proposal = booking.proposal
        if request.proposal_version is not None and (proposal is None or proposal.version != request.proposal_version):
            raise Conflict("That proposal is no longer the open one.", code="version_conflict", version=booking.version)
        if row.needs_proposal and request.proposal_version is None:
            raise _missing(
                "proposal_version", f"'{row.action_name}' needs the version of the proposal that it answers."
            )
        if willing[0] in row.reason_from and request.reason is None:
            raise _missing("reason", f"'{row.action_name}' needs a reason.")
        if row.needs_time and request.starts_at is None:
            raise _missing("starts_at", f"'{row.action_name}' needs the new time.")
        return willing[0]

    async def _check_new_time(self, booking: Booking, starts_at: datetime) -> DayLimit:
        if starts_at == booking.starts_at:
            raise SlotUnavailable("The booking is at that time already.")
        plan = await self._schedules.plan_of(booking.provider_id)
        duration = timedelta(minutes=booking.duration_minutes)
        self._schedules.check_planned(plan, duration, starts_at, booking.policy.minimum_notice_minutes)
        return DayLimit(plan.max_bookings_per_day, plan.timezone)


def _agrees(action: BookingAction) -> bool:
    return BY_NAME[action.action_name].agrees


def _disabled(action: BookingAction, why: str) -> BookingAction:
    return action.model_copy(update={"enabled": False, "disabled_reason": why})


def _possible(booking: Booking, actors: tuple[Actor, ...], now: datetime) -> list[str]:
    return [action.action_name for action in get_available_booking_actions(booking, actors, now) if action.enabled]


def _check_fields(row: Transition, request: ActionRequest) -> None:
    for field, taken in (("starts_at", row.needs_time), ("proposal_version", row.about_proposal)):
        if not taken and getattr(request, field) is not None:
            message = "is nothing that this action takes"
            raise Unprocessable(f"`{field}`: {message}.", errors=[{"field": field, "message": message}])


def _missing(field: str, detail: str) -> Unprocessable:
    return Unprocessable(detail, errors=[{"field": field, "message": "is required for this action"}])


def _moved_on(version: int | None = None) -> Conflict:
    return Conflict("The booking has changed since you looked at it.", code="version_conflict", version=version)
