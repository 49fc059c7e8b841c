"""What `Bus` promises, shown on both adapters."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gigsta_common import context
from gigsta_common.events import Envelope
from gigsta_common.messaging import Bus, BusUnavailable, NotRouted, Subscription
from gigsta_common.messaging.dispatch import InOrder, matches
from gigsta_common.testing.events import NotingHandler, an_event
from gigsta_common.testing.service import eventually

UntilReady = Callable[[Bus], Awaitable[None]]


@pytest.fixture
def subscribe(bus: Bus, until_ready: UntilReady) -> Callable[..., Awaitable[None]]:
    """Subscribes and waits until events for it find their way."""

    async def do(
        service: str, handle: Callable[[Envelope], Awaitable[None]], *bindings: str, **options: object
    ) -> None:
        options = {"retry_delays_ms": (20, 40)} | options
        await bus.subscribe(Subscription(service, bindings or ("#",), handle, **options))  # type: ignore[arg-type]
        await settle(bus, until_ready)

    return do


async def settle(bus: Bus, until_ready: UntilReady) -> None:
    """A new subscription makes the RabbitMQ adapter begin again, from the next turn of the loop on."""

    async def noticed() -> bool:
        await until_ready(bus)
        broken = getattr(bus, "_broken", None)
        return broken is None or not broken.is_set()

    await eventually(noticed)


Subscribe = Callable[..., Awaitable[None]]


async def seen(handler: NotingHandler, count: int) -> None:
    async def enough() -> bool:
        return len(handler.done) >= count

    await eventually(enough, within=20)


async def parked(bus: Bus, service: str, count: int) -> None:
    async def there() -> bool:
        return len(await bus.parked(service)) == count

    await eventually(there, within=20)


PATTERNS = {
    "booking.confirmed": {"booking.confirmed"},
    "booking.*": {"booking.confirmed", "booking.cancelled"},
    "booking.#": {"booking", "booking.confirmed", "booking.cancelled", "booking.confirmed.late"},
    "#": {"booking", "booking.confirmed", "booking.cancelled", "booking.confirmed.late", "rating.confirmed"},
    "*.confirmed": {"booking.confirmed", "rating.confirmed"},
    "#.late": {"booking.confirmed.late"},
    "*": {"booking"},
    "*.#.late": {"booking.confirmed.late"},
    "#.confirmed.#": {"booking.confirmed", "booking.confirmed.late", "rating.confirmed"},
    "booking.c*": set(),
    "confirmed": set(),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_match_whole_words(pattern: str) -> None:
    assert {key for key in PATTERNS["#"] if matches(pattern, key)} == PATTERNS[pattern]


async def test_topics_match_as_in_amqp(bus: Bus, until_ready: UntilReady) -> None:
    handlers = {pattern: NotingHandler() for pattern in PATTERNS}
    for number, (pattern, handler) in enumerate(handlers.items()):
        await bus.subscribe(Subscription(f"service-{number}", (pattern,), handler, retry_delays_ms=()))
    await settle(bus, until_ready)
    for key in sorted(PATTERNS["#"]):
        await bus.publish(an_event(key))

    async def all_there() -> bool:
        return sum(len(h.done) for h in handlers.values()) >= sum(len(keys) for keys in PATTERNS.values())

    await eventually(all_there)
    assert {pattern: sorted(e.name for e in h.done) for pattern, h in handlers.items()} == {
        pattern: sorted(keys) for pattern, keys in PATTERNS.items()
    }


async def test_every_service_that_is_bound_gets_it_as_it_was(bus: Bus, subscribe: Subscribe) -> None:
    one, other, none = NotingHandler(), NotingHandler(), NotingHandler()
    await subscribe("one", one, "booking.*")
    await subscribe("other", other, "booking.confirmed", "booking.*")
    await subscribe("none", none, "rating.*")
    event = an_event("booking.confirmed", note="Kia ora \N{WAVING HAND SIGN}", amount=12)
    await bus.publish(event)
    await seen(one, 1)
    await seen(other, 1)
    assert one.done == [event]
    assert other.done == [event]
    assert none.begun == []


async def test_what_nobody_is_bound_for_is_not_routed(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler()
    await subscribe("one", handler, "booking.*")
    with pytest.raises(NotRouted):
        await bus.publish(an_event("rating.published"))
    await bus.publish(an_event("booking.confirmed"))
    await seen(handler, 1)


async def test_the_bus_does_not_hide_a_second_delivery(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler()
    await subscribe("one", handler)
    for _ in range(2):
        await bus.publish(an_event(event_id="the-same"))
    await seen(handler, 2)
    assert handler.ids() == ["the-same", "the-same"]


async def test_one_subject_in_order_while_others_go_on(bus: Bus, subscribe: Subscribe) -> None:
    gate = asyncio.Event()
    at_work: list[str] = []
    overlapped: list[str] = []
    order: dict[str, list[int]] = {}

    async def handle(event: Envelope) -> None:
        if event.subject in at_work:
            overlapped.append(event.subject)
        at_work.append(event.subject)
        await gate.wait()
        for _ in range(20 - event.sequence):  # whoever came later would be done sooner
            await asyncio.sleep(0)
        order.setdefault(event.subject, []).append(event.sequence)
        at_work.remove(event.subject)

    await subscribe("one", handle)
    subjects = [f"booking-{n}" for n in range(10)]
    for sequence in range(20):
        await asyncio.gather(*(bus.publish(an_event(subject=s, sequence=sequence)) for s in subjects))

    async def each_begun() -> bool:
        return sorted(at_work) == subjects

    await eventually(each_begun)
    gate.set()

    async def all_there() -> bool:
        return sum(len(seen) for seen in order.values()) == 200

    await eventually(all_there)
    assert overlapped == []
    assert order == {subject: list(range(20)) for subject in subjects}


async def test_different_subjects_are_handled_at_the_same_time(bus: Bus, subscribe: Subscribe) -> None:
    together = asyncio.Barrier(8)
    met = 0

    async def handle(_: Envelope) -> None:
        nonlocal met
        await together.wait()
        met += 1

    await subscribe("one", handle)
    for n in range(8):
        await bus.publish(an_event(subject=f"booking-{n}"))

    async def all_met() -> bool:
        return met == 8

    await eventually(all_met)


async def test_no_more_than_the_prefetch_at_once(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler()
    handler.gate.clear()
    await subscribe("one", handler, prefetch=3)
    for n in range(9):
        await bus.publish(an_event(subject=f"booking-{n}"))

    async def three() -> bool:
        return len(handler.begun) == 3

    await eventually(three)
    handler.gate.set()
    await seen(handler, 9)


async def test_a_failure_that_passes_is_retried_until_it_has(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler()
    handler.fails = lambda _: len(handler.begun) < 3
    await subscribe("one", handler)
    await bus.publish(an_event(event_id="e"))
    await seen(handler, 1)
    assert len(handler.begun) == 3
    assert await bus.parked("one") == []


async def test_what_always_fails_is_parked_after_its_last_try(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler(fails=lambda _: True)
    await subscribe("one", handler, retry_delays_ms=(10, 20, 30))
    event = an_event(event_id="e", why="a good reason")
    await bus.publish(event)
    await parked(bus, "one", 1)
    (found,) = await bus.parked("one")
    assert len(handler.begun) == 4
    assert found.attempts == 4
    assert found.event == event
    assert Envelope.model_validate_json(found.body) == event
    assert "cannot handle booking.confirmed" in found.error
    assert found.parked_at is not None
    assert found.parked_at.tzinfo is not None


async def test_without_retries_one_failure_parks(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler(fails=lambda _: True)
    await subscribe("one", handler, retry_delays_ms=())
    await bus.publish(an_event())
    await parked(bus, "one", 1)
    assert len(handler.begun) == 1


async def test_a_handler_that_hangs_is_a_failure(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler()
    handler.gate.clear()
    await subscribe("one", handler, retry_delays_ms=(), handler_timeout=0.01)
    await bus.publish(an_event())
    await parked(bus, "one", 1)
    assert "TimeoutError" in (await bus.parked("one"))[0].error


async def test_one_service_failing_does_not_touch_another(bus: Bus, subscribe: Subscribe) -> None:
    bad, good = NotingHandler(fails=lambda _: True), NotingHandler()
    await subscribe("bad", bad)
    await subscribe("good", good)
    await bus.publish(an_event())
    await parked(bus, "bad", 1)
    assert len(good.begun) == 1
    assert await bus.parked("good") == []


async def test_looking_at_parked_events_leaves_them(bus: Bus, subscribe: Subscribe) -> None:
    await subscribe("one", NotingHandler(fails=lambda _: True), retry_delays_ms=())
    for n in range(5):
        await bus.publish(an_event(event_id=f"e{n}"))
        await parked(bus, "one", n + 1)
    for _ in range(3):
        assert [p.event.id for p in await bus.parked("one") if p.event] == ["e0", "e1", "e2", "e3", "e4"]
        assert [p.event.id for p in await bus.parked("one", limit=2) if p.event] == ["e0", "e1"]


async def test_replaying_one_parked_event(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler(fails=lambda _: True)
    await subscribe("one", handler, retry_delays_ms=())
    for n in range(3):
        await bus.publish(an_event(event_id=f"e{n}"))
        await parked(bus, "one", n + 1)
    handler.fails = lambda _: False
    assert await bus.replay("one", "nobody") == 0
    assert await bus.replay("one", "e1") == 1
    await seen(handler, 1)
    assert handler.ids() == ["e1"]
    await parked(bus, "one", 2)
    assert await bus.replay("one") == 2
    await seen(handler, 3)
    assert set(handler.ids()) == {"e0", "e1", "e2"}
    assert await bus.parked("one") == []
    assert await bus.replay("one") == 0


async def test_a_replayed_event_has_all_its_tries_again(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler(fails=lambda _: True)
    await subscribe("one", handler, retry_delays_ms=(10, 10))
    await bus.publish(an_event())
    await parked(bus, "one", 1)
    assert await bus.replay("one") == 1

    async def tried_again() -> bool:
        return len(handler.begun) == 6 and len(await bus.parked("one")) == 1

    await eventually(tried_again)


async def test_dropping_parked_events(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler(fails=lambda _: True)
    await subscribe("one", handler, retry_delays_ms=())
    for n in range(3):
        await bus.publish(an_event(event_id=f"e{n}"))
        await parked(bus, "one", n + 1)
    assert await bus.drop("one", "e1") == 1
    assert [p.event.id for p in await bus.parked("one") if p.event] == ["e0", "e2"]
    assert await bus.drop("one") == 2
    assert await bus.parked("one") == []
    assert len(handler.begun) == 3


async def test_a_service_that_does_not_exist_has_no_parked_events(bus: Bus, subscribe: Subscribe) -> None:
    await subscribe("one", NotingHandler())
    with pytest.raises(LookupError):
        await bus.parked("nobody")
    with pytest.raises(LookupError):
        await bus.replay("nobody")


async def test_a_poisonous_event_does_not_hold_up_the_next_200(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler(fails=lambda event: event.id == "poison")
    await subscribe("one", handler, retry_delays_ms=(600_000,))
    await bus.publish(an_event(event_id="poison"))
    await asyncio.gather(*(bus.publish(an_event(subject=f"booking-{n % 7}")) for n in range(200)))
    await seen(handler, 200)
    assert [event.id for event in handler.begun].count("poison") == 1


async def test_a_handler_runs_in_the_trace_of_its_event(bus: Bus, subscribe: Subscribe) -> None:
    found: list[str | None] = []

    async def handle(_: Envelope) -> None:
        request = context.current()
        found.append(request.request_id if request else None)

    await subscribe("one", handle)
    await bus.publish(an_event(request_id="request-12345"))
    await bus.publish(an_event(request_id="request-67890"))

    async def both() -> bool:
        return len(found) == 2

    await eventually(both)
    assert found == ["request-12345", "request-67890"]


async def test_stopping_finishes_what_is_in_hand(bus: Bus, subscribe: Subscribe) -> None:
    handler = NotingHandler()
    handler.gate.clear()
    await subscribe("one", handler)
    await bus.publish(an_event())

    async def in_hand() -> bool:
        return len(handler.begun) == 1

    await eventually(in_hand)
    stopping = asyncio.create_task(bus.stop())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not stopping.done()
    handler.gate.set()
    await stopping
    assert len(handler.done) == 1
    assert bus.problem() is not None
    with pytest.raises(BusUnavailable):
        await bus.publish(an_event())


async def test_a_bus_that_works_has_no_problem(bus: Bus, subscribe: Subscribe) -> None:
    await subscribe("one", NotingHandler())
    assert bus.problem() is None


async def test_subscribing_again_replaces_the_handler_and_loses_nothing(bus: Bus, subscribe: Subscribe) -> None:
    first, second = NotingHandler(), NotingHandler()
    await subscribe("one", first)
    await bus.publish(an_event(event_id="a"))
    await seen(first, 1)
    await subscribe("one", second)
    await bus.publish(an_event(event_id="b"))
    await seen(second, 1)
    assert first.ids() == ["a"]
    assert second.ids() == ["b"]


async def test_locks_by_subject_are_forgotten_when_free() -> None:
    order = InOrder()
    async with order.holding("a"), order.holding("b"):
        assert set(order._locks) == {"a", "b"}
    assert order._locks == {}
