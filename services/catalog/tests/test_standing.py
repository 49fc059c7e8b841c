"""Providers who are suspended, come back, or close their account for good."""

from typing import Any

import pytest

from gigsta_catalog.consumers import handlers
from gigsta_common.clock import ManualClock
from gigsta_common.events import EventData, UserClosed, UserReinstated, UserSummarised, UserSuspended, envelope

from .conftest import Collect, Shop
from .pictures import jpeg


class Auth:
    """What auth tells of ana."""

    def __init__(self, shop: Shop, clock: ManualClock) -> None:
        self._shop, self.clock = shop, clock

    async def _tell(self, name: str, data: EventData, sequence: int, event_id: str | None) -> None:
        await self._shop.service.receive(name, data, subject="ana", sequence=sequence, event_id=event_id)

    async def suspends(self, sequence: int = 5, event_id: str | None = None) -> None:
        data = UserSuspended(user_id="ana", reason="Complaints.", suspended_at=self.clock.now())
        await self._tell("user.suspended", data, sequence, event_id)

    async def reinstates(self, sequence: int = 6, event_id: str | None = None) -> None:
        data = UserReinstated(user_id="ana", reason="Cleared up.", reinstated_at=self.clock.now())
        await self._tell("user.reinstated", data, sequence, event_id)

    async def closes(self, sequence: int = 7, event_id: str | None = None) -> None:
        await self._tell("user.closed", UserClosed(user_id="ana", closed_at=self.clock.now()), sequence, event_id)


@pytest.fixture
def auth(shop: Shop, clock: ManualClock) -> Auth:
    return Auth(shop, clock)


async def told(shop: Shop, service_id: str) -> list[tuple[str, int]]:
    await shop.service.settle()
    return [(event.name, event.sequence) for event in shop.service.published if event.subject == service_id]


async def test_a_suspended_provider_is_out_of_sight_until_reinstated(shop: Shop, auth: Auth, collect: Collect) -> None:
    shown, archived, draft = await shop.published(), await shop.published(), await shop.draft()
    await shop.post(f"/services/{archived}/archive", "ana")
    for _ in range(2):
        await auth.suspends(event_id="e1")
    assert await collect("/services") == []
    assert (await shop.get(f"/services/{shown}")).status_code == 404
    assert (await shop.get("/providers/ana")).status_code == 404
    for path in (f"/services/{shown}/publish", f"/services/{draft}/publish"):
        answer = await shop.post(path, "ana")
        assert (answer.status_code, answer.json()["code"]) == (403, "provider_suspended")
    assert (await shop.post("/services", "ana", shop.body())).json()["code"] == "provider_suspended"
    for _ in range(2):
        await auth.reinstates(event_id="e2")
    assert [service["id"] for service in await collect("/services")] == [shown], "what she had archived stays so"
    assert (await shop.get("/providers/ana")).status_code == 200
    assert await told(shop, shown) == [("service.published", 2), ("service.archived", 3), ("service.published", 4)]
    assert (await shop.post(f"/services/{draft}/publish", "ana")).status_code == 200


async def test_word_that_is_late_changes_nothing(shop: Shop, auth: Auth, collect: Collect) -> None:
    await shop.published()
    await auth.reinstates(6)
    await auth.suspends(5)
    assert len(await collect("/services")) == 1
    await auth.suspends(7)
    await shop.approve("ana", "Ana & Co", sequence=4)
    assert await collect("/services") == [], "an approval is no reinstatement"
    await auth.reinstates(8)
    assert [service["provider_name"] for service in await collect("/services")] == ["Ana & Co"]


async def test_somebody_who_is_suspended_before_the_approval_is_not_shown(shop: Shop, auth: Auth) -> None:
    await auth.suspends(0)
    await shop.approve("ana", "Ana & Co", sequence=2)
    assert (await shop.get("/providers/ana")).status_code == 404


async def test_a_closed_account_leaves_no_trace_of_its_owner(
    shop: Shop, auth: Auth, collect: Collect, clock: ManualClock
) -> None:
    await shop.approve("bob", "Bob's")
    await shop.published("bob")
    shown, archived, draft = await shop.published(), await shop.published(), await shop.draft()
    await shop.post(f"/services/{archived}/archive", "ana")
    for _ in range(2):
        await auth.closes(event_id="e1")
    await auth.closes()
    assert [service["provider_id"] for service in await collect("/services")] == ["bob"]
    assert (await shop.get("/providers/ana")).status_code == 404
    assert (await shop.get(f"/services/{draft}", "root", "admin")).status_code == 404
    for service_id in (shown, archived):
        service: dict[str, Any] = (await shop.get(f"/services/{service_id}", "root", "admin")).json()
        assert (service["status"], service["provider_name"]) == ("archived", "A former provider")
        assert service["location"] == {
            "address": "", "suburb": "", "lat": -36.8, "lng": 174.8, "approximate": False,
        }  # fmt: skip
        last = [event for event in shop.service.published if event.subject == service_id][-1]
        assert (last.name, last.sequence) == ("service.archived", service["version"])
        assert last.data["provider_name"] == "A former provider"
    assert len(await told(shop, shown)) == 2, "told once"
    await shop.service.settle()
    for name in await shop.service.db.list_collection_names():
        documents = await shop.service.db[name].find({"provider_id": {"$ne": "bob"}}).to_list()
        everything = str([document for document in documents if name != "idempotency_keys"])
        for trace in ("Ana's", "Queen Street", "Weeds", "36.8485"):
            assert trace not in everything, name


async def test_who_traded_as_a_former_provider_is_forgotten_as_well(shop: Shop, auth: Auth) -> None:
    await shop.approve("ana", "A former provider", sequence=2)
    service_id = await shop.published()
    await auth.closes()
    service = (await shop.get(f"/services/{service_id}", "root", "admin")).json()
    assert (service["description"], service["location"]["address"]) == ("", "")


async def test_what_is_told_anew_is_taken_over_and_does_nothing_twice(shop: Shop, auth: Auth, collect: Collect) -> None:
    """As `gigsta replay` tells it: where nothing is known any more, and where everything is."""
    service_id = await shop.published()
    catalog, db = shop.service.app.state.use_cases, shop.service.app.state.runtime.db

    async def tell(sequence: int, **facts: Any) -> None:
        data = UserSummarised.model_validate({"user_id": "ana", "provider_status": "approved", **facts})
        event = envelope(
            "user.summarised", data, publisher="replay", subject="ana", sequence=sequence, time=auth.clock.now()
        )
        replayed = event.model_copy(update={"replay": True})
        for _ in range(2):
            await handlers.handle_again(catalog, db, replayed)

    for wiped in (False, True):
        if wiped:
            await db["providers"].delete_many({})
        await tell(9, trading_name="Ana's Gardens", suspended=wiped)
        assert len(await collect("/services")) == (0 if wiped else 1)
    await tell(10, trading_name="Ana & Co", suspended=False)
    assert [service["provider_name"] for service in await collect("/services")] == ["Ana & Co"]
    assert await catalog.kept_providers.known("", 10) == {"ana": 10}
    for _ in range(2):
        await db["providers"].delete_many({})
        await tell(11, provider_status=None, closed_at=auth.clock.now())
        assert await collect("/services") == []
    events = [("published", 2), ("archived", 3), ("published", 5), ("archived", 6)]  # and 4 was renamed out of sight
    assert await told(shop, service_id) == [(f"service.{name}", version) for name, version in events]


async def test_a_provider_has_no_more_services_than_can_be_hidden_at_once(
    shop: Shop, auth: Auth, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gigsta_catalog.crud.services.MOST_SERVICES", 2)
    for _ in range(2):
        await shop.published()
    answer = await shop.post("/services", "ana", shop.body())
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_services")
    await shop.approve("bob")
    await shop.published("bob")
    await auth.suspends()
    assert [service["provider_id"] for service in await collect("/services")] == ["bob"]


async def test_nothing_brings_a_closed_account_back(shop: Shop, auth: Auth, collect: Collect) -> None:
    service_id = await shop.published()
    await auth.closes(7)
    await shop.approve("ana", "Ana & Co", sequence=8)
    await auth.suspends(9)
    await auth.reinstates(10)
    assert await collect("/services") == []
    assert (await shop.get("/providers/ana")).status_code == 404
    assert (await shop.post(f"/services/{service_id}/publish", "ana")).status_code == 403
    assert (await shop.post("/services", "ana", shop.body())).status_code == 403


async def test_a_token_that_outlives_its_account_writes_nothing(shop: Shop, auth: Auth) -> None:
    service_id = await shop.published()
    media_id = await shop.upload(service_id, jpeg())
    await auth.closes(7)
    before = (await shop.get(f"/services/{service_id}", "root", "admin")).json()
    answers = [
        await shop.patch(f"/services/{service_id}", "ana", {"description": "Call me on 021 555 0100"}),
        await shop.ask(service_id),
        await shop.complete(service_id, media_id),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "account_closed")] * 3
    assert (await shop.get(f"/services/{service_id}", "root", "admin")).json() == before


async def test_nor_does_one_that_outlives_a_suspension(shop: Shop, auth: Auth) -> None:
    service_id, draft = await shop.published(), await shop.draft()
    media_id = await shop.upload(service_id, jpeg())
    await auth.suspends()
    before = (await shop.get("/services", "ana", mine=True)).json()
    answers = [
        await shop.patch(f"/services/{service_id}", "ana", {"description": "Call me on 021 555 0100"}),
        await shop.patch(f"/services/{draft}", "ana", {"title": "Other"}),
        await shop.ask(service_id),
        await shop.complete(service_id, media_id),
        await shop.delete(f"/services/{draft}", "ana"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "provider_suspended")] * 5
    assert (await shop.get("/services", "ana", mine=True)).json() == before
    await auth.reinstates()
    assert (await shop.patch(f"/services/{draft}", "ana", {"title": "Other"})).status_code == 200


async def test_nor_does_an_administrators(shop: Shop, auth: Auth) -> None:
    await shop.approve("bob")
    service_id, media_id = await shop.published("bob"), "0" * 32
    await auth.suspends()
    new = {"id": "fencing", "name": "Fencing"}
    answers = [
        await shop.post("/categories", "ana", new, "admin"),
        await shop.delete(f"/services/{service_id}/media/{media_id}?reason=None.", "ana", "admin"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "provider_suspended")] * 2
    assert (await shop.post("/categories", "root", new, "admin")).status_code == 201


async def test_the_export_is_everything_of_ones_own(shop: Shop) -> None:
    await shop.approve("bob", "Bob's")
    await shop.published("bob")
    mine = [await shop.published(), await shop.draft()]
    export = (await shop.get("/export", "ana")).json()
    assert export["trading_name"] == "Ana's Gardens"
    assert [service["id"] for service in export["services"]] == mine
    assert (await shop.get("/export", "cleo")).json() == {"trading_name": None, "services": []}
    assert (await shop.get("/export")).status_code == 401
