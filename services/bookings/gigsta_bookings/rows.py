"""What a row of the lifecycle table says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gigsta_bookings import rules
from gigsta_bookings.models import Actor, Booking, Cancellation, Status

Moment = Callable[[Booking], datetime | None]
"""A time that follows from the booking; None where it does not apply."""
Why = Callable[[Booking, Actor], str | None]
"""Why an action is not to be had, in a sentence; None where it is."""
Effect = Callable[[Booking, Actor, datetime, rules.Command], dict[str, Any]]
"""The fields that an action changes besides the status."""
Cost = Callable[[Booking, Actor, datetime], Cancellation]
"""What an action taken now would cost the customer."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row. The first four of the product's own fields are `action_name`, `button_label`, `note`, `is_critical`."""

    action_name: str
    sources: tuple[Status, ...]
    target: Status | Callable[[Booking], Status]
    actors: tuple[Actor, ...]
    button_label: str
    note: str
    """The line of the audit log; may name {actor}, {accused}, {old} and {new}."""
    event: str
    """Published as `booking.<event>`."""
    means: str | None = None
    """What it says about the work, to whoever takes it."""
    is_critical: bool = False
    reason_from: tuple[Actor, ...] = ()
    """Who must give a reason."""
    who: Why | None = None
    """Which of `actors` it is for, where that depends on what happened before. The others are not shown it."""
    guard: Why | None = None
    """What stands in its way though it is theirs: they are shown it, disabled."""
    opens: Moment | None = None
    closes: Moment | None = None
    effect: Effect | None = None
    cost: Cost | None = None
    needs_time: bool = False
    """The payload must carry `starts_at`; that of no other action may."""
    about_proposal: bool = False
    """The payload may carry `proposal_version`."""
    needs_proposal: bool = False
    """It must."""
    leads_back: bool = False
    """It can be taken over and over: refused once a booking has been changed often enough. Nothing that ends a booking
    or a dispute is refused for that: or whoever makes changes takes the way out from the other side."""
    agrees: bool = False
    """It asks the provider for something new, or agrees it in their name: not while they are suspended or gone."""
    by_mail: bool = False
    """Mails carry a link that leads straight to it."""
    due: Moment | None = None
    """For the clock's own rows: when it acts."""


@dataclass(frozen=True)
class Creation:
    """How a booking comes to be: the rows of the table that lead out of nothing."""

    action_name: str
    target: Status
    actor: Actor
    note: str
    event: str


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """Something to tell before a deadline passes. It changes nothing, so it is no transition."""

    name: str
    """Published as `reminder.<name>`."""
    sources: tuple[Status, ...]
    to: Callable[[Booking], tuple[Actor, ...]]
    at: Moment
    deadline: Moment
    """From then on there is no point in it."""
    once: bool = False
    """Not again when the moment moves."""
