"""A4: a refresh token that comes back, and twenty tabs that refresh at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from gigsta_auth.models.sessions import GRACE

from .conftest import Stack, client_at, log_in

pytestmark = pytest.mark.e2e

COOKIE = "__Host-gigsta_refresh"


def refresh(api: httpx2.Client, token: str) -> httpx2.Response:
    answer = api.post("/auth/refresh", json={"refresh_token": token})
    api.cookies.clear()
    return answer


@pytest.mark.parametrize("door", ["gateway", "auth"])
def test_a_replay_after_the_grace_ends_the_family(stack: Stack, door: str) -> None:
    with client_at(stack.doors[door]) as api:
        stolen = log_in(api, "customer")["refresh_token"]
        other = log_in(api, "customer")["refresh_token"]
        current = refresh(api, stolen).json()["refresh_token"]
        assert current != stolen
        assert refresh(api, stolen).json()["refresh_token"] == current  # within the grace: the same successor
        deadline = time.monotonic() + GRACE.total_seconds() + 5
        while (answer := refresh(api, current)).json().get("refresh_token") == current:
            assert time.monotonic() < deadline
            time.sleep(0.25)
        latest = answer.json()["refresh_token"]
        replayed = refresh(api, stolen)
        assert (replayed.status_code, replayed.json()["code"]) == (401, "refresh_token_reused")
        for token in (latest, current, stolen):
            ended = refresh(api, token)
            assert (ended.status_code, ended.json()["code"]) == (401, "refresh_token_invalid")
        assert refresh(api, other).status_code == 200  # another device of the same person stays logged in


@pytest.mark.parametrize("door", ["gateway", "auth"])
def test_twenty_tabs_at_once_all_stay_logged_in(stack: Stack, door: str) -> None:
    with client_at(stack.doors[door]) as api:
        cookie = log_in(api, "customer")["refresh_token"]
    start = threading.Barrier(20)

    def tab(_: int) -> str:
        headers = {"Cookie": f"{COOKIE}={cookie}", "Sec-Fetch-Site": "same-origin"}
        with client_at(stack.doors[door]) as browser:
            start.wait(30)
            answer = browser.post("/auth/refresh", headers=headers)
            me = browser.get("/auth/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
            assert me.status_code == 200
            return answer.cookies[COOKIE]

    with ThreadPoolExecutor(20) as tabs:
        successors = set(tabs.map(tab, range(20)))
    assert len(successors) == 1
    with client_at(stack.doors[door]) as api:
        assert refresh(api, successors.pop()).status_code == 200
