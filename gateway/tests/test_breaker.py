"""The circuit breaker, by a clock of its own."""

import pytest

from gigsta_gateway.upstream import Breaker


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker(failures=3, rest=2.0, now=time)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.allows()
        breaker.failed()


def test_a_row_of_failures_opens_it(breaker: Breaker) -> None:
    fail(breaker, 2)
    assert not breaker.open
    fail(breaker, 1)
    assert breaker.open
    assert not breaker.allows()


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker, 2)
        assert breaker.allows()
        breaker.succeeded()
    assert not breaker.open


def test_after_its_rest_one_probe_goes_at_a_time(breaker: Breaker, time: Time) -> None:
    fail(breaker, 3)
    time.now = 1.9
    assert not breaker.allows()
    time.now = 2.0
    assert breaker.allows()
    assert not breaker.allows()
    breaker.succeeded()
    assert not breaker.open
    assert breaker.allows()


def test_a_failed_probe_makes_it_rest_again(breaker: Breaker, time: Time) -> None:
    fail(breaker, 3)
    time.now = 2.0
    fail(breaker, 1)
    assert not breaker.allows()
    time.now = 4.0
    assert breaker.allows()


def test_an_abandoned_probe_makes_room_for_the_next(breaker: Breaker, time: Time) -> None:
    fail(breaker, 3)
    time.now = 2.0
    assert breaker.allows()
    breaker.abandoned()
    assert breaker.open
    assert breaker.allows()
