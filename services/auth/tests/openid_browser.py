"""A browser that goes to a provider elsewhere and comes back, and the settings by which a service knows providers."""

from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .openid_provider import Claims, Client, OpenIdProvider, running

__all__ = ["browser", "oauth_settings", "provider"]
"""The fixtures; the rest is imported by name."""

Json = dict[str, Any]

ANA: Claims = {"sub": "google-ana", "email": "ana@example.com", "email_verified": True, "name": "Ana of Google"}
REDIRECT = "http://localhost:8000/api/v1/auth/oauth/{}/callback"
BROWSER = "__Host-gigsta_browser"


@pytest.fixture
def provider(clock: ManualClock) -> Iterator[OpenIdProvider]:
    client = Client("gigsta", "a secret of ours", [REDIRECT.format("google"), REDIRECT.format("facebook")])
    with running(OpenIdProvider(clock, client, ANA)) as provider:
        yield provider


@pytest.fixture
def oauth_settings(provider: OpenIdProvider) -> Json:
    ours = {"client_id": "gigsta", "client_secret": "a secret of ours"}
    ends = {"authorization_endpoint": f"{provider.url}/authorize", "token_endpoint": f"{provider.url}/token"}
    return {
        "oauth_google": {**ours, **ends, "issuer": provider.url, "jwks_uri": f"{provider.url}/jwks"},
        "oauth_facebook": {**ours, **ends, "profile_endpoint": f"{provider.url}/me?fields=id,name,email"},
    }


class LoggedIn(Protocol):
    @property
    def headers(self) -> dict[str, str]: ...


class Browser:
    """A browser with a jar of its own, as far as it matters here: the jar, and following a redirect to a provider."""

    def __init__(self, service: TestService) -> None:
        self.service = service
        self.cookie: str | None = None

    def headers(self, person: LoggedIn | None) -> dict[str, str]:
        cookie = {"Cookie": f"{BROWSER}={self.cookie}"} if self.cookie is not None else {}
        return {**cookie, **(person.headers if person else {})}

    def _keep(self, answer: httpx2.Response) -> httpx2.Response:
        self.cookie = answer.cookies.get(BROWSER, self.cookie)
        self.service.http.cookies.clear()
        return answer

    async def depart(self, name: str = "google", *, link: LoggedIn | None = None, query: Json | None = None) -> str:
        """The address that the browser is sent to."""
        method, path = (
            ("POST", f"/auth/me/identities/{name}/authorize") if link else ("GET", f"/auth/oauth/{name}/authorize")
        )
        answer = await self.service.http.request(method, path, params=query, headers=self.headers(link))
        return str(self._keep(answer).raise_for_status().json()["authorization_url"])

    async def say_yes(self, url: str) -> Json:
        """Go there, and come back with what the provider sends along."""
        async with httpx2.AsyncClient(trust_env=False) as elsewhere:
            answer = await elsewhere.get(url)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" in (REDIRECT.format("google"), REDIRECT.format("facebook"))
        return {name: value for name, [value] in parse_qs(back.query).items()}

    async def call_back(self, sent: Json, name: str = "google", *, link: LoggedIn | None = None) -> httpx2.Response:
        path = f"/auth/me/identities/{name}/callback" if link else f"/auth/oauth/{name}/callback"
        return self._keep(await self.service.http.post(path, json=sent, headers=self.headers(link)))

    async def log_in(self, name: str = "google", *, link: LoggedIn | None = None) -> httpx2.Response:
        return await self.call_back(await self.say_yes(await self.depart(name, link=link)), name, link=link)


@pytest.fixture
def browser(service: TestService) -> Browser:
    return Browser(service)


async def accounts(service: TestService) -> list[Json]:
    return await service.db["users"].find().sort("_id", 1).to_list()
