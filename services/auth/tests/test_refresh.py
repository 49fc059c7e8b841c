"""Refresh tokens: rotation, many at once, theft, and how browsers carry them."""

import hashlib
from datetime import timedelta

import httpx2
import pytest

from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .conftest import COOKIE, LogIn, log_in, problem, refresh, together

PAST_GRACE = timedelta(seconds=10, milliseconds=1)


async def by_cookie(service: TestService, token: str, **headers: str) -> httpx2.Response:
    answer = await service.http.post("/auth/refresh", headers={"Cookie": f"{COOKIE}={token}", **headers})
    service.http.cookies.clear()
    return answer


async def test_a_refresh_gives_new_tokens_of_the_same_session(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    clock.advance(timedelta(minutes=9))
    answer = await refresh(service, ana.refresh_token)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    new = answer.json()
    assert set(new) == set(ana.login)
    assert new["refresh_token"] != ana.refresh_token
    assert new["access_token"] != ana.login["access_token"]
    assert new["user"] == ana.login["user"]
    assert answer.headers["set-cookie"].startswith(f"{COOKIE}={new['refresh_token']};")
    clock.advance(timedelta(minutes=9))
    me = await service.http.get("/auth/me", headers={"Authorization": f"Bearer {new['access_token']}"})
    assert me.status_code == 200
    assert await service.db["sessions"].count_documents({}) == 1


async def test_only_hashes_are_stored(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    second = (await refresh(service, ana.refresh_token)).json()["refresh_token"]
    session = await service.db["sessions"].find_one()
    assert session is not None
    assert session["token_hash"] == hashlib.sha256(second.encode()).hexdigest()
    assert session["previous_hash"] == hashlib.sha256(ana.refresh_token.encode()).hexdigest()
    for token in (ana.refresh_token, second):
        assert token not in str(session)
        assert token[:24] not in str(session)
        assert token[24:] not in str(session)


async def test_roles_that_changed_are_in_the_next_access_token(service: TestService, person: LogIn) -> None:
    ana = await person()
    admin = await person("admin@example.com", "admin")
    assert problem(await ana.get("/auth/admin/users")) == (403, "admin_only")
    await service.app.state.use_cases.operators.grant_admin("ana@example.com")
    assert problem(await ana.get("/auth/admin/users")) == (403, "admin_only")
    ana.login = (await refresh(service, ana.refresh_token)).json()
    assert (await ana.get("/auth/admin/users")).json() == (await admin.get("/auth/admin/users")).json()


async def test_twenty_tabs_at_once_all_stay_logged_in(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    answers = await together(*(by_cookie(service, ana.refresh_token) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    successors = {answer.headers["set-cookie"].split(";")[0] for answer in answers}
    assert len(successors) == 1, "whichever answer a browser takes last, the cookie is right"
    for answer in answers:
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        assert (await service.http.get("/auth/me", headers=headers)).status_code == 200
    clock.advance(timedelta(minutes=9))
    assert (await by_cookie(service, successors.pop().partition("=")[2])).status_code == 200


async def test_tabs_that_start_one_after_another_with_old_and_new_cookies_all_stay_logged_in(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    first = ana.refresh_token
    second = (await refresh(service, first)).json()["refresh_token"]
    for step in range(20):
        clock.advance(timedelta(milliseconds=500))
        token = (first, second)[step % 2]
        assert (await refresh(service, token)).json()["refresh_token"] == second
    clock.advance(timedelta(milliseconds=1))
    third = (await refresh(service, second)).json()["refresh_token"]
    assert third not in (first, second)


async def test_a_lost_answer_can_be_asked_for_again(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    lost = (await refresh(service, ana.refresh_token)).json()["refresh_token"]
    clock.advance(timedelta(seconds=10))
    assert (await refresh(service, ana.refresh_token)).json()["refresh_token"] == lost


async def test_a_token_replayed_after_the_grace_ends_the_family(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    other_device = await log_in(service, "ana@example.com")
    second = (await refresh(service, ana.refresh_token)).json()["refresh_token"]
    clock.advance(PAST_GRACE)
    assert problem(await refresh(service, ana.refresh_token)) == (401, "refresh_token_reused")
    assert problem(await refresh(service, second)) == (401, "refresh_token_invalid")
    assert problem(await refresh(service, ana.refresh_token)) == (401, "refresh_token_invalid")
    assert (await refresh(service, other_device["refresh_token"])).status_code == 200, "another family"


async def test_a_token_two_rotations_old_ends_the_family_even_within_the_grace_of_the_last(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    second = (await refresh(service, ana.refresh_token)).json()["refresh_token"]
    clock.advance(PAST_GRACE)
    third = (await refresh(service, second)).json()["refresh_token"]
    assert (await refresh(service, second)).json()["refresh_token"] == third
    assert problem(await refresh(service, ana.refresh_token)) == (401, "refresh_token_reused")
    assert problem(await refresh(service, third)) == (401, "refresh_token_invalid")


async def test_a_thief_within_the_grace_is_discovered_at_the_next_refresh(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    owners = (await refresh(service, ana.refresh_token)).json()["refresh_token"]
    thiefs = (await refresh(service, ana.refresh_token)).json()["refresh_token"]
    assert thiefs == owners
    clock.advance(timedelta(minutes=9))
    after_theft = (await refresh(service, thiefs)).json()["refresh_token"]
    clock.advance(timedelta(minutes=1))
    assert problem(await refresh(service, owners)) == (401, "refresh_token_reused")
    assert problem(await refresh(service, after_theft)) == (401, "refresh_token_invalid")


async def test_many_replays_at_once_are_all_refused(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    await refresh(service, ana.refresh_token)
    clock.advance(PAST_GRACE)
    answers = await together(*(refresh(service, ana.refresh_token) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {401}
    assert await service.db["sessions"].count_documents({}) == 0


async def test_nobody_can_end_a_session_with_a_token_made_up_from_its_id(service: TestService, person: LogIn) -> None:
    ana = await person()
    (session,) = (await ana.get("/auth/sessions")).json()["items"]
    for made_up in (session["id"], session["id"].replace("-", "")[:24] + "A" * 43, "A" * 67, "x", "é" * 67):
        assert problem(await refresh(service, made_up)) == (401, "refresh_token_invalid")
    assert (await refresh(service, ana.refresh_token)).status_code == 200


async def test_a_session_lives_thirty_days_from_its_last_use_and_ninety_at_most(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    token = ana.refresh_token
    start = clock.now()
    for _ in range(3):
        clock.advance(timedelta(days=29, hours=23))
        answer = await refresh(service, token)
        assert answer.status_code == 200
        token = answer.json()["refresh_token"]
    session = await service.db["sessions"].find_one()
    assert session is not None
    assert session["expires_at"] == start + timedelta(days=90)
    clock.set(start + timedelta(days=90))
    assert problem(await refresh(service, token)) == (401, "refresh_token_invalid")


async def test_an_unused_session_ends_after_thirty_days(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    clock.advance(timedelta(days=30))
    assert problem(await refresh(service, ana.refresh_token)) == (401, "refresh_token_invalid")


async def test_mongodb_forgets_expired_sessions(service: TestService) -> None:
    indexes = await service.db["sessions"].index_information()
    assert indexes["expires_at"]["expireAfterSeconds"] == 0


async def test_by_cookie_the_token_never_meets_a_script(service: TestService, person: LogIn) -> None:
    ana = await person()
    answer = await by_cookie(service, ana.refresh_token)
    assert answer.json()["refresh_token"] is None
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert cookie.partition(";")[0].partition("=")[2] not in answer.text


async def test_a_cookie_that_stays_is_not_set_again(service: TestService, person: LogIn) -> None:
    ana = await person()
    rotated = await by_cookie(service, ana.refresh_token)
    current = rotated.headers["set-cookie"].partition(";")[0].partition("=")[2]
    again = await by_cookie(service, current)
    assert again.status_code == 200
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("body", [None, {}, {"refresh_token": None}])
async def test_an_empty_body_means_the_cookie(service: TestService, person: LogIn, body: object) -> None:
    ana = await person()
    answer = await service.http.post("/auth/refresh", json=body, headers={"Cookie": f"{COOKIE}={ana.refresh_token}"})
    assert answer.status_code == 200


async def test_neither_body_nor_cookie_is_a_401(service: TestService) -> None:
    assert problem(await service.http.post("/auth/refresh")) == (401, "refresh_token_missing")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"},
    ],
)
async def test_another_sites_page_may_not_use_the_cookie(
    service: TestService, person: LogIn, headers: dict[str, str]
) -> None:
    ana = await person()
    assert problem(await by_cookie(service, ana.refresh_token, **headers)) == (403, "cross_site_request")
    session = await service.db["sessions"].find_one()
    assert session is not None
    assert session["rotated_at"] is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost:8000"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://www.gigsta.nz"},
    ],
)
async def test_our_own_pages_and_curl_may_use_the_cookie(
    service: TestService, person: LogIn, headers: dict[str, str]
) -> None:
    ana = await person()
    assert (await by_cookie(service, ana.refresh_token, **headers)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"refresh_token": ""},
        {"refresh_token": 1},
        {"refresh_token": {"$ne": None}},
        {"refresh_token": "x" * 201},
        {"a": 1},
        [],
    ],
)
async def test_another_shape_is_a_422(service: TestService, body: object) -> None:
    assert problem(await service.http.post("/auth/refresh", json=body)) == (422, "validation_failed")


async def test_an_account_that_is_gone_is_logged_out(service: TestService, person: LogIn) -> None:
    ana = await person()
    await service.db["users"].delete_one({"_id": ana.id})
    assert problem(await refresh(service, ana.refresh_token)) == (401, "refresh_token_invalid")
    assert problem(await ana.get("/auth/me")) == (404, "not_found")
