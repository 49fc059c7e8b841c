"""The rules of getting a mail through."""

from datetime import datetime, timedelta

from gigsta_notifications.models import Delivery

LEASE = timedelta(minutes=6)
"""How long a sender has for one attempt before another may take over. Longer than any attempt can last."""
SEND_WITHIN = 160.0
"""Seconds that a mail server may take for a mail altogether."""
TAKE_WITHIN = 120.0
"""Of these, for its word that it has it, once it was given all. Some look at a mail for long before they say so, and
whoever leaves before that has to send it again, to a server that may have it."""
ADDRESS_PATIENCE = timedelta(hours=24)
"""How long a mail waits for its user's address to become known."""
ADDRESS_RETRY = timedelta(seconds=30)
KEEP = timedelta(days=90)
"""How long deliveries are kept for whoever asks what became of a mail."""

_FIRST_RETRY = timedelta(seconds=5)
_LAST_RETRY = timedelta(hours=1)


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 5 s, doubled each time, an hour at most."""
    return min(_FIRST_RETRY * (1 << min(attempts - 1, 16)), _LAST_RETRY)


def refusal_to_resend(delivery: Delivery, now: datetime) -> str | None:
    """Why a mail cannot be sent again, in a sentence; None where it can."""
    if delivery["status"] != "failed":
        return f"Only a mail that was given up can be sent again: this one is {delivery['status']}."
    if "context" not in delivery:
        return "What this mail said is not kept any more."
    if delivery["not_after"] is not None and now >= delivery["not_after"]:
        return "What this mail is about has expired."
    return None


def unsubscribe_link(public_url: str, key: str, kind: str) -> str:
    return f"{public_url}/api/v1/notifications/unsubscribe?key={key}&kind={kind}"


def action_link(public_url: str, token: str) -> str:
    """The page of bookings on which one button takes an action. The token is in the fragment, which nobody logs."""
    return f"{public_url}/api/v1/bookings/act#{token}"


def message_id(delivery_id: str, domain: str) -> str:
    """The same for every attempt at one delivery, so that mail servers and readers can tell a repetition."""
    return f"<{delivery_id}@{domain}>"
