"""Whatever happens in whatever order at once: the summaries equal what one counts from the published ratings."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gigsta_common.mongo import Database

from .conftest import Marketplace

BOOKINGS = st.integers(0, 3)
STEP = st.one_of(
    st.tuples(st.just("rate"), BOOKINGS, st.sampled_from(["customer", "provider"]), st.integers(1, 5)),
    st.tuples(st.just("complete"), BOOKINGS),
    st.tuples(st.just("dispute"), BOOKINGS),
    st.tuples(st.just("wait"), st.integers(1, 10)),
    st.tuples(st.just("close")),
)
MOMENTS = st.lists(st.lists(STEP, min_size=1, max_size=6), min_size=1, max_size=8)
"""The steps of one moment happen all at once."""


async def counted(db: Database) -> dict[str, Counter[int]]:
    """The stars of every subject, from the published ratings alone."""
    subjects: dict[str, Counter[int]] = {}
    async for rating in db["ratings"].find({"status": "published"}):
        if rating["author_role"] == "customer":
            ids = [f"service:{rating['service_id']}", f"provider:{rating['provider_id']}"]
        else:
            ids = [f"customer:{rating['rated_user_id']}"]
        for subject in ids:
            subjects.setdefault(subject, Counter())[rating["stars"]] += 1
    return subjects


async def check(market: Marketplace) -> None:
    db = market.service.db
    expected = await counted(db)
    stored = {tally["_id"]: tally async for tally in db["summaries"].find()}
    assert set(stored) == set(expected)
    for subject, stars in expected.items():
        tally = stored[subject]
        assert {int(k): n for k, n in tally["histogram"].items()} == stars
        assert (tally["count"], tally["sum"]) == (stars.total(), sum(k * n for k, n in stars.items()))
        assert tally["version"] == stars.total()
    now = market.clock.now()
    invitations = {i["_id"]: i async for i in db["invitations"].find()}
    sides = Counter([rating["booking_id"] async for rating in db["ratings"].find()])
    async for rating in db["ratings"].find():
        invitation = invitations[rating["booking_id"]]
        both_or_over = sides[rating["booking_id"]] == 2 or invitation["closes_at"] <= now
        assert (rating["status"] == "published") == (invitation["status"] == "closed")
        assert rating["status"] == "waiting" or both_or_over


async def check_events(market: Marketplace) -> None:
    await market.service.settle()
    told = Counter(e.data["rating_id"] for e in market.service.published if e.name == "rating.published")
    published = {r["_id"] async for r in market.service.db["ratings"].find({"status": "published"}, {"_id": 1})}
    assert told == Counter(published)
    latest: dict[str, dict[str, Any]] = {}
    for event in market.service.published:
        summary = event.data.get("provider_summary")
        if summary and summary["version"] > latest.get(event.data["provider_id"], {"version": 0})["version"]:
            latest[event.data["provider_id"]] = summary
    for provider_id, summary in latest.items():
        served = await market.get("/ratings/summary", provider_id=provider_id)
        assert {k: summary[k] for k in ("average", "weighted", "count", "histogram")} == served


class Run:
    """One example: bookings of its own among providers and customers that all examples share."""

    def __init__(self, market: Marketplace, number: int) -> None:
        self.market = market
        self.number = number

    async def step(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("rate", booking, role, stars):
                user = f"customer-{booking % 2}" if role == "customer" else f"provider-{booking // 2}"
                answer = await self.market.rate(user, self._id(booking), stars)
                assert answer.status_code in (201, 404, 409), answer.text
            case ("complete", booking):
                await self._event(booking, "completed", "disputed")
            case ("dispute", booking):
                await self._event(booking, "disputed", "completed")
            case ("wait", days):
                self.market.clock.advance(timedelta(days=days))
            case _:
                await self.market.close_due()

    def _id(self, booking: int) -> str:
        return f"run-{self.number}-booking-{booking}"

    async def _event(self, booking: int, to_status: str, from_status: str) -> None:
        await self.market.booking(
            self._id(booking),
            to_status,
            from_status=from_status,
            customer_id=f"customer-{booking % 2}",
            provider_id=f"provider-{booking // 2}",
            service_id=f"service-{booking}",
        )


async def test_summaries_equal_a_count_from_scratch_whatever_happens_at_once(market: Marketplace) -> None:
    runs = iter(range(1_000_000))
    loop = asyncio.get_running_loop()

    async def play(moments: list[list[tuple[Any, ...]]]) -> None:
        run = Run(market, next(runs))
        await asyncio.gather(*(run.step(("complete", booking)) for booking in range(4)))
        for moment in moments:
            await asyncio.gather(*(run.step(step) for step in moment))
            await check(market)
        await check_events(market)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(MOMENTS)
    def explore(moments: list[list[tuple[Any, ...]]]) -> None:
        asyncio.run_coroutine_threadsafe(play(moments), loop).result(timeout=60)

    await asyncio.to_thread(explore)


async def test_a_crowd_rating_one_provider_at_once_is_counted_to_the_last(market: Marketplace) -> None:
    crowd = [f"customer-{n}" for n in range(30)]
    for n, customer in enumerate(crowd):
        await market.booking(f"b{n}", customer_id=customer)
        await market.rate("pat", f"b{n}", 3)
    requests = [(customer, f"b{n}", 1 + n % 5) for n, customer in enumerate(crowd)]
    answers = await asyncio.gather(*(market.rate(*request) for request in requests + requests))
    assert sorted(a.status_code for a in answers) == [201] * 30 + [409] * 30
    await check(market)
    await check_events(market)
    assert (await market.get("/ratings/summary", provider_id="pat"))["count"] == 30
