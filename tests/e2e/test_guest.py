"""A guest books, follows the link in the mail, chooses a password, and finds the booking in their account."""

from typing import Any

import httpx2
import pytest

from gigsta_common.ids import new_id
from gigsta_common.testing.waiting import until

pytestmark = pytest.mark.e2e

API = "/api/v1"
PASSWORD = "the-password-of-gus"


def mails_to(http: httpx2.Client, email: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = http.get("/dev/mail", params={"to": email}).json()["items"]
    return items


def hold(http: httpx2.Client, email: str) -> str:
    """A time of some service that is asked for, not booked at once; the id of the booking."""
    services = http.get(f"{API}/catalog/services", params={"limit": 100}).json()["items"]
    for service in (found for found in services if not found["instant_book"]):
        free = http.get(f"{API}/bookings/availability", params={"service_id": service["id"]}).json()["items"]
        if len(free) < 10:
            continue
        who = {"email": email, "full_name": "Gus Guest", "phone_number": "021 555 0199"}
        body = {"service_id": service["id"], "starts_at": free[-1]["starts_at"], **who}
        answer = http.post(f"{API}/bookings/guest", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])
    raise AssertionError("nothing can be booked")


def test_a_guest_keeps_their_booking_by_choosing_a_password(http: httpx2.Client) -> None:
    email = f"gus-{new_id()}@example.org"
    booking_id = hold(http, email)
    [mail] = until(lambda: mails_to(http, email), "a mail to the guest")
    named, _, secret = str(mail["links"][0]).partition("#")[2].partition(".")
    assert named == booking_id
    assert http.get(httpx2.URL(mail["links"][0]).path, follow_redirects=True).status_code == 200
    key = {"Booking-Key": secret}
    assert http.get(f"{API}/auth/guests/{booking_id}", headers=key).status_code == 404, "nothing is proven yet"

    verified = http.post(f"{API}/bookings/{booking_id}/actions/verify_guest", headers=key)
    assert (verified.status_code, verified.json()["status"]) == (200, "pending")
    wanted = {"booking_id": booking_id, "from": verified.json()["created_at"]}
    others = http.get(f"{API}/bookings/availability", params=wanted, headers=key).json()["items"]
    moved = http.post(
        f"{API}/bookings/{booking_id}/actions/change_time", headers=key, json={"starts_at": others[-1]["starts_at"]}
    )
    assert (moved.status_code, moved.json()["starts_at"]) == (200, others[-1]["starts_at"])
    offer = until(
        lambda: next((a for a in [http.get(f"{API}/auth/guests/{booking_id}", headers=key)] if a.is_success), None),
        "an account to complete",
    )
    assert offer.json() == {"email": email, "full_name": "Gus Guest"}
    receipt = until(lambda: [m for m in mails_to(http, email) if "choose a password" in m["text"]], "a receipt")
    assert receipt[0]["links"][0] == mail["links"][0]

    completion = {"booking_id": booking_id, "secret": secret, "password": PASSWORD}
    completed = http.post(f"{API}/auth/guests/complete", json=completion)
    assert completed.status_code == 200, completed.text
    assert completed.headers["set-cookie"].startswith("__Host-gigsta_refresh=")
    again = http.post(f"{API}/auth/guests/complete", json=completion)
    assert (again.status_code, again.json()["code"]) == (409, "account_complete")
    login = http.post(f"{API}/auth/login", json={"email": email, "password": PASSWORD}).json()
    user = {"Authorization": f"Bearer {login['access_token']}"}

    mine = until(lambda: http.get(f"{API}/bookings", headers=user).json()["items"], "the booking in the account")
    assert [(found["id"], found["customer"]["id"]) for found in mine] == [(booking_id, login["user"]["id"])]
    history = http.get(f"{API}/bookings/{booking_id}/history/verify", headers=user).json()
    assert (history["intact"], history["entries"]) == (True, 4)
    withdrawn = http.post(f"{API}/bookings/{booking_id}/actions/withdraw", headers=user)
    assert withdrawn.json()["status"] == "cancelled"
    assert http.get(f"{API}/bookings/{booking_id}", headers=key).json()["status"] == "cancelled"
