"""One marketplace for all attacks, and what an attacker could at most have: any token, any address on this machine.

With GIGSTA_BASE_URL it is the one that this checkout's `make up` runs there, whose keys are in `.gigsta`.
"""

import base64
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pymongo
import pytest

from gigsta_auth.models.keys import unseal
from gigsta_cli.up.plan import SERVICES, Ports
from gigsta_common.ids import new_id
from gigsta_common.localservers import state_dir
from gigsta_common.security import Principal, SigningKey, issue_token
from gigsta_common.settings import ServiceSettings
from gigsta_common.testing.waiting import until
from tests.conftest import Marketplace

PASSWORD = "gigsta-demo"
API = "/api/v1"
_FIELDS = ServiceSettings.model_fields
ISSUER, AUDIENCE = str(_FIELDS["token_issuer"].default), str(_FIELDS["token_audience"].default)


@dataclass(frozen=True)
class Stack:
    url: str
    """Of the gateway."""
    state: Path

    @property
    def doors(self) -> dict[str, str]:
        """Where each service's API can be had: through the gateway, and past it."""
        ports = Ports(urlsplit(self.url).port or 80)
        direct = {name: f"http://127.0.0.1:{ports.service(name)}" for name in SERVICES}
        return {"gateway": self.url + API, **direct}

    def secret(self, name: str) -> str:
        return str(json.loads((self.state / "secrets.json").read_text())[name])

    def database_url(self, service: str, kind: str = "MONGODB_URL") -> str:
        """With the password of the service's own user; `MIGRATION_MONGODB_URL` with that of the one who migrates."""
        return str(json.loads((self.state / "running.json").read_text())[f"{kind}_{service.upper()}"])


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Stack:
    given = os.environ.get("GIGSTA_BASE_URL")
    if given:
        return Stack(given.rstrip("/"), state_dir())
    own: Marketplace = request.getfixturevalue("marketplace")
    return Stack(own.url, own.state)


@pytest.fixture(scope="session")
def signing_key_of_auth(stack: Stack, api: httpx2.Client) -> SigningKey:
    """The one that signs now: no attacker has it, and what is refused even so is refused for a better reason."""
    header = log_in(api, "customer")["access_token"].partition(".")[0]
    kid = json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]
    root = base64.urlsafe_b64decode(stack.secret("key_encryption_key")[:43] + "=")
    with pymongo.MongoClient[dict[str, Any]](stack.database_url("auth"), tz_aware=True) as client:
        stored: Any = client.get_default_database()["signing_keys"].find_one({"_id": kid})
    return unseal(stored, hmac.digest(root, b"signing keys", "sha256"))


def token_of(key: SigningKey, user_id: str, *roles: str) -> dict[str, str]:
    """The header of somebody logged in who has these roles."""
    principal = Principal(user_id, frozenset(roles or ("user",)), session_id="attack", name="Eve")
    token = issue_token(
        key, principal, issuer=ISSUER, audience=AUDIENCE, now=datetime.now(UTC), lifetime=timedelta(minutes=10)
    )
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def client_at(base_url: str, address: str = "127.0.0.1") -> Iterator[httpx2.Client]:
    """A client whose connections really come from that address: the whole of 127.0.0.0/8 is this machine."""
    transport = httpx2.HTTPTransport(local_address=address)
    with httpx2.Client(base_url=base_url, transport=transport, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def api(stack: Stack) -> Iterator[httpx2.Client]:
    with client_at(stack.url + API) as client:
        yield client


def log_in(api: httpx2.Client, who: str) -> Any:
    """The answer to the login of a demo account. The cookies are forgotten."""
    answer = api.post("/auth/login", json={"email": f"{who}@example.com", "password": PASSWORD})
    api.cookies.clear()
    return answer.raise_for_status().json()


def new_account(stack: Stack, address: str) -> str:
    """The address of somebody who has registered and followed the link of the mail."""
    email = f"owner-{new_id()}@example.com"
    with client_at(stack.url, address) as client:
        client.post(f"{API}/auth/register", json={"email": email, "password": PASSWORD}).raise_for_status()
        mails = until(lambda: client.get("/dev/mail", params={"to": email}).json()["items"], "a mail")
        (link,) = (link for link in mails[0]["links"] if "verify-email" in link)
        client.post(f"{API}/auth/verify-email", json={"token": link.partition("token=")[2]}).raise_for_status()
    return email


def bearer(login: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {login['access_token']}"}
