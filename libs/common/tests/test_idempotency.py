"""A POST with an Idempotency-Key acts once, however often and from wherever it is sent."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI, File, Request, UploadFile
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from gigsta_common import idempotency
from gigsta_common.app import Runtime, Service, create_service
from gigsta_common.clock import ManualClock
from gigsta_common.errors import Conflict, Forbidden, TooManyRequests, Unavailable
from gigsta_common.idempotency import COLLECTION, LAPSE, idempotent_id
from gigsta_common.security import OptionalUser
from gigsta_common.settings import ServiceSettings
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import ServiceStarter, TestService, eventually

MIGRATION = '''"""What every service has."""

from gigsta_common.indexes import create_common


async def up(db):
    await create_common(db)


async def down(db): ...
'''


class Acts:
    """Counts what was done; `then` decides how a request ends."""

    def __init__(self, _: Runtime[ServiceSettings]) -> None:
        self.ids: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.then: Callable[[], Any] = lambda: None


class Body(BaseModel):
    name: str


router = APIRouter(
    prefix="/acts", route_class=idempotency.IdempotentRoute, dependencies=[Depends(idempotency.documented)]
)


async def act(request: Request) -> Any:
    acts: Acts = request.app.state.use_cases
    acts.ids.append(idempotent_id(request))
    await acts.gate.wait()
    return acts.then()


@router.post("", status_code=201)
async def create(body: Body, caller: OptionalUser, request: Request, response: Response) -> dict[str, Any]:
    """Do it."""
    result = await act(request)
    if isinstance(result, Exception):
        raise result
    response.headers["Location"] = "/acts/1"
    return {"name": body.name, "number": len(request.app.state.use_cases.ids)}


@router.post("/raw")
async def raw(request: Request) -> Response:
    """Answer as the test says."""
    result: Response = await act(request)
    return result


@router.post("/upload")
async def upload(file: Annotated[UploadFile, File()], request: Request) -> dict[str, Any]:
    """Take a file."""
    await act(request)
    return {"size": len(await file.read())}


@router.patch("")
async def change(request: Request) -> dict[str, int]:
    """Not a POST."""
    await act(request)
    return {"number": len(request.app.state.use_cases.ids)}


SERVICE: Service[Acts, ServiceSettings] = Service(name="acts", title="Acts", router=router, build=Acts)


def create_app(settings: Any = None, *, clock: Any = None, bus: Any = None, keys: Any = None) -> FastAPI:
    return create_service(SERVICE, settings, clock=clock, bus=bus, keys=keys)


@pytest.fixture
async def service(start_service: ServiceStarter, tmp_path: Path) -> TestService:
    (tmp_path / "0001_initial.py").write_text(MIGRATION)
    return await start_service(create_app, ServiceSettings, tmp_path)


@pytest.fixture
def acts(service: TestService) -> Acts:
    found: Acts = service.app.state.use_cases
    return found


async def post(service: TestService, key: str = "k", path: str = "/acts", **options: Any) -> httpx2.Response:
    headers = {"Idempotency-Key": key} | options.pop("headers", {})
    return await service.http.post(path, **({"json": {"name": "one"}} | options), headers=headers)


async def kept(service: TestService) -> int:
    return await service.db[COLLECTION].count_documents({})


async def test_the_first_answer_is_given_again(service: TestService, acts: Acts) -> None:
    first, second = await post(service), await post(service)
    assert len(acts.ids) == 1
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["location"] == "/acts/1"
    assert second.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


async def test_without_a_key_each_acts(service: TestService, acts: Acts) -> None:
    for _ in range(2):
        await service.http.post("/acts", json={"name": "one"})
    assert len(set(acts.ids)) == 2
    assert await kept(service) == 0


async def test_other_methods_do_not_care(service: TestService, acts: Acts) -> None:
    for _ in range(2):
        await service.http.patch("/acts", headers={"Idempotency-Key": "k"})
    assert len(acts.ids) == 2


@pytest.mark.parametrize("other", [{"json": {"name": "two"}}, {"params": {"a": "b"}}, {"json": {}}])
async def test_another_request_under_the_same_key_is_refused(
    service: TestService, acts: Acts, other: dict[str, Any]
) -> None:
    await post(service)
    answer = await post(service, **other)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert len(acts.ids) == 1


async def test_keys_of_other_callers_and_other_paths_are_other_keys(
    service: TestService, acts: Acts, token_for: TokenFor
) -> None:
    acts.then = Response
    for user in ("a", "b"):
        for path in ("/acts/raw", "/acts/raw?x=1"):
            await post(service, key=path, path=path, headers={"Authorization": f"Bearer {token_for(user)}"})
    await post(service, path="/acts/raw")
    assert len(acts.ids) == len(set(acts.ids)) == 5


async def test_guests_with_one_key_are_told_apart_by_their_addresses(service: TestService, acts: Acts) -> None:
    acts.then = Response
    for email, name in (("a@example.com", "one"), ("b@example.com", "one"), (" A@Example.com", "two")):
        answer = await post(service, path="/acts/raw", json={"email": email, "name": name})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert len(acts.ids) == len(set(acts.ids)) == 2


@pytest.mark.parametrize(
    "sent", [b"", b"[]", b'"a"', b"{", b"\xff", b'{"email": 5}', rb'{"email": "\ud800"}', b"[" * 9000]
)
async def test_whoever_says_nothing_of_themselves_may_use_a_key_too(
    service: TestService, acts: Acts, sent: bytes
) -> None:
    acts.then = Response
    first, second = [await post(service, path="/acts/raw", json=None, content=sent) for _ in range(2)]
    assert (first.status_code, second.headers["idempotency-replayed"]) == (200, "true")
    assert len(acts.ids) == 1


async def test_a_key_that_is_no_longer_kept_begins_anew(service: TestService, acts: Acts, token_for: TokenFor) -> None:
    """But the very same request still meets what it once made, so that nothing is made twice."""
    for headers in ({}, {"Authorization": f"Bearer {token_for('a')}"}):
        acts.ids.clear()
        for name in ("one", "two", "one"):
            assert (await post(service, json={"name": name}, headers=headers)).json()["name"] == name
            await service.db[COLLECTION].delete_many({})
        assert acts.ids[0] == acts.ids[2] != acts.ids[1]


async def test_a_hundred_at_once_act_once(service: TestService, acts: Acts) -> None:
    answers = await asyncio.gather(*(post(service) for _ in range(100)))
    assert len(acts.ids) == 1
    created = [answer for answer in answers if answer.status_code == 201]
    assert created
    assert len({answer.content for answer in created}) == 1
    for answer in answers:
        if answer.status_code != 201:
            assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
    assert (await post(service)).content == created[0].content


async def test_while_the_first_is_at_work_the_second_is_told(service: TestService, acts: Acts) -> None:
    acts.gate.clear()
    first = asyncio.create_task(post(service))

    async def begun() -> bool:
        return len(acts.ids) == 1

    await eventually(begun)
    second = await post(service)
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_progress")
    acts.gate.set()
    assert (await first).status_code == 201


async def test_a_problem_is_given_again_too(service: TestService, acts: Acts) -> None:
    acts.then = lambda: Conflict("taken", code="slot_unavailable")
    first = await post(service)
    acts.then = lambda: None
    second = await post(service)
    assert len(acts.ids) == 1
    assert first.status_code == second.status_code == 409
    assert second.headers["content-type"] == "application/problem+json"
    assert second.json()["code"] == "slot_unavailable"


@pytest.mark.parametrize(
    "outcome",
    [
        Unavailable("x"),
        Forbidden("x"),
        TooManyRequests("x", retry_after=1),
        RuntimeError("a bug"),
    ],
)
async def test_what_may_go_better_next_time_is_not_kept(service: TestService, acts: Acts, outcome: Exception) -> None:
    acts.then = lambda: outcome
    assert (await post(service)).status_code >= 400
    acts.then = lambda: None
    assert (await post(service)).status_code == 201
    assert acts.ids[0] == acts.ids[1]


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_answers_of_these_kinds_are_not_kept(service: TestService, acts: Acts, status: int) -> None:
    acts.then = lambda: Response(b"no", status)
    await post(service, path="/acts/raw")
    await post(service, path="/acts/raw")
    assert len(acts.ids) == 2
    assert await kept(service) == 0


async def test_a_bad_token_is_refused_and_not_kept(service: TestService, acts: Acts, token_for: TokenFor) -> None:
    bad = {"Authorization": "Bearer rubbish"}
    assert (await post(service, headers=bad)).status_code == 401
    assert await kept(service) == 0
    assert (await post(service, headers={"Authorization": f"Bearer {token_for('u')}"})).status_code == 201


async def test_a_body_that_does_not_validate_uses_no_key(service: TestService, acts: Acts) -> None:
    for _ in range(2):
        answer = await post(service, json={"nome": "one"})
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert await kept(service) == 0
    assert (await post(service)).status_code == 201


async def test_a_stream_cannot_be_given_again_and_is_not_kept(service: TestService, acts: Acts) -> None:
    acts.then = lambda: StreamingResponse(iter([b"a", b"b"]))
    assert (await post(service, path="/acts/raw")).content == b"ab"
    assert await kept(service) == 0


async def test_an_upload_is_read_as_ever(service: TestService, acts: Acts) -> None:
    files = {"file": ("a.bin", b"x" * 5000)}
    answer = await service.http.post("/acts/upload", files=files, headers={"Idempotency-Key": "k"})
    assert answer.json() == {"size": 5000}


async def test_a_key_whose_process_died_lapses_and_the_next_acts_under_the_same_id(
    service: TestService, acts: Acts, clock: ManualClock
) -> None:
    await post(service)
    await service.db[COLLECTION].update_one({}, {"$unset": {"status": 1, "answer": 1, "headers": 1}})
    clock.advance(LAPSE)
    assert (await post(service)).status_code == 409
    clock.advance(LAPSE / 60)
    answers = await asyncio.gather(*(post(service) for _ in range(10)))
    assert len(acts.ids) == 2
    assert acts.ids[0] == acts.ids[1]
    assert sum(answer.status_code == 201 for answer in answers) >= 1
    assert (await post(service)).json() == {"name": "one", "number": 2}


async def test_a_client_that_hangs_up_finds_the_answer_when_it_asks_again(service: TestService, acts: Acts) -> None:
    acts.gate.clear()
    first = asyncio.create_task(post(service))

    async def begun() -> bool:
        return len(acts.ids) == 1

    await eventually(begun)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    acts.gate.set()

    async def answered() -> bool:
        return (await post(service)).status_code == 201

    await eventually(answered)
    assert len(acts.ids) == 1


@pytest.mark.parametrize("key", ["", "x" * 129, "tab\tkey"])
async def test_a_key_that_is_none_is_refused(service: TestService, acts: Acts, key: str) -> None:
    answer = await post(service, key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_header")
    assert acts.ids == []
