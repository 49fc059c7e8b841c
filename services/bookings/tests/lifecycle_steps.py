"""The steps of the model test: what each says, readably, and how steps are drawn."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from .lifecycle_facts import Offer, Plan, Terms
from .lifecycle_model import TABLE
from .lifecycle_world import INSTANCES

STARTS = (
    datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
    datetime(2026, 4, 4, 10, 11, 12, 347_000, UTC),  # hours before the clocks of Auckland and Lord Howe go back
    datetime(2026, 9, 26, 9, 59, 59, 999_000, UTC),  # ... and forth
)
PLANS = (
    Plan("Pacific/Auckland"),
    Plan("Australia/Lord_Howe", windows=((0, 12), (13, 24)), before=30, after=15, notice=120, horizon=20, most=2),
    Plan("Pacific/Chatham", windows=((8, 20),), step=30, after=45, horizon=365, most=1),
    Plan("Pacific/Auckland", before=10, after=10, notice=30, most=3),
)
TERMS = (
    Terms(tiers=((48, 100), (0, 0)), response_hours=1, instant=False),
    Terms(tiers=((12, 100), (1, 25)), response_hours=72),
)
SERVICES = {
    "hedge": Offer("hedge", "ana", "Hedge trimming", 9_000, 60, after=15),
    "lawn": Offer("lawn", "ana", "Lawn mowing", 4_501, 30, instant=True),
    "paint": Offer("paint", "ben", "Painting", 25_000, 150),
    "visit": Offer("visit", "ben", "A look at it", 0, 45, instant=True),
}


def own(prefix: str, offer: Offer) -> Offer:
    return replace(offer, id=f"{prefix}-{offer.id}", provider=f"{prefix}-{offer.provider}")


PROVIDERS = {"ana": PLANS[0], "ben": PLANS[1]}
CHANGES: tuple[dict[str, Any], ...] = (
    {"price": 1},
    {"title": "Something else"},
    {"minutes": 90, "after": 30},
    {"instant": True},
    {"instant": False},
    {"on_offer": False},
    {"on_offer": True},
)
PEOPLE = ("cat", "cal", "ben", "ada")
BY = ("customer", "provider", "admin", "other provider", "stranger", "another guest")


@dataclass(frozen=True)
class Slot:
    """The first time on offer so many quarters of an hour after now, or after a booking's start. `off`: beside it."""

    quarters: int
    beside: int | None = None
    off: bool = False


@dataclass(frozen=True)
class Asks:
    who: str
    service: str
    slot: Slot


@dataclass(frozen=True)
class Holds:
    mailbox: int
    service: str
    slot: Slot


@dataclass(frozen=True)
class Repeats:
    """The same request again."""

    booking: int


@dataclass(frozen=True)
class Takes:
    """The `pick`th of all actions that anybody may take now, or of those about the time, rightly."""

    pick: int
    slot: Slot
    only_times: bool = False
    stale: bool = False
    """What they say of a proposal is of the one before."""


@dataclass(frozen=True)
class Tries:
    """Whatever it is, by whomever. Versions are told by how far they are from the right one."""

    booking: int
    by: str
    action: str
    version: int | None = None
    reason: str | None = None
    slot: Slot | None = None
    proposal: int | None = None
    stray: bool = False
    """They say of time and proposal what the action does not take, too."""


@dataclass(frozen=True)
class Clocks:
    instances: int


@dataclass(frozen=True)
class Publishes:
    pass


@dataclass(frozen=True)
class Crowds:
    """Four guests want times of one day."""

    service: str
    slot: Slot


@dataclass(frozen=True)
class Plans:
    who: str
    plan: Plan


@dataclass(frozen=True)
class Agrees:
    who: str
    terms: Terms


@dataclass(frozen=True)
class Edits:
    service: str
    changes: dict[str, Any]


Step = Asks | Holds | Repeats | Takes | Tries | Clocks | Publishes
Change = Plans | Agrees | Edits

GOOD = st.builds(Slot, st.sampled_from((0, 1, 2, 3, 4, 5, 8, 9, 10, 12, 20, 92, 97, 100, 110, 196, 300, 1_340)))
BESIDE = st.builds(Slot, st.integers(-8, 8), st.integers(0, 3))
BAD = st.builds(Slot, st.sampled_from((-96, -2, 1, 8, 5_760)), off=st.booleans())
SLOTS = st.one_of(GOOD, GOOD, GOOD, BESIDE, BAD)
SERVICE = st.sampled_from(tuple(SERVICES))
ASKS = st.builds(Asks, st.sampled_from(PEOPLE), SERVICE, SLOTS)
HOLDS = st.builds(Holds, st.integers(0, 2), SERVICE, SLOTS)
FIRST_ASKS = st.builds(Asks, st.sampled_from(("cat", "cal")), SERVICE, GOOD)
FIRST_HOLDS = st.builds(Holds, st.just(0), SERVICE, GOOD)
TAKES = st.builds(Takes, st.integers(0, 60), SLOTS)
HAGGLES = st.builds(
    Takes, st.integers(0, 20), st.one_of(GOOD, GOOD, BESIDE), st.just(True), st.sampled_from((False, False, True))
)
OFF = st.sampled_from((None, None, None, 0, -1, 1))
TRIES = st.builds(
    Tries,
    st.integers(0, 3),
    st.sampled_from(("customer", "provider", *BY)),
    st.sampled_from(tuple(TABLE)),
    OFF,
    st.sampled_from((None, "because", "because", " ")),
    st.none() | SLOTS,
    OFF,
    st.sampled_from((False, False, False, True)),
)
CLOCKS = st.builds(Clocks, st.sampled_from((1, 1, 2, INSTANCES)))
TRIFLES = st.builds(Repeats, st.integers(0, 3)) | st.builds(Publishes)
CROWDS = st.builds(Crowds, SERVICE, GOOD)
GAPS = st.sampled_from((0, 1, 3, 6, 10, 14, 20, 28))
"""How many quarters of an hour lie between the times for which two people ask at once."""
RACER = st.one_of(ASKS, HOLDS, TAKES, TAKES, HAGGLES, TRIES)
OTHER = st.one_of(ASKS, HOLDS, TAKES, TAKES, HAGGLES, TRIES, TRIFLES, st.builds(Clocks, st.just(1)))
WHO = st.sampled_from(tuple(PROVIDERS))
CHANGED = st.one_of(
    st.builds(Plans, WHO, st.sampled_from(PLANS)),
    st.builds(Agrees, WHO, st.sampled_from(TERMS)),
    st.builds(Edits, SERVICE, st.sampled_from(CHANGES)),
)
WAITS = st.sampled_from(
    [
        timedelta(seconds=seconds)
        for seconds in (0.001, 1, 59, 601, 1_801, 3_600, 7_199, 18_000.5, 43_201, 86_400, 90_061, 172_801, 612_345)
    ]
)
