"""Who attacks a login by way of a provider elsewhere; and providers that are away."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc.jwk import RSAKey

from gigsta_auth.main import create_app
from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import ServiceStarter, TestService

from .conftest import CHEAP, MIGRATIONS, Json, LogIn, problem, together
from .openid_browser import REDIRECT, Browser, accounts
from .openid_provider import Claims, OpenIdProvider


@pytest.fixture
async def service(start_service: ServiceStarter, oauth_settings: Json) -> TestService:
    return await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP, **oauth_settings)


async def test_a_state_is_the_browsers_own(service: TestService, browser: Browser) -> None:
    """Login CSRF: Eve has Ana's browser finish what Eve began, so that Ana works in Eve's account."""
    eves = Browser(service)
    sent = await eves.say_yes(await eves.depart())
    await browser.depart()
    assert problem(await browser.call_back(sent)) == (400, "oauth_state")
    assert problem(await Browser(service).call_back(sent)) == (400, "oauth_state")
    assert (await eves.call_back(sent)).status_code == 200, "nobody else has used it up"


async def test_a_state_that_was_never_given(browser: Browser) -> None:
    sent = await browser.say_yes(await browser.depart())
    for wrong in ("x" * 43, sent["state"][:-1], sent["state"] + "x"):
        assert problem(await browser.call_back({**sent, "state": wrong})) == (400, "oauth_state")


async def test_state_and_code_are_good_once(browser: Browser, provider: OpenIdProvider) -> None:
    sent = await browser.say_yes(await browser.depart())
    assert (await browser.call_back(sent)).status_code == 200
    assert problem(await browser.call_back(sent)) == (400, "oauth_state")
    assert len(provider.token_requests) == 1
    fresh = await browser.say_yes(await browser.depart())
    assert problem(await browser.call_back({**fresh, "code": sent["code"]})) == (401, "oauth_failed")


async def test_many_at_once_use_a_state_once(browser: Browser, provider: OpenIdProvider) -> None:
    sent = await browser.say_yes(await browser.depart())
    answers = await together(*(browser.call_back(sent) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
    assert len(provider.token_requests) == 1


async def test_a_state_lasts_ten_minutes(browser: Browser, clock: ManualClock) -> None:
    sent = await browser.say_yes(await browser.depart())
    clock.advance(timedelta(minutes=10))
    assert problem(await browser.call_back(sent)) == (400, "oauth_state")


async def test_a_state_of_one_provider_is_no_others(browser: Browser) -> None:
    sent = await browser.say_yes(await browser.depart("google"))
    assert problem(await browser.call_back(sent, "facebook")) == (400, "oauth_state")


async def test_the_answer_of_another_issuer(browser: Browser, provider: OpenIdProvider) -> None:
    sent = await browser.say_yes(await browser.depart())
    assert problem(await browser.call_back({**sent, "iss": "https://evil.example"})) == (400, "oauth_state")
    sent = await browser.say_yes(await browser.depart())
    assert (await browser.call_back({**sent, "iss": provider.url})).status_code == 200


async def test_a_code_that_was_stolen_on_the_way(service: TestService, browser: Browser) -> None:
    """PKCE: Ana's code is of no use in what Eve began, whose verifier does not fit."""
    anas = await browser.say_yes(await browser.depart())
    eves = Browser(service)
    begun = await eves.say_yes(await eves.depart())
    assert problem(await eves.call_back({**begun, "code": anas["code"]})) == (401, "oauth_failed")


def _other(change: Claims) -> Callable[[Claims, OpenIdProvider], str]:
    return lambda claims, provider: provider.sign({**claims, **change})


def _without(name: str) -> Callable[[Claims, OpenIdProvider], str]:
    return lambda claims, provider: provider.sign({key: value for key, value in claims.items() if key != name})


def _by_hand(header: Claims, claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    """What no library of good manners makes."""
    text = b".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    return (text + b"." + _base64(sign(text))).decode()


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _unsigned(claims: Claims, provider: OpenIdProvider) -> str:
    return _by_hand({"alg": "none", "typ": "JWT", "kid": provider.key.kid}, claims, lambda _: b"")


def _with_public_key_as_secret(claims: Claims, provider: OpenIdProvider) -> str:
    public = provider.key.as_pem(private=False)
    header = {"alg": "HS256", "typ": "JWT", "kid": provider.key.kid}
    return _by_hand(header, claims, lambda text: hmac.digest(public, text, "sha256"))


def _with_critical_header(claims: Claims, provider: OpenIdProvider) -> str:
    header = {"alg": "RS256", "kid": provider.key.kid, "crit": ["x"], "x": 1}
    private = provider.key.private_key
    assert private is not None
    return _by_hand(header, claims, lambda text: private.sign(text, padding.PKCS1v15(), hashes.SHA256()))


def _by_another(claims: Claims, provider: OpenIdProvider) -> str:
    return provider.sign(claims, RSAKey.generate_key(2048))


def _with_its_own_key(claims: Claims, provider: OpenIdProvider) -> str:
    eves = RSAKey.generate_key(2048, auto_kid=True)
    return provider.sign(claims, eves, kid=eves.kid, jwk=eves.as_dict(private=False))


FORGERIES: dict[str, Callable[[Claims, OpenIdProvider], str | None]] = {
    "another nonce": _other({"nonce": "x" * 43}),
    "no nonce": _without("nonce"),
    "another audience": _other({"aud": "another-client"}),
    "several audiences, for another party": _other({"aud": ["gigsta", "another"], "azp": "another"}),
    "no audience": _without("aud"),
    "another issuer": _other({"iss": "https://evil.example"}),
    "no issuer": _without("iss"),
    "expired": _other({"exp": 1_000_000_000}),
    "no expiry": _without("exp"),
    "expiry in words": _other({"exp": "tomorrow"}),
    "from the future": _other({"iat": 4_000_000_000}),
    "no subject": _without("sub"),
    "an endless subject": _other({"sub": "x" * 300}),
    "an empty subject": _other({"sub": ""}),
    "another access token": _other({"at_hash": "x" * 22}),
    "signed by another key": _by_another,
    "with its own key": _with_its_own_key,
    "alg none": _unsigned,
    "HS256 with the public key": _with_public_key_as_secret,
    "unknown critical header": _with_critical_header,
    "not a token": lambda _, __: "a.b.c",
    "no token": lambda _, __: None,
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_forged_id_tokens(
    service: TestService, browser: Browser, provider: OpenIdProvider, person: LogIn, name: str
) -> None:
    await person("ana@example.com")
    provider.forge = FORGERIES[name]
    assert problem(await browser.log_in()) == (401, "oauth_failed")
    assert not [account for account in await accounts(service) if account.get("identities")]
    provider.forge = lambda claims, honest: honest.sign(claims)
    assert (await browser.log_in()).status_code == 200


@pytest.mark.parametrize(
    "name", ["redirect_uri", "return_to", "next", "redirect", "callback", "state", "nonce", "scope"]
)
async def test_nothing_that_is_sent_changes_where_it_leads(
    service: TestService, browser: Browser, provider: OpenIdProvider, name: str
) -> None:
    """No open redirect: our page to come back to stands in the settings, and nothing else is ever redirected to."""
    url = await browser.depart(query={name: "https://evil.example/"})
    assert "evil.example" not in url
    for path in ("//evil.example", "https:%2F%2Fevil.example", "google%2F..%2F..%2Fevil"):
        answer = await service.http.get(f"/auth/oauth/{path}/authorize", headers={"Accept": "text/html"})
        assert answer.status_code == 404
    asked = {one: value for one, [value] in parse_qs(urlsplit(url).query).items()}
    changed = httpx2.URL(url).copy_merge_params({"redirect_uri": "https://evil.example/"})
    async with httpx2.AsyncClient(trust_env=False) as elsewhere:
        assert (await elsewhere.get(changed)).status_code == 400
    assert asked["redirect_uri"] == REDIRECT.format("google")


async def test_another_sites_page_cannot_call_back(service: TestService, browser: Browser) -> None:
    sent = await browser.say_yes(await browser.depart())
    headers = {**browser.headers(None), "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    answer = await service.http.post("/auth/oauth/google/callback", json=sent, headers=headers)
    assert problem(answer) == (403, "cross_site_request")


@pytest.mark.parametrize("cookie", ["", "short", "x" * 150, "%FF" * 15])
async def test_a_cookie_that_is_not_ours_is_replaced(browser: Browser, cookie: str) -> None:
    browser.cookie = cookie
    await browser.depart()
    assert browser.cookie is not None
    assert len(browser.cookie) == 43


# When it is not to be had


@pytest.mark.parametrize("method", ["login", "link"])
async def test_a_provider_that_is_not_set_up(start_service: ServiceStarter, method: str) -> None:
    service = await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP)
    body = {"code": "x", "state": "y"}
    for name, code in (("google", "provider_not_configured"), ("myspace", "unknown_provider")):
        assert problem(await service.http.get(f"/auth/oauth/{name}/authorize")) == (404, code)
        assert problem(await service.http.post(f"/auth/oauth/{name}/callback", json=body)) == (404, code)


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """A server that takes connections and says nothing."""
    server = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", 0)
    held: list[asyncio.StreamWriter] = []
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for writer in held:
        writer.close()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("what", ["token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("how", ["gone", "silent", "broken"])
async def test_a_provider_that_is_away(
    start_service: ServiceStarter,
    oauth_settings: Json,
    provider: OpenIdProvider,
    silent: str,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    how: str,
) -> None:
    monkeypatch.setattr("gigsta_auth.identity_client.ALTOGETHER", 0.3)
    away = {"gone": "http://127.0.0.1:9", "silent": silent, "broken": f"{provider.url}/no-such-page"}[how]
    oauth_settings["oauth_google"][what] = away
    service = await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP, **oauth_settings)
    answer = await Browser(service).log_in()
    assert problem(answer) == (503, "provider_unavailable")
    assert "retry-after" in answer.headers


async def test_secrets_are_not_logged(
    browser: Browser, provider: OpenIdProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "gigsta_auth")
    provider.forge = _by_another
    sent = await browser.say_yes(await browser.depart())
    await browser.call_back(sent)
    assert "a login elsewhere failed" in caplog.text
    logged = str([record.__dict__ for record in caplog.records if record.name.startswith("gigsta")])
    for secret in (sent["code"], sent["state"], browser.cookie, "a secret of ours", *provider.tokens):
        assert secret is not None
        assert secret not in logged
