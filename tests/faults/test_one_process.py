"""Everything in one process, which is killed in the middle of its work: no event is lost, and none acts twice."""

import httpx2
from tests.faults.test_parts_that_die import fresh_booking, login, notified

from gigsta_common.testing.waiting import until
from tests.conftest import Marketplace

EVERYTHING = "--all"
TIMES = 3


def test_what_was_accepted_before_the_kill_is_told_once_after_it(one_process: Marketplace) -> None:
    with httpx2.Client(base_url=f"{one_process.url}/api/v1", timeout=20, trust_env=False) as api:
        customer, provider = login(api, "customer"), login(api, "provider")
        for _ in range(TIMES):
            accept_and_kill(one_process, api, customer, provider)


def accept_and_kill(
    marketplace: Marketplace, api: httpx2.Client, customer: dict[str, str], provider: dict[str, str]
) -> None:
    booking = fresh_booking(api, customer)["id"]
    accepted = api.post(f"/bookings/{booking}/actions/accept", headers=provider)
    marketplace.kill(EVERYTHING)
    assert (accepted.status_code, accepted.json()["status"]) == (200, "confirmed")
    until(lambda: answers(api), "it is back")
    told = until(lambda: notified(api, customer, booking, "booking.confirmed"), "the customer is told")
    assert len(told) == 1
    assert len(notified(api, provider, booking, "booking.requested")) == 1


def answers(api: httpx2.Client) -> bool:
    try:
        return api.get("/catalog/categories").status_code == 200
    except httpx2.TransportError:
        return False
