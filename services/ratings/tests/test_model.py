"""Ratings against a model: whatever happens in whatever order, the service says what the model says.

After each step the summaries equal a count from the model's published ratings (and a count from scratch), nobody has
rated twice, and nobody but its author finds a rating that is not published through any endpoint.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from gigsta_common.events import Envelope, UserClosed
from gigsta_ratings.crud.check import differences
from gigsta_ratings.models import RATING_WINDOW, weighted_score

from .conftest import Marketplace

BOOKINGS = st.integers(0, 2)
ROLES = st.sampled_from(["customer", "provider"])
STARS = st.integers(1, 5)
CUSTOMER_OF = {0: "c0", 1: "c1", 2: "c0"}
PROVIDER_OF = {0: "p0", 1: "p0", 2: "p1"}
SERVICE_OF = {0: "s0", 1: "s0", 2: "s2"}
USERS = ("c0", "c1", "p0", "p1", "stranger")


@dataclass
class ModelRating:
    id: str
    author: str
    rated: str
    stars: int
    mark: str
    """A word of its comment that stands nowhere else."""
    status: str = "waiting"
    reports: set[str] = field(default_factory=set)
    open_reports: int = 0
    replied: bool = False


@dataclass
class ModelBooking:
    status: str | None = None
    """Of the invitation."""
    closes_at: datetime | None = None
    open_to: set[str] = field(default_factory=set)
    ratings: dict[str, ModelRating] = field(default_factory=dict)

    def publish(self) -> None:
        self.status = "closed"
        for rating in self.ratings.values():
            if rating.status == "waiting":
                rating.status = "published"


class RatingsMachine(RuleBasedStateMachine):
    """Bookings and people of its own among those of all examples."""

    market: Marketplace
    loop: asyncio.AbstractEventLoop
    runs = iter(range(1_000_000))

    def __init__(self) -> None:
        super().__init__()
        self.number = next(self.runs)
        self.bookings = {n: ModelBooking() for n in range(3)}
        self.closed: set[str] = set()
        self.events: list[Envelope] = []
        self.marks = iter(range(1_000_000))

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    def name(self, short: str | int) -> str:
        return f"r{self.number}-{short}"

    def party(self, booking: int, role: str) -> str:
        return CUSTOMER_OF[booking] if role == "customer" else PROVIDER_OF[booking]

    def post(self, user: str, path: str, body: Any, *roles: str, method: str = "POST", **headers: str) -> Any:
        return self.run(self.market.post(self.name(user), path, body, *roles, method=method, **headers))

    def expect(self, answer: Any, status: int, code: str | None = None) -> None:
        assert answer.status_code == status, answer.text
        assert code is None or answer.json()["code"] == code

    def is_refused(self, answer: Any, user: str) -> bool:
        """Whoever has closed their account says nothing any more."""
        if user in self.closed:
            self.expect(answer, 403, "account_closed")
        return user in self.closed

    def some(self, booking: int, role: str) -> ModelRating | None:
        return self.bookings[booking].ratings.get(role)

    def has_closed(self, known: ModelBooking) -> bool:
        return known.closes_at is not None and self.market.clock.now() >= known.closes_at

    # -- what bookings tells

    @rule(booking=BOOKINGS)
    def complete(self, booking: int) -> None:
        known = self.bookings[booking]
        self._tell(booking, "completed", "disputed")
        if known.status in (None, "withdrawn"):
            known.closes_at = self.market.clock.now() + RATING_WINDOW
        if known.status is None:
            known.open_to = {CUSTOMER_OF[booking], PROVIDER_OF[booking]}
        known.open_to -= self.closed
        if known.status != "closed":
            known.status = "open"

    @rule(booking=BOOKINGS)
    def dispute(self, booking: int) -> None:
        known = self.bookings[booking]
        self._tell(booking, "disputed", "completed")
        if known.status is None:
            known.open_to = {CUSTOMER_OF[booking], PROVIDER_OF[booking]} - self.closed
        if known.status != "closed":
            known.status = "withdrawn"

    def _tell(self, booking: int, to_status: str, from_status: str) -> None:
        parties = {
            "customer_id": self.name(CUSTOMER_OF[booking]),
            "provider_id": self.name(PROVIDER_OF[booking]),
            "service_id": self.name(SERVICE_OF[booking]),
        }
        told = self.market.booking(self.name(booking), to_status, from_status=from_status, **parties)
        self.events.append(self.run(told))

    @precondition(lambda self: self.events)
    @rule(data=st.data(), forgotten=st.booleans())
    def tell_again(self, data: st.DataObject, forgotten: bool) -> None:
        """An event comes again: soon, or when it is long forgotten that it came."""
        event = data.draw(st.sampled_from(self.events))
        if forgotten:
            self.run(self.market.service.db["inbox_seen"].delete_many({}))
        self.run(self.market.service.bus.publish(event))
        self.run(self.market.service.settle())

    # -- what people do

    @rule(booking=BOOKINGS, role=ROLES, stars=STARS, twice=st.booleans())
    def rate(self, booking: int, role: str, stars: int, twice: bool) -> None:
        known, author = self.bookings[booking], self.party(booking, role)
        mark = f"mark{self.number}x{next(self.marks)}x"
        body = {"booking_id": self.name(booking), "stars": stars, "comment": f"Said: {mark}."}
        send = {"Idempotency-Key": mark}
        answer = self.post(author, "/ratings", body, **send)
        if self.is_refused(answer, author):
            return
        if known.status is None:
            self.expect(answer, 404, "booking_not_found")
            return
        if author not in known.open_to:
            self.expect(answer, 409, "already_rated")
            return
        if known.status == "withdrawn":
            self.expect(answer, 409, "booking_not_completed")
            return
        if known.status == "closed" or self.has_closed(known):
            self.expect(answer, 409, "rating_window_closed")
            return
        self.expect(answer, 201)
        other = self.party(booking, "provider" if role == "customer" else "customer")
        known.ratings[role] = ModelRating(answer.json()["id"], author, other, stars, mark)
        known.open_to.discard(author)
        if not known.open_to:
            known.publish()
        assert answer.json()["status"] == known.ratings[role].status
        if twice:
            self.expect(self.post(author, "/ratings", body, **send), 201)

    @rule(booking=BOOKINGS, role=ROLES, stars=STARS)
    def edit(self, booking: int, role: str, stars: int) -> None:
        rating = self.some(booking, role)
        if rating is None:
            return
        stranger = self.post(rating.rated, f"/ratings/{rating.id}", {"stars": stars}, method="PATCH")
        if not self.is_refused(stranger, rating.rated):
            self.expect(stranger, 404, "rating_not_found")
        answer = self.post(rating.author, f"/ratings/{rating.id}", {"stars": stars}, method="PATCH")
        if self.is_refused(answer, rating.author):
            return
        if rating.status != "waiting":
            self.expect(answer, 409, "rating_published")
            return
        self.expect(answer, 200)
        rating.stars = stars

    @rule(booking=BOOKINGS, role=ROLES)
    def reply(self, booking: int, role: str) -> None:
        rating = self.some(booking, role)
        if rating is None:
            return
        answer = self.post(rating.rated, f"/ratings/{rating.id}/reply", {"comment": "Thanks."})
        if self.is_refused(answer, rating.rated):
            return
        if rating.status != "published":
            self.expect(answer, 404, "rating_not_found")
            return
        if rating.replied:
            self.expect(answer, 409, "already_replied")
            return
        self.expect(answer, 201)
        rating.replied = True

    @rule(booking=BOOKINGS, role=ROLES, user=st.sampled_from(USERS))
    def report(self, booking: int, role: str, user: str) -> None:
        rating = self.some(booking, role)
        if rating is None:
            return
        answer = self.post(user, f"/ratings/{rating.id}/report", {"reason": "Not true."})
        if self.is_refused(answer, user):
            return
        if rating.status != "published":
            self.expect(answer, 404, "rating_not_found")
            return
        if user == rating.author:
            self.expect(answer, 403, "own_rating")
            return
        if user in rating.reports:
            self.expect(answer, 409, "already_reported")
            return
        self.expect(answer, 201)
        rating.reports.add(user)
        rating.open_reports += 1

    @rule(booking=BOOKINGS, role=ROLES, decision=st.sampled_from(["hide", "restore", "dismiss"]))
    def moderate(self, booking: int, role: str, decision: str) -> None:
        rating = self.some(booking, role)
        if rating is None:
            return
        possible = {
            "hide": rating.status == "published",
            "restore": rating.status == "hidden",
            "dismiss": rating.open_reports > 0,
        }
        answer = self.run(self.market.decide(rating.id, decision))
        if not possible[decision]:
            self.expect(answer, 409, "action_not_available")
            return
        self.expect(answer, 200)
        rating.status = {"hide": "hidden", "restore": "published"}.get(decision, rating.status)
        if decision != "restore":
            rating.open_reports = 0

    @rule(user=st.sampled_from(["c0", "c1", "p0"]), again=st.booleans())
    def close_account(self, user: str, again: bool) -> None:
        event = UserClosed(user_id=self.name(user), closed_at=self.market.clock.now())
        for _ in range(1 + again):
            self.run(self.market.service.receive("user.closed", event, subject=self.name(user), sequence=9))
        if user in self.closed:
            return
        self.closed.add(user)
        for n, known in self.bookings.items():
            if user in (CUSTOMER_OF[n], PROVIDER_OF[n]):
                known.open_to.discard(user)
                if known.status == "open" and not known.open_to:
                    known.publish()

    # -- time

    @rule(days=st.integers(1, 15))
    def wait(self, days: int) -> None:
        self.market.clock.advance(timedelta(days=days))
        self.run(self.market.close_due())
        for known in self.bookings.values():
            if known.status == "open" and self.has_closed(known):
                known.publish()

    # -- what must hold

    def ratings(self, *statuses: str) -> list[tuple[int, str, ModelRating]]:
        every = ((n, role, one) for n, known in self.bookings.items() for role, one in known.ratings.items())
        return [(n, role, one) for n, role, one in every if one.status in statuses]

    @invariant()
    def the_summaries_are_what_the_published_ratings_say(self) -> None:
        expected: dict[tuple[str, str], Counter[int]] = {}
        for n, role, rating in self.ratings("published"):
            if role == "customer":
                subjects = [("service_id", SERVICE_OF[n]), ("provider_id", PROVIDER_OF[n])]
            else:
                subjects = [("user_id", CUSTOMER_OF[n])]
            for subject in subjects:
                expected.setdefault(subject, Counter())[rating.stars] += 1
        every = [("service_id", "s0"), ("service_id", "s2"), *(("provider_id", p) for p in ("p0", "p1"))]
        for kind, short in [*every, ("user_id", "c0"), ("user_id", "c1")]:
            stars = expected.get((kind, short), Counter())
            total, count = sum(n * times for n, times in stars.items()), stars.total()
            assert self.run(self.market.get("/ratings/summary", **{kind: self.name(short)})) == {
                "count": count,
                "average": total / count if count else None,
                "weighted": weighted_score(count, total) if count else None,
                "histogram": {str(n): stars[n] for n in range(1, 6)},
            }
        _, wrong = self.run(differences(self.market.service.db))
        assert wrong == []

    @invariant()
    def each_side_has_rated_once_and_is_where_the_model_has_it(self) -> None:
        mine = {"booking_id": {"$regex": f"^{self.name('')}"}}
        stored = self.run(self.market.service.db["ratings"].find(mine).to_list())
        sides = [(one["booking_id"], one["author_role"]) for one in stored]
        assert len(sides) == len(set(sides))
        found = {one["_id"]: (one["status"], one["stars"]) for one in stored}
        assert found == {
            one.id: (one.status, one.stars) for _, _, one in self.ratings("waiting", "published", "hidden")
        }

    @invariant()
    def nobody_finds_what_is_not_published_but_its_author(self) -> None:
        seen = {user: self.run(self._everything_of(user)) for user in USERS}
        public = self.run(self._everything_public())
        for _, _, rating in self.ratings("waiting", "hidden"):
            assert rating.mark not in public
            assert [user for user, text in seen.items() if rating.mark in text] == [rating.author]
        for _, _, rating in self.ratings("published"):
            assert rating.mark in public

    async def _everything_of(self, user: str) -> str:
        paths = ("/ratings/mine", "/ratings/export", "/ratings/pending")
        return str([await self.market.get(path, self.name(user)) for path in paths])

    async def _everything_public(self) -> str:
        subjects = [("service_id", "s0"), ("service_id", "s2"), ("provider_id", "p0"), ("provider_id", "p1")]
        subjects += [("user_id", "c0"), ("user_id", "c1")]
        pages = [await self.market.get("/ratings", **{kind: self.name(short)}, limit=100) for kind, short in subjects]
        return str(pages)


async def test_the_service_says_what_the_model_says(market: Marketplace) -> None:
    class Machine(RatingsMachine):
        pass

    Machine.market, Machine.loop = market, asyncio.get_running_loop()
    chosen = settings(
        max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    await asyncio.to_thread(run_state_machine_as_test, Machine, settings=chosen)
    await market.service.settle()
    told = Counter(e.data["rating_id"] for e in market.service.published if e.name == "rating.published")
    assert set(told.values()) <= {1}, "each comes out once"
