"""A3: what does not fit, what was never meant to fit, and what is only meant to harm, for every operation there is.

Each service in this process, on a real database with something in it. GIGSTA_CASES=100 makes it long, and other every
time; GIGSTA_SEED repeats such a run.
"""

import importlib
import random
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gigsta_common.app import end_streams
from gigsta_common.clock import ManualClock
from gigsta_common.errors import MEDIA_TYPE
from gigsta_common.events import ProviderApproved, ServiceChanged
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import ServiceStarter, TestService

from .hostile import SEED, Request, operations, requests

SERVICES: dict[str, dict[str, Any]] = {
    "auth": {
        "key_encryption_key": "A" * 43,
        "gateway_secret": "shared-with-the-gateway",
        "argon2_memory_kib": 8,
        "argon2_time_cost": 1,
    },
    "bookings": {"clock_interval": 3600, "open_days_interval": 3600},
    "catalog": {},
    "geo": {},
    "notifications": {},
    "ratings": {},
}
"""With the settings that theirs differ in here."""
EVE = "eve"


async def something_to_find(service: TestService, clock: ManualClock) -> None:
    """Of what all services know, a provider and what she offers."""
    approved = ProviderApproved(provider_id=EVE, trading_name="Eve's", approved_at=clock.now())
    await service.receive("provider.approved", approved, subject=EVE)
    facts = {
        "service_id": "service-1",
        "provider_id": EVE,
        "provider_name": "Eve's",
        "title": "Hedge trimming",
        "description": "Cut and carried away.",
        "category": "gardening",
        "price": {"amount": 9000, "currency": "NZD"},
        "duration_minutes": 60,
        "location": {"address": "1 Queen Street, Auckland", "lat": -36.8485, "lng": 174.7633},
        "status": "published",
        "changed_at": clock.now(),
    }
    await service.receive("service.published", ServiceChanged.model_validate(facts), subject="service-1")


class Known:
    """The ids of what there is, for requests that are to get further than to a 404."""

    def __init__(self) -> None:
        self._ids = ["service-1", EVE]
        self._dice = random.Random(1)

    def __call__(self) -> str:
        return self._dice.choice(self._ids)

    async def look(self, service: TestService) -> None:
        found: set[str] = {"service-1", EVE}
        for name in await service.db.list_collection_names():
            if name != "migrations":
                found |= {str(one["_id"]) async for one in service.db[name].find({}, {"_id": 1}).limit(20)}
        self._ids = sorted(found)


def fault(request: Request, answer: httpx2.Response) -> str | None:
    """What is wrong about an answer."""
    if answer.status_code >= 500:
        return "a fault of ours"
    if answer.status_code < 400:
        return "taken" if request.unknown is not None else None
    if answer.headers.get("content-type") != MEDIA_TYPE:
        return "no problem document"
    body = answer.json()
    if not (body["status"] == answer.status_code and body["code"] and body["request_id"]):
        return "no good problem"
    if body["code"] == "validation_failed" and request.unknown is not None:
        named = [error["field"] for error in body.get("errors", ())]
        return None if request.unknown in named else "refused, but not for what nobody knows"
    return None


async def send(service: TestService, request: Request, headers: dict[str, str]) -> httpx2.Response:
    every = [(name.encode(), value.encode()) for name, value in headers.items()]
    every += [(name.encode(), value) for name, value in request.headers.items()]
    url = httpx2.URL("http://service").copy_with(raw_path=request.target.encode("ascii"))
    sent = httpx2.Request(request.method, url, headers=every, content=request.body)
    return await service.http.send(sent)


@pytest.mark.parametrize("name", SERVICES)
async def test_nothing_that_is_sent_is_too_much_for_a_service(
    start_service: ServiceStarter, clock: ManualClock, token_for: TokenFor, tmp_path: Path, name: str
) -> None:
    package: Any = importlib.import_module(f"gigsta_{name}")
    app: Any = importlib.import_module(f"gigsta_{name}.main")
    settings: Any = importlib.import_module(f"gigsta_{name}.settings")
    folder = Path(package.__file__).parent / "migrations"
    changes = {**SERVICES[name], "media_folder": tmp_path}
    service = await start_service(app.create_app, settings.Settings, folder, **changes)
    await something_to_find(service, clock)
    end_streams(service.app)  # or one that is begun would not end
    who = EVE
    if name == "auth":
        operators = service.app.state.use_cases.operators
        who = (await operators.create_verified_user("eve@example.com", "a-good-long-one", "Eve", ["provider"]))["_id"]
    eve = {"authorization": f"Bearer {token_for(who, 'user', 'provider', 'admin', name='Eve')}"}
    dice, known, faults = random.Random(name), Known(), []
    for operation in operations(service.app.openapi()):
        await known.look(service)
        if name == "auth":
            await service.db["throttle"].delete_many({})
        for request in requests(operation, known):
            answer = await send(service, request, {} if dice.random() < 0.2 else eve)
            wrong = fault(request, answer)
            if wrong is not None:
                said = f"{wrong}: {answer.status_code} to {request.method} {request.target[:200]}, {request.what}"
                faults.append(f"{said}: {(request.body or b'')[:300]!r} {answer.text[:200]}")
    assert faults == [], f"GIGSTA_SEED={SEED}"
