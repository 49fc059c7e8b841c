"""What the second writing of the lifecycle knows of people, plans and bookings. Nothing here is the service's own."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIVE = ("awaiting_verification", "pending", "confirmed", "in_progress", "no_show_reported")
"""The states that hold time. Here: work that has begun, and a reported no-show (it can be retracted), hold it too."""


@dataclass(frozen=True)
class Terms:
    """A provider's policy; with `notice` what is copied onto a booking."""

    version: int = 0
    tiers: tuple[tuple[int, int], ...] = ((24, 100), (2, 50), (0, 0))
    response_hours: int = 24
    instant: bool = True
    notice: int = 0


@dataclass(frozen=True)
class Plan:
    """The windows are whole hours of every day, by the clock on the wall."""

    zone: str
    windows: tuple[tuple[int, int], ...] = ((0, 24),)
    step: int = 15
    before: int = 0
    after: int = 0
    notice: int = 0
    horizon: int = 60
    most: int | None = None

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def offers(self, starts: datetime, minutes: int) -> bool:
        """A step from the beginning of a window, and open from then on until the work is done, over midnight too."""
        local = starts.astimezone(ZoneInfo(self.zone))
        for opens, closes in self.windows:
            if opens <= local.hour < closes:
                first = datetime.combine(local.date(), time(opens), ZoneInfo(self.zone))
                waited = starts - first.astimezone(UTC)
                quarters = range(0, minutes, 15)  # windows are whole hours
                return not waited % timedelta(minutes=self.step) and all(
                    self._is_open(starts + at * MINUTE) for at in (*quarters, minutes - 1)
                )
        return False

    def _is_open(self, moment: datetime) -> bool:
        hour = moment.astimezone(ZoneInfo(self.zone)).hour
        return any(opens <= hour < closes for opens, closes in self.windows)


@dataclass(frozen=True)
class Offer:
    """A service as it is on offer now."""

    id: str
    provider: str
    title: str
    price: int
    minutes: int
    after: int = 0
    instant: bool = False
    on_offer: bool = True


@dataclass(frozen=True)
class Caller:
    """A user, or the guest who holds the secret of one booking."""

    id: str
    admin: bool = False
    guest_of: str | None = None

    def roles(self, booking: "Kept") -> str:
        """As whom they act, in letters; none for whom the booking does not exist."""
        if self.guest_of is not None:
            return "" if self.guest_of != booking.id else "G" if booking.status == "awaiting_verification" else "C"
        sides = ("C" if self.id == booking.customer else "") + ("P" if self.id == booking.service.provider else "")
        return sides or ("A" if self.admin else "")


@dataclass(frozen=True)
class Claim:
    """A stretch of a provider's time, buffers included. `slot` is when the work itself begins."""

    kind: str
    begins: datetime
    ends: datetime
    slot: datetime

    def utc_days(self) -> set[date]:
        days = (self.ends - timedelta(milliseconds=1)).date() - self.begins.date()
        return {self.begins.date() + timedelta(days=n) for n in range(days.days + 1)}


@dataclass(frozen=True)
class Proposal:
    by: str
    starts: datetime
    at: datetime
    version: int


@dataclass(frozen=True)
class Entry:
    """A line of the history. `note` is how it begins."""

    action: str
    actor: str
    actor_id: str | None
    at: datetime
    note: str
    reason: str | None
    source: str | None
    target: str


@dataclass(frozen=True)
class Kept:
    """A booking as it must be. `service` and `terms` are as they were when it was made."""

    id: str
    status: str
    customer: str
    mailbox: str | None
    """Of a guest; empty once it has been forgotten."""
    service: Offer
    terms: Terms
    before: int
    after: int
    zone: str
    starts: datetime
    created: datetime
    requested: datetime
    asked: datetime
    """Since when the provider is asked for this very time."""
    history: tuple[Entry, ...]
    events: tuple[tuple[str, int], ...]
    verified: datetime | None = None
    confirmed: datetime | None = None
    marked: datetime | None = None
    completed: datetime | None = None
    proposal: Proposal | None = None
    no_show: tuple[str, datetime] | None = None
    dispute: tuple[str, str, datetime] | None = None
    cancellation: tuple[int, int] | None = None
    reminded: dict[str, datetime] = field(default_factory=dict)

    @property
    def version(self) -> int:
        return len(self.history)

    @property
    def ends(self) -> datetime:
        return self.starts + self.service.minutes * MINUTE

    def claims(self) -> list[Claim]:
        """What it holds of the provider's time."""
        # Here: a dispute may be withdrawn, so it holds what the state before it held.
        status = self.dispute[1] if self.dispute else self.status
        if status not in LIVE:
            return []
        times = [("hold" if status == "awaiting_verification" else "slot", self.starts)]
        times += [("proposal", self.proposal.starts)] if self.proposal else []
        before, length = self.before * MINUTE, (self.service.minutes + self.after) * MINUTE
        return [Claim(kind, starts - before, starts + length, starts) for kind, starts in times]
