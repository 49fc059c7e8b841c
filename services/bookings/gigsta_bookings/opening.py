"""On which days something can still be booked, and until when that stays so if nobody does anything. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gigsta_bookings.availability import Plan, bookable_slots
from gigsta_bookings.models.claims import Claim

AHEAD = timedelta(days=2)
"""How far beyond the horizon to look for the day that comes into sight next."""
_TICK = timedelta(milliseconds=1)
_AT_LEAST_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class OpenDays:
    days: tuple[date, ...]
    """The local days on which a bookable slot begins, in order."""
    look_at: datetime
    """When time alone may have changed that."""


def open_days(
    plan: Plan, duration: timedelta, buffer_after: timedelta, taken: Iterable[Claim], now: datetime
) -> OpenDays:
    """By the very slots that can be booked. `taken` must reach as far as `bookable_slots` says, and `AHEAD` more."""
    zone = ZoneInfo(plan.timezone)
    farther = plan.model_copy(update={"horizon_days": plan.horizon_days + AHEAD.days})
    horizon = now + timedelta(days=plan.horizon_days)
    slots = bookable_slots(farther, duration, buffer_after, taken, now, horizon + AHEAD, now)
    last: dict[date, datetime] = {}
    """The last slot of each day."""
    changes = [now + _AT_LEAST_EVERY]
    for slot in slots:
        day = slot.starts_at.astimezone(zone).date()
        if slot.starts_at < horizon:
            last[day] = slot.starts_at
        elif day not in last:
            changes.append(slot.starts_at - timedelta(days=plan.horizon_days) + _TICK)
            break
    if last:
        changes.append(min(last.values()) - timedelta(minutes=plan.minimum_notice_minutes) + _TICK)
    return OpenDays(tuple(last), min(changes))


def closed(now: datetime) -> OpenDays:
    """Of what is not on offer."""
    return OpenDays((), now + _AT_LEAST_EVERY)
