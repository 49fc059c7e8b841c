"""Devices that are logged in, and logging out."""

from datetime import timedelta

from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .conftest import COOKIE, PASSWORD, LogIn, log_in, problem, refresh


async def test_the_list_tells_devices_apart(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    credentials = {"email": "ana@example.com", "password": PASSWORD}
    clock.advance(timedelta(minutes=5))
    phone = await service.http.post(
        "/auth/login", json=credentials, headers={"User-Agent": "Phone/1.0\x01" + "x" * 500}
    )
    await refresh(service, ana.refresh_token)
    items = (await ana.get("/auth/sessions")).json()["items"]
    assert [set(item) for item in items] == [
        {"id", "device", "created_at", "last_used_at", "expires_at", "current"}
    ] * 2
    by_phone, here = items
    assert phone.status_code == 200
    assert by_phone["device"].startswith("Phone/1.0xxx")
    assert len(by_phone["device"]) == 200
    assert [by_phone["current"], here["current"]] == [False, True]
    assert here["last_used_at"] > here["created_at"]
    assert by_phone["last_used_at"] == by_phone["created_at"]


async def test_the_list_comes_in_pages_and_only_of_ones_own(service: TestService, person: LogIn) -> None:
    ana, bea = await person(), await person("bea@example.com")
    for _ in range(4):
        await log_in(service, "ana@example.com")
    seen, cursor = [], None
    for expected in (2, 2, 1):
        page = (await ana.get("/auth/sessions", limit=2, **({"cursor": cursor} if cursor else {}))).json()
        assert len(page["items"]) == expected
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    assert len((await bea.get("/auth/sessions")).json()["items"]) == 1
    assert problem(await ana.get("/auth/sessions", cursor="eyIkZ3QiOiIifQ")) == (422, "validation_failed")
    assert problem(await ana.get("/auth/sessions", limit=0)) == (422, "validation_failed")


async def test_expired_sessions_are_not_listed(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    clock.advance(timedelta(days=31))
    ana.login = await log_in(service, "ana@example.com")
    assert [item["current"] for item in (await ana.get("/auth/sessions")).json()["items"]] == [True]


async def test_another_device_can_be_logged_out(service: TestService, person: LogIn) -> None:
    ana = await person()
    other = await log_in(service, "ana@example.com")
    others_id = next(s["id"] for s in (await ana.get("/auth/sessions")).json()["items"] if not s["current"])
    assert (await ana.delete(f"/auth/sessions/{others_id}")).status_code == 204
    assert problem(await refresh(service, other["refresh_token"])) == (401, "refresh_token_invalid")
    assert (await refresh(service, ana.refresh_token)).status_code == 200
    assert problem(await ana.delete(f"/auth/sessions/{others_id}")) == (404, "not_found")


async def test_nobody_logs_out_somebody_else(service: TestService, person: LogIn) -> None:
    ana, bea = await person(), await person("bea@example.com", "admin")
    (session,) = (await ana.get("/auth/sessions")).json()["items"]
    assert problem(await bea.delete(f"/auth/sessions/{session['id']}")) == (404, "not_found")
    assert (await refresh(service, ana.refresh_token)).status_code == 200


async def test_logging_out_ends_this_session_and_clears_the_cookie(service: TestService, person: LogIn) -> None:
    ana = await person()
    other = await log_in(service, "ana@example.com")
    answer = await ana.post("/auth/logout")
    assert answer.status_code == 204
    assert answer.content == b""
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f'{COOKIE}=""')
    assert "Max-Age=0" in cookie
    assert "Secure" in cookie
    assert problem(await refresh(service, ana.refresh_token)) == (401, "refresh_token_invalid")
    assert (await refresh(service, other["refresh_token"])).status_code == 200
    assert (await ana.post("/auth/logout")).status_code == 204, "once more does no harm"


async def test_logging_out_everywhere_ends_every_session_of_the_caller(service: TestService, person: LogIn) -> None:
    ana, bea = await person(), await person("bea@example.com")
    other = await log_in(service, "ana@example.com")
    assert (await ana.post("/auth/logout-all")).status_code == 204
    for token in (ana.refresh_token, other["refresh_token"]):
        assert problem(await refresh(service, token)) == (401, "refresh_token_invalid")
    assert (await refresh(service, bea.refresh_token)).status_code == 200


async def test_a_token_of_a_session_that_has_ended_neither_renames_nor_logs_anybody_out(
    service: TestService, person: LogIn
) -> None:
    ana = await person()
    thief = await log_in(service, ana.email)
    headers = {"authorization": f"Bearer {thief['access_token']}"}
    assert (await ana.post("/auth/logout-all")).status_code == 204
    again = await log_in(service, ana.email)
    [living] = (await ana.get("/auth/sessions")).json()["items"]
    for method, path, body in (
        ("PATCH", "/auth/me", {"full_name": "Mal"}),
        ("POST", "/auth/logout-all", None),
        ("DELETE", f"/auth/sessions/{living['id']}", None),
    ):
        answer = await service.http.request(method, path, json=body, headers=headers)
        assert problem(answer) == (401, "session_ended"), path
    assert (await service.http.post("/auth/logout", headers=headers)).status_code == 204
    assert (await refresh(service, again["refresh_token"])).status_code == 200


async def test_all_of_it_needs_a_token(service: TestService) -> None:
    calls = [
        ("POST", "/auth/logout"),
        ("POST", "/auth/logout-all"),
        ("GET", "/auth/sessions"),
        ("DELETE", "/auth/sessions/1"),
    ]
    for method, path in calls:
        assert problem(await service.http.request(method, path)) == (401, "not_authenticated")
