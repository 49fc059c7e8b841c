"""Logging in by way of a provider elsewhere: the whole dance, over HTTP, with one that is real."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gigsta_auth.main import create_app
from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock, SystemClock
from gigsta_common.testing.service import ServiceStarter, TestService

from .conftest import (
    CHEAP,
    COOKIE,
    MIGRATIONS,
    PASSWORD,
    Json,
    LogIn,
    Person,
    mailed,
    mailed_token,
    problem,
    refresh,
    register,
    together,
    verify,
)
from .openid_browser import ANA, BROWSER, REDIRECT, Browser, accounts
from .openid_provider import OpenIdProvider
from .test_second_factor import second_step, turn_on


@pytest.fixture
async def service(start_service: ServiceStarter, oauth_settings: Json) -> TestService:
    return await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP, **oauth_settings)


# What works


async def test_a_stranger_gets_an_account(service: TestService, browser: Browser) -> None:
    answer = await browser.log_in()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert COOKIE in answer.headers["set-cookie"]
    user = answer.json()["user"]
    assert (user["email"], user["full_name"], user["email_verified"]) == ("ana@example.com", "Ana of Google", True)
    assert (user["roles"], user["onboarding_status"]) == (["user"], "provisional")
    assert (await refresh(service, answer.json()["refresh_token"])).status_code == 200
    await service.settle()
    assert service.published_names() == ["user.registered", "user.verified"]
    [stored] = await accounts(service)
    assert stored["password_hash"] is None

    again = await browser.log_in()
    assert again.json()["user"]["id"] == user["id"]
    assert len(await accounts(service)) == 1


async def test_what_the_provider_is_asked(service: TestService, browser: Browser, provider: OpenIdProvider) -> None:
    url = await browser.depart()
    asked = {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{provider.url}/authorize?")
    assert set(asked) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == REDIRECT.format("google")
    assert asked["code_challenge_method"] == "S256"
    await browser.call_back(await browser.say_yes(url))
    [exchange] = provider.token_requests
    assert len(exchange["code_verifier"]) == 43
    assert exchange["redirect_uri"] == REDIRECT.format("google")
    assert "client_secret" not in exchange, "it goes in the header"
    stored = str(await service.db["ceremonies"].find().to_list())
    assert not [secret for secret in (asked["state"], asked["nonce"], exchange["code_verifier"]) if secret in stored]


async def test_a_page_is_sent_on_and_a_script_is_told(service: TestService, provider: OpenIdProvider) -> None:
    page = {"Accept": "text/html,application/xhtml+xml;q=0.9"}
    answer = await service.http.get("/auth/oauth/google/authorize", headers=page)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{provider.url}/authorize?")
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{BROWSER}=")
    for attribute in ("HttpOnly", "Secure", "Path=/", "SameSite=strict", "Max-Age=600"):
        assert attribute in cookie
    assert "Domain" not in cookie


async def test_two_tabs_of_one_browser(browser: Browser) -> None:
    first, second = await browser.depart(), await browser.depart()
    for url in (second, first):
        assert (await browser.call_back(await browser.say_yes(url))).status_code == 200


async def test_a_provider_that_has_changed_its_keys(browser: Browser, provider: OpenIdProvider) -> None:
    assert (await browser.log_in()).status_code == 200
    provider.rotate()
    assert (await browser.log_in()).status_code == 200


async def test_what_is_set_up_is_offered(service: TestService) -> None:
    answer = await service.http.get("/auth/oauth")
    assert answer.status_code == 200
    google, facebook = {"name": "google", "title": "Google"}, {"name": "facebook", "title": "Facebook"}
    assert answer.json() == {"items": [google, facebook], "next_cursor": None}


# Whose account it is


async def test_an_identity_is_linked_to_the_verified_account_of_its_address(
    service: TestService, browser: Browser, person: LogIn
) -> None:
    ana = await person("ana@example.com", full_name="Ana")
    answer = await browser.log_in()
    assert answer.json()["user"] == ana.login["user"]
    [mail] = await mailed(service, "ana@example.com")
    assert (mail["kind"], mail["about"]) == ("identity_linked", "Google, ana@example.com")
    assert (await service.http.post("/auth/login", json={"email": ana.email, "password": PASSWORD})).status_code == 200
    await browser.log_in()
    assert len(await mailed(service, "ana@example.com")) == 1


async def test_a_strangers_password_does_not_come_to_life(service: TestService, browser: Browser) -> None:
    """Somebody registers Ana's address and waits for her to come."""
    await register(service, "ana@example.com", "the-password-of-eve", full_name="Eve")
    link = await mailed_token(service, "ana@example.com")
    answer = await browser.log_in()
    assert answer.status_code == 200
    assert answer.json()["user"]["full_name"] == "Ana of Google"
    for password in ("the-password-of-eve", PASSWORD):
        login = await service.http.post("/auth/login", json={"email": "ana@example.com", "password": password})
        assert problem(login) == (401, "invalid_credentials")
    assert problem(await verify(service, link))[0] == 410
    [stored] = await accounts(service)
    assert stored["password_hash"] is None
    assert [kept["password_hash"] for kept in stored["links"]] == [None]
    await service.settle()
    assert service.published_names()[-2:] == ["user.verified", "user.mail_requested"]


@pytest.mark.parametrize("verified", [False, None, "true", 1])
@pytest.mark.parametrize("known", [True, False])
async def test_an_address_that_the_provider_does_not_vouch_for_opens_nothing(
    service: TestService, browser: Browser, provider: OpenIdProvider, person: LogIn, verified: Any, known: bool
) -> None:
    if known:
        await person("ana@example.com")
    provider.person = {**ANA, "email_verified": verified}
    answer = await browser.log_in()
    assert problem(answer) == (403, "oauth_email_unverified")
    assert "Google" in answer.json()["detail"]
    assert len(await accounts(service)) == known
    assert not [account for account in await accounts(service) if account.get("identities")]


@pytest.mark.parametrize("email", [None, "", "not an address", 7])
async def test_an_address_that_is_none(browser: Browser, provider: OpenIdProvider, email: Any) -> None:
    provider.person = {**ANA, "email": email}
    assert problem(await browser.log_in()) == (403, "oauth_email_unverified")


async def test_the_identity_counts_and_not_the_address(
    service: TestService, browser: Browser, provider: OpenIdProvider
) -> None:
    """Who has once come keeps their account when their address elsewhere changes; who gets the address gets nothing."""
    ana = (await browser.log_in()).json()["user"]
    provider.person = {**ANA, "email": "ana@new.example", "email_verified": False}
    assert (await browser.log_in()).json()["user"]["id"] == ana["id"]
    provider.person = {**ANA, "sub": "google-eve"}
    # A verified address: Google says that it is Eve's now. That is Google's to say, and its owner is told.
    assert (await browser.log_in()).json()["user"]["id"] == ana["id"]
    assert [mail["kind"] for mail in await mailed(service, "ana@example.com")] == ["identity_linked"]


async def test_many_first_logins_at_once_make_one_account(service: TestService) -> None:
    browsers = [Browser(service) for _ in range(5)]
    sent = [(one, await one.say_yes(await one.depart())) for one in browsers]
    answers = await together(*(one.call_back(back) for one, back in sent))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["user"]["id"] for answer in answers}) == 1
    [stored] = await accounts(service)
    assert len(stored["identities"]) == 1


@pytest.mark.parametrize("name", ["A" * 300, "Eve\r\nBcc: x", {"first": "Eve"}, "\x00", ""])
async def test_names_that_are_none(browser: Browser, provider: OpenIdProvider, name: Any) -> None:
    provider.person = {**ANA, "name": name}
    found = (await browser.log_in()).json()["user"]["full_name"]
    assert found in (None, "A" * 100, "EveBcc: x")


async def test_a_second_factor_is_asked_for_here_too(
    service: TestService, browser: Browser, person: LogIn, clock: ManualClock
) -> None:
    app, _ = await turn_on(await person("ana@example.com"), clock)
    answer = await browser.log_in()
    assert problem(answer) == (401, "second_factor_required")
    assert COOKIE not in answer.headers.get("set-cookie", "")
    assert [one.get("identities", []) for one in await accounts(service)] == [[]], "no way in before it is shown"
    assert (await second_step(service, answer.json()["mfa_token"], app.next_code())).status_code == 200


async def test_a_suspended_account_gets_no_new_way_in(service: TestService, browser: Browser, person: LogIn) -> None:
    ana = await person("ana@example.com")
    suspended = {"reason": "Spam.", "suspended_at": SystemClock().now(), "by": "admin"}
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"suspension": suspended}})
    assert problem(await browser.log_in()) == (403, "account_suspended")
    assert [one.get("identities", []) for one in await accounts(service)] == [[]]


# Facebook, which does not speak OpenID


async def test_facebook_vouches_for_no_address(browser: Browser) -> None:
    assert problem(await browser.log_in("facebook")) == (403, "oauth_email_unverified")


async def test_facebook_once_it_is_linked(browser: Browser, person: LogIn, provider: OpenIdProvider) -> None:
    ana = await person("ana@gigsta.example")
    linked = await browser.log_in("facebook", link=ana)
    assert [(one["provider"], one["email"]) for one in linked.json()["items"]] == [("facebook", "ana@example.com")]
    assert "nonce" not in urlsplit(await browser.depart("facebook")).query
    answer = await browser.log_in("facebook")
    assert answer.json()["user"]["id"] == ana.id
    assert provider.token_requests[0]["client_secret"] == "a secret of ours"


async def test_facebook_may_be_trusted_by_settings(start_service: ServiceStarter, oauth_settings: Json) -> None:
    oauth_settings["oauth_facebook"]["trust_email"] = True
    service = await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP, **oauth_settings)
    answer = await Browser(service).log_in("facebook")
    assert answer.json()["user"]["email"] == "ana@example.com"


async def test_the_same_subject_at_another_provider_is_somebody_else(browser: Browser, person: LogIn) -> None:
    bo = await person("bo@example.com")
    assert (await browser.log_in("facebook", link=bo)).status_code == 200
    assert (await browser.log_in("google")).json()["user"]["id"] != bo.id


# Linking and unlinking


async def test_linking_and_unlinking(service: TestService, browser: Browser, person: LogIn) -> None:
    bo = await person("bo@example.com")
    linked = await browser.log_in(link=bo)
    assert linked.status_code == 200
    [identity] = linked.json()["items"]
    assert identity["provider"] == "google"
    assert (await bo.get("/auth/me/identities")).json() == linked.json()
    assert (await bo.get("/auth/me/export")).json()["identities"] == linked.json()["items"]
    assert (await browser.log_in()).json()["user"]["id"] == bo.id
    assert (await browser.log_in(link=bo)).json() == linked.json(), "twice is once"

    assert (await bo.delete(f"/auth/me/identities/{identity['id']}")).status_code == 204
    assert problem(await bo.delete(f"/auth/me/identities/{identity['id']}")) == (404, "not_found")
    assert (await browser.log_in()).json()["user"]["id"] != bo.id
    mails = await mailed(service, "bo@example.com")
    assert [mail["kind"] for mail in mails] == ["identity_linked", "identity_unlinked"]


async def test_the_last_way_in_stays(service: TestService, browser: Browser) -> None:
    login = (await browser.log_in()).json()
    ana = Person(service, "ana@example.com", login)
    [identity] = (await ana.get("/auth/me/identities")).json()["items"]
    assert problem(await ana.delete(f"/auth/me/identities/{identity['id']}")) == (409, "last_way_in")
    await browser.log_in("facebook", link=ana)
    first, second = (await ana.get("/auth/me/identities")).json()["items"]
    answers = await together(*(ana.delete(f"/auth/me/identities/{one['id']}") for one in (first, second)))
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_an_identity_is_one_accounts(browser: Browser, person: LogIn) -> None:
    bo, eve = await person("bo@example.com"), await person("eve@example.com")
    await browser.log_in(link=bo)
    assert problem(await browser.log_in(link=eve)) == (409, "identity_taken")
    [identity] = (await bo.get("/auth/me/identities")).json()["items"]
    assert problem(await eve.delete(f"/auth/me/identities/{identity['id']}")) == (404, "not_found")


async def test_what_one_begins_to_link_another_cannot_end(browser: Browser, person: LogIn) -> None:
    """Nor is a login taken for linking, or the other way about."""
    bo, eve = await person("bo@example.com"), await person("eve@example.com")
    for_bo = await browser.say_yes(await browser.depart(link=bo))
    assert problem(await browser.call_back(for_bo, link=eve)) == (400, "oauth_state")
    assert problem(await browser.call_back(for_bo)) == (400, "oauth_state")
    for_login = await browser.say_yes(await browser.depart())
    assert problem(await browser.call_back(for_login, link=bo)) == (400, "oauth_state")
    assert (await browser.call_back(for_bo, link=bo)).status_code == 200
