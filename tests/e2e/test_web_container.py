"""The web app in its container, which GIGSTA_WEB_URL names: its pages, and the way to the API."""

import os
from collections.abc import Iterator

import httpx2
import pytest

pytestmark = pytest.mark.e2e


@pytest.fixture
def web() -> Iterator[httpx2.Client]:
    url = os.environ.get("GIGSTA_WEB_URL")
    if not url:
        pytest.skip("GIGSTA_WEB_URL names no web app in a container")
    with httpx2.Client(base_url=url, timeout=20, trust_env=False) as http:
        yield http


def test_every_address_of_the_app_is_its_first_page(web: httpx2.Client) -> None:
    for path in ("/", "/bookings/some-id"):
        page = web.get(path)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html")
        assert '<div id="app"' in page.text
        assert "default-src 'self'" in page.headers["content-security-policy"]
    script = page.text.partition('src="/assets/')[2].partition('"')[0]
    assert web.get(f"/assets/{script}").headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_api_is_behind_the_same_address(web: httpx2.Client) -> None:
    assert web.get("/api/v1/catalog/categories").status_code == 200
    assert web.get("/api/nothing").json()["code"] == "not_found"


def test_people_are_sent_to_the_page_of_the_app_and_programs_are_not(web: httpx2.Client) -> None:
    page = "/api/v1/auth/verify-email?token=abc"
    sent = web.get(page, headers={"accept": "text/html,*/*"})
    assert (sent.status_code, httpx2.URL(sent.headers["location"]).raw_path) == (303, b"/verify-email?token=abc")
    assert web.get(page, headers={"accept": "*/*"}).status_code == 200
