"""A service of the smallest kind, made by `create_service` and started as every service's tests start theirs."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict
from pymongo.errors import AutoReconnect

from gigsta_common import idempotency
from gigsta_common.app import Runtime, Service, create_service
from gigsta_common.clock import ManualClock
from gigsta_common.errors import Conflict, NotFound
from gigsta_common.events import Envelope, ProviderRejected, UserRegistered
from gigsta_common.ids import new_id
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Document, Session
from gigsta_common.security import Admin, CurrentUser, OptionalUser
from gigsta_common.settings import ServiceSettings
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import ServiceStarter, TestService, eventually

MIGRATION = '''"""The collections of the smallest service."""

from gigsta_common.indexes import create_common


async def up(db):
    await db.create_collection("widgets")
    await db.create_collection("greetings")
    await create_common(db, outbox_collections=("widgets",))


async def down(db):
    await db.drop_collection("widgets")
    await db.drop_collection("greetings")
'''


class NewWidget(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    price: int


class Widget(BaseModel):
    id: str
    name: str
    price: int
    owner_id: str


class Widgets:
    def __init__(self, runtime: Runtime[ServiceSettings]) -> None:
        self.db = runtime.db
        self.outbox = runtime.outbox

    async def create(self, widget_id: str, owner_id: str, new: NewWidget) -> Widget:
        if new.price < 0:
            raise Conflict("A widget is not given away with money on top.", code="price_below_zero")
        told = ProviderRejected(
            provider_id=owner_id, trading_name=new.name, reason="none", rejected_at="2026-01-01T00:00:00Z"
        )
        record = self.outbox.record("provider.rejected", told, subject=widget_id, sequence=1)
        document: Document = {"_id": widget_id, "owner_id": owner_id, **new.model_dump(), "outbox": [record]}
        await self.db["widgets"].insert_one(document)
        self.outbox.nudge("widgets", widget_id)
        return Widget(id=widget_id, owner_id=owner_id, **new.model_dump())

    async def get(self, widget_id: str) -> Widget:
        found = await self.db["widgets"].find_one({"_id": widget_id})
        if found is None:
            raise NotFound("There is no such widget.")
        return Widget(id=found["_id"], name=found["name"], price=found["price"], owner_id=found["owner_id"])

    async def greet(self, user: UserRegistered, session: Session) -> None:
        await self.db["greetings"].insert_one({"_id": new_id(), "user_id": user.user_id}, session=session)


router = APIRouter(
    prefix="/widgets",
    tags=["widgets"],
    route_class=idempotency.IdempotentRoute,
    dependencies=[Depends(idempotency.documented)],
)
handlers = Handlers[Widgets]()


@router.post("", status_code=201)
async def create_widget(new: NewWidget, caller: CurrentUser, request: Request) -> Widget:
    """Make a widget."""
    use_cases: Widgets = request.app.state.use_cases
    return await use_cases.create(idempotency.idempotent_id(request), caller.user_id, new)


@router.get("/whoami")
async def whoami(caller: OptionalUser) -> dict[str, str | None]:
    """Say who is asking."""
    return {"user_id": caller.user_id if caller else None}


@router.get("/admin-only")
async def admin_only(caller: Admin) -> dict[str, str]:
    """For administrators."""
    return {"user_id": caller.user_id}


@router.get("/broken")
async def broken() -> None:
    """Fail as no use case should."""
    raise KeyError("a secret detail")


@router.get("/no-database")
async def no_database() -> None:
    """Fail as if the primary had gone."""
    raise AutoReconnect("connection closed")


@router.get("/{widget_id}")
async def get_widget(widget_id: str, request: Request) -> Widget:
    """Show a widget."""
    use_cases: Widgets = request.app.state.use_cases
    return await use_cases.get(widget_id)


@handlers.on("user.registered", UserRegistered)
async def greet(widgets: Widgets, event: UserRegistered, envelope: Envelope, session: Session) -> None:
    await widgets.greet(event, session)


SERVICE: Service[Widgets, ServiceSettings] = Service(
    name="widgets",
    title="Widgets",
    router=router,
    build=Widgets,
    handlers=handlers,
    outbox_collections=("widgets",),
)


def create_app(settings: Any = None, *, clock: Any = None, bus: Any = None, keys: Any = None) -> FastAPI:
    return create_service(SERVICE, settings, clock=clock, bus=bus, keys=keys)


@pytest.fixture
async def service(start_service: ServiceStarter, tmp_path: Path) -> TestService:
    (tmp_path / "0001_initial.py").write_text(MIGRATION)
    return await start_service(create_app, ServiceSettings, tmp_path)


@pytest.fixture
def authorization(token_for: TokenFor) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for('user-1')}"}


def registered(clock: ManualClock, user_id: str = "user-9") -> UserRegistered:
    return UserRegistered(user_id=user_id, email="a@example.com", registered_at=clock.now())


async def make(service: TestService, headers: dict[str, str], **body: Any) -> httpx2.Response:
    return await service.http.post("/widgets", json={"name": "one", "price": 5} | body, headers=headers)


async def test_a_widget_is_made_read_and_told(service: TestService, authorization: dict[str, str]) -> None:
    made = await make(service, authorization)
    assert made.status_code == 201, made.text
    shown = await service.http.get(f"/widgets/{made.json()['id']}")
    assert shown.json() == made.json()
    await service.settle()
    assert service.published_names() == ["provider.rejected"]
    event = service.published[0]
    assert event.subject == made.json()["id"]
    assert event.source == "/gigsta/widgets"
    assert event.requestid == made.headers["x-request-id"]
    stored = await service.db["widgets"].find_one({"_id": event.subject})
    assert stored is not None
    assert stored["outbox"] == []


async def test_the_relay_needs_no_help_of_the_test(service: TestService, authorization: dict[str, str]) -> None:
    await make(service, authorization)

    async def told() -> bool:
        return service.published_names() == ["provider.rejected"]

    await eventually(told)


async def test_an_event_is_handled_once(service: TestService, clock: ManualClock) -> None:
    event = await service.receive("user.registered", registered(clock), subject="user-9")
    await service.receive("user.registered", registered(clock), subject="user-9", event_id=event.id)
    greetings = await service.db["greetings"].find().to_list()
    assert [g["user_id"] for g in greetings] == ["user-9"]


async def test_what_a_test_sends_is_not_what_the_service_published(service: TestService, clock: ManualClock) -> None:
    await service.receive("user.registered", registered(clock), subject="user-9")
    assert service.published == []


async def test_a_problem_is_a_problem_document(service: TestService, authorization: dict[str, str]) -> None:
    answer = await make(service, authorization, price=-1)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:gigsta:problem:price_below_zero",
        "title": "Conflict",
        "status": 409,
        "detail": "A widget is not given away with money on top.",
        "instance": "/api/v1/widgets",
        "code": "price_below_zero",
        "request_id": answer.headers["x-request-id"],
    }


async def test_a_bad_body_names_each_field(service: TestService, authorization: dict[str, str]) -> None:
    answer = await service.http.post("/widgets", json={"price": "much", "colour": 1}, headers=authorization)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {e["field"] for e in answer.json()["errors"]} == {"name", "price", "colour"}
    assert answer.json()["code"] == "validation_failed"


async def test_an_unexpected_exception_says_nothing_but_its_id(
    service: TestService, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await service.http.get("/widgets/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal_error"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    assert len([r for r in caplog.records if r.exc_info]) == 1


async def test_a_lost_database_is_503(service: TestService) -> None:
    answer = await service.http.get("/widgets/no-database")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/nowhere", 404, "not_found"), ("DELETE", "/widgets", 405, "method_not_allowed")],
)
async def test_the_frameworks_own_errors_are_problem_documents(
    service: TestService, method: str, path: str, status: int, code: str
) -> None:
    answer = await service.http.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_route_label_of_a_metric_is_the_template(service: TestService) -> None:
    await service.http.get("/widgets/some-id")
    await service.http.get("/nowhere/at/all")
    text = (await service.http.get("/metrics")).text
    assert 'gigsta_http_request_seconds_count{method="GET",route="/widgets/{widget_id}",status="404"} 1.0' in text
    assert "some-id" not in text
    assert "at/all" not in text


async def test_the_same_key_acts_once(service: TestService, authorization: dict[str, str]) -> None:
    headers = authorization | {"Idempotency-Key": "key-1"}
    first, second = await make(service, headers), await make(service, headers)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert await service.db["widgets"].count_documents({}) == 1


async def test_it_is_ready(service: TestService) -> None:
    answer = await service.http.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready"), answer.text
    assert set(answer.json()["checks"]) >= {"mongodb", "broker", "outbox"}


async def test_who_may_call(service: TestService, token_for: TokenFor) -> None:
    async def status(path: str, *token: str) -> int:
        headers = {"Authorization": f"Bearer {token[0]}"} if token else {}
        return (await service.http.get(path, headers=headers)).status_code

    assert await status("/widgets/whoami") == 200
    assert await status("/widgets/whoami", token_for("u")) == 200
    assert await status("/widgets/whoami", "rubbish") == 401
    assert await status("/widgets/admin-only") == 401
    assert await status("/widgets/admin-only", token_for("u", "user")) == 403
    assert await status("/widgets/admin-only", token_for("u", "admin")) == 200


async def test_openapi_documents_the_key_the_errors_and_distinct_names(service: TestService) -> None:
    document = (await service.http.get("/openapi.json")).json()
    post = document["paths"]["/widgets"]["post"]
    assert post["operationId"] == "create_widget"
    assert "Idempotency-Key" in {p["name"] for p in post["parameters"]}
    assert "4XX" in post["responses"]
