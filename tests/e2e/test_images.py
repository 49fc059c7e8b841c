"""A provider's picture, from their disk to the map, over HTTP."""

import io
import time
from typing import Any

import httpx2
import pytest
from PIL import Image

pytestmark = pytest.mark.e2e

API = "/api/v1"


def test_a_picture_reaches_the_page_and_the_map(http: httpx2.Client) -> None:
    login = http.post(f"{API}/auth/login", json={"email": "provider@example.com", "password": "gigsta-demo"}).json()
    http.cookies.clear()
    headers = {"Authorization": f"Bearer {login['access_token']}"}

    def call(method: str, path: str, body: Any = None) -> Any:
        answer = http.request(method, API + path, json=body, headers=headers).raise_for_status()
        return answer.json() if answer.content else None

    service = call("POST", "/catalog/services", SERVICE)
    media = f"/catalog/services/{service['id']}/media"
    try:
        file = io.BytesIO()
        Image.effect_noise((900, 600), 50).save(file, "JPEG")
        content = file.getvalue()
        wanted = {"content_type": "image/jpeg", "size_bytes": len(content), "alt_text": "A lighthouse"}
        ticket = call("POST", media, wanted)
        sent = http.request(ticket["method"], ticket["url"], content=content, headers=ticket["headers"])
        assert sent.is_success, sent.text
        (image,) = call("POST", f"{media}/{ticket['media_id']}/complete")["images"]
        call("POST", f"/catalog/services/{service['id']}/publish")

        seen = http.get(f"{API}/catalog/services/{service['id']}").json()
        assert seen["images"] == [image]
        assert (seen["location"]["address"], seen["location"]["suburb"]) == (None, "Castlepoint")
        answer = http.get(image["large"]["url"])
        assert answer.headers["content-type"] == "image/webp"
        assert "immutable" in answer.headers["cache-control"]
        assert Image.open(io.BytesIO(answer.content)).size == (900, 600)

        place = eventually(lambda: nearby(http, service["id"]))
        assert place["image"] == {**image["small"], "alt_text": "A lighthouse"}
        assert place["location"] == {"address": "Castlepoint", "lat": -40.9, "lng": 176.22}
    finally:
        if call("GET", f"/catalog/services/{service['id']}")["status"] == "published":
            call("POST", f"/catalog/services/{service['id']}/archive")
        else:
            call("DELETE", f"/catalog/services/{service['id']}")


SERVICE = {
    "title": "Painting of lighthouses",
    "description": "White, and red where it should be.",
    "category": "handyman",
    "price": {"amount": 90_000, "currency": "NZD"},
    "duration_minutes": 240,
    "location": {"address": "1 Jetty Road, Castlepoint", "lat": -40.90123, "lng": 176.22123},
}


def nearby(http: httpx2.Client, service_id: str) -> Any:
    found = http.get(f"{API}/geo/nearby", params={"lat": -40.9, "lng": 176.22}).json()["items"]
    return next((place for place in found if place["service_id"] == service_id), None)


def eventually(look: Any) -> Any:
    deadline = time.monotonic() + 30
    while (found := look()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found
