"""What a service could not handle, as its administrators see it and decide about it."""

from pathlib import Path
from typing import Any

import pytest

from gigsta_common.clock import ManualClock
from gigsta_common.messaging import BusUnavailable
from gigsta_common.settings import ServiceSettings
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import ServiceStarter, TestService

from .test_app import MIGRATION, Widgets, create_app, registered

PARKED = "/widgets/admin/parked-events"


@pytest.fixture
async def widgets(start_service: ServiceStarter, tmp_path: Path) -> TestService:
    (tmp_path / "0001_initial.py").write_text(MIGRATION)
    return await start_service(create_app, ServiceSettings, tmp_path)


@pytest.fixture
def admin(token_for: TokenFor) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for('root', 'admin')}"}


@pytest.fixture
async def event_id(widgets: TestService, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of an event that was parked for a fault that is mended by now."""

    async def fail(*_: Any) -> None:
        raise RuntimeError("no such greeting")

    with monkeypatch.context() as broken:
        broken.setattr(Widgets, "greet", fail)
        return (await widgets.receive("user.registered", registered(clock), subject="user-9")).id


async def decide(widgets: TestService, admin: dict[str, str], decision: str, event_id: str | None) -> tuple[int, Any]:
    answer = await widgets.http.post(f"{PARKED}/{decision}", json={"event_id": event_id}, headers=admin)
    await widgets.settle()
    return answer.status_code, answer.json()


async def parked(widgets: TestService, admin: dict[str, str]) -> list[dict[str, Any]]:
    answer = await widgets.http.get(PARKED, headers=admin)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_it_is_shown_without_what_it_says_of_people(
    widgets: TestService,
    admin: dict[str, str],
    event_id: str,
) -> None:
    (seen,) = await parked(widgets, admin)
    assert seen.pop("parked_at")
    assert seen == {
        "event_id": event_id,
        "event": "user.registered",
        "subject": "user-9",
        "error": "RuntimeError('no such greeting')",
        "attempts": 3,
    }


@pytest.mark.parametrize("of_one", [True, False])
async def test_it_is_tried_again(widgets: TestService, admin: dict[str, str], event_id: str, of_one: bool) -> None:
    assert await decide(widgets, admin, "replay", event_id if of_one else None) == (200, {"count": 1})
    assert [g["user_id"] for g in await widgets.db["greetings"].find().to_list()] == ["user-9"]
    assert await parked(widgets, admin) == []


async def test_it_is_thrown_away(widgets: TestService, admin: dict[str, str], event_id: str) -> None:
    assert await decide(widgets, admin, "drop", event_id) == (200, {"count": 1})
    assert await parked(widgets, admin) == []
    status, problem = await decide(widgets, admin, "replay", event_id)
    assert (status, problem["code"]) == (404, "not_found")
    assert await widgets.db["greetings"].count_documents({}) == 0


async def test_a_broker_that_is_away_is_503(
    widgets: TestService,
    admin: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def away(*_: Any) -> None:
        raise BusUnavailable("connection refused")

    monkeypatch.setattr(widgets.bus, "parked", away)
    answer = await widgets.http.get(PARKED, headers=admin)
    assert (answer.status_code, answer.json()["code"]) == (503, "broker_unavailable")
    assert int(answer.headers["retry-after"]) > 0


async def test_it_is_for_administrators(widgets: TestService, token_for: TokenFor) -> None:
    headers = {"Authorization": f"Bearer {token_for('user-9', 'user', 'provider')}"}
    assert (await widgets.http.get(PARKED, headers=headers)).status_code == 403
    answer = await widgets.http.post(f"{PARKED}/drop", json={"event_id": None}, headers=headers)
    assert answer.status_code == 403
    assert (await widgets.http.get(PARKED)).status_code == 401
