"""Which mails a user wants, and when: the rules."""

from datetime import UTC, datetime, time, timedelta
from typing import Literal, NotRequired, TypedDict, get_args
from zoneinfo import ZoneInfo

Kind = Literal["bookings", "reminders", "ratings"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_KIND_OF: dict[str, Kind] = {"booking": "bookings", "reminder": "reminders", "rating": "ratings"}
_IN_TIME = timedelta(hours=2)
"""How long before what a mail is about its reader should have it."""


class QuietHours(TypedDict):
    """By the clock on the user's wall: `22:00` to `07:00`. They may go past midnight."""

    starts: str
    ends: str
    timezone: str


class Preferences(TypedDict):
    """`_id` is the user's id. A kind that is not named is wanted."""

    _id: str
    unsubscribe_key: NotRequired[str]
    """What the unsubscribe links in the user's mails carry. It can turn mails off and nothing else."""
    mail: NotRequired[dict[str, bool]]
    quiet_hours: NotRequired[QuietHours | None]
    timezone: NotRequired[str | None]
    """In which the user is told the time."""


def kind_of(event_name: str) -> Kind | None:
    """What the mails about an event count as; None for those about the account, which cannot be turned off."""
    return _KIND_OF.get(event_name.partition(".")[0])


def zone_of(preferences: Preferences) -> str | None:
    """The zone of the clock on the user's wall, as far as they have said."""
    hours = preferences.get("quiet_hours")
    return preferences.get("timezone") or (hours["timezone"] if hours else None)


def wants(preferences: Preferences | None, kind: Kind) -> bool:
    return preferences is None or preferences.get("mail", {}).get(kind, True)


def wait_until(preferences: Preferences | None, now: datetime, matters_at: datetime | None) -> datetime | None:
    """Until when a mail waits because the user's hours are quiet; None for a mail that goes out now.

    One that would come too late, or hardly in time, for what it is about at `matters_at` does not wait.
    """
    hours = preferences.get("quiet_hours") if preferences else None
    end = quiet_until(hours, now) if hours else None
    if end is None or (matters_at is not None and now < matters_at < end + _IN_TIME):
        return None
    return end


def quiet_until(hours: QuietHours, now: datetime) -> datetime | None:
    """When the quiet hours in which `now` falls are over; None where it falls in none.

    An end that the clock skips comes when it has skipped; one that it shows twice comes the first time that is ahead.
    """
    zone = ZoneInfo(hours["timezone"])
    local = now.astimezone(zone)
    starts, ends = time.fromisoformat(hours["starts"]), time.fromisoformat(hours["ends"])
    at = local.time().replace(fold=0)
    over_midnight = starts > ends
    is_quiet = (at >= starts or at < ends) if over_midnight else starts <= at < ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1) if over_midnight and at >= starts else local.date()
    moments = (datetime.combine(day, ends.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    return next((moment for moment in moments if moment > now), None)
