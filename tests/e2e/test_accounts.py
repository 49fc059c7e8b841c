"""A person's whole account, over HTTP: a forgotten password, another address, the export, and the end of it."""

import uuid
from typing import Any

import httpx2
import pytest

from gigsta_common.testing.waiting import until

pytestmark = pytest.mark.e2e

Json = dict[str, Any]


class Site:
    def __init__(self, http: httpx2.Client) -> None:
        self.http = http

    def post(self, path: str, body: Json, token: str | None = None) -> httpx2.Response:
        return self.http.post(f"/api/v1{path}", json=body, headers=_bearer(token))

    def get(self, path: str, token: str | None = None) -> httpx2.Response:
        return self.http.get(f"/api/v1{path}", headers=_bearer(token))

    def log_in(self, email: str, password: str) -> httpx2.Response:
        return self.post("/auth/login", {"email": email, "password": password})

    def mailed_token(self, email: str, page: str) -> str:
        """Of the latest mail whose link opens that page."""

        def links() -> list[str]:
            mails = self.http.get("/dev/mail", params={"to": email}).json()["items"]
            return [link for mail in mails for link in mail["links"] if f"/auth/{page}?token=" in link]

        link: str = until(links)[0]
        opened = self.http.get(link, follow_redirects=True)  # to the web app, where there is one
        assert opened.status_code == 200
        assert opened.headers["content-type"].startswith("text/html")
        return link.partition("token=")[2]


def _bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


@pytest.fixture
def site(http: httpx2.Client) -> Site:
    return Site(http)


def test_an_account_from_its_first_day_to_its_last(site: Site) -> None:
    tag = uuid.uuid4().hex[:8]
    email, new_email = f"zoe-{tag}@example.org", f"zoe-new-{tag}@example.org"
    assert site.post("/auth/register", {"email": email, "password": "a-long-password"}).status_code == 202
    site.post("/auth/verify-email", {"token": site.mailed_token(email, "verify-email")}).raise_for_status()

    assert site.post("/auth/forgot-password", {"email": email}).status_code == 202
    token = site.mailed_token(email, "reset-password")
    assert site.post("/auth/reset-password", {"token": token, "password": "a-longer-password"}).status_code == 204
    assert site.post("/auth/reset-password", {"token": token, "password": "a-longer-password"}).status_code == 410
    assert site.log_in(email, "a-long-password").status_code == 401
    login = site.log_in(email, "a-longer-password").raise_for_status().json()
    token, user_id = login["access_token"], login["user"]["id"]

    assert site.post("/auth/me/email", {"email": new_email, "password": "a-longer-password"}, token).status_code == 202
    confirmed = site.post("/auth/confirm-email", {"token": site.mailed_token(new_email, "confirm-email")})
    assert confirmed.json() == {"email": new_email}
    until(lambda: site.get("/notifications/export", token).json()["address"]["email"] == new_email)

    kinds = [event["kind"] for event in site.get("/auth/me/security-events", token).json()["items"]]
    assert kinds[:3] == ["email_changed", "email_change_requested", "login"]
    addresses = {event["client_address"] for event in site.get("/auth/me/security-events", token).json()["items"]}
    assert "unknown" not in addresses
    for service in ("auth/me", "catalog", "bookings", "ratings", "notifications"):
        site.get(f"/{service}/export", token).raise_for_status()

    password = {"password": "a-longer-password"}
    closed = site.http.request("DELETE", "/api/v1/auth/me", json=password, headers=_bearer(token))
    assert closed.status_code == 204
    assert site.log_in(new_email, "a-longer-password").status_code == 401
    known = {"address": {"email": None, "full_name": None}, "notifications": []}
    until(lambda: known.items() <= site.get("/notifications/export", token).json().items())
    until(lambda: site.post("/bookings", _booking(site), token).json()["code"] == "account_closed")

    assert site.post("/auth/register", {"email": new_email, "password": "a-long-password"}).status_code == 202
    again = site.post("/auth/verify-email", {"token": site.mailed_token(new_email, "verify-email")}).json()
    assert again["user"]["id"] != user_id


def _booking(site: Site) -> Json:
    service = site.get("/catalog/services").json()["items"][0]["id"]
    slot = site.get(f"/bookings/availability?service_id={service}").json()["items"][0]["starts_at"]
    return {"service_id": service, "starts_at": slot}
