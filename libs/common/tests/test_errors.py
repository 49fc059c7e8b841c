"""Every error, whoever raised it, reaches the client as a problem document."""

import json
from collections.abc import AsyncIterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import httpx2
import prometheus_client as prometheus
import pytest
from fastapi import FastAPI, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteError,
    WTimeoutError,
)
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from gigsta_common import errors
from gigsta_common.errors import is_outage
from gigsta_common.middleware import RequestMiddleware


class Price(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: int
    currency: Literal["NZD", "AUD"]


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=3)]
    price: Price
    tags: list[str] = []
    starts_at: datetime | None = None

    @model_validator(mode="after")
    def not_forbidden(self) -> "Order":
        if self.title == "forbidden":
            raise ValueError("this title is taken")
        return self


def _text_only(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    NONE = "none"


Day = Annotated[date, BeforeValidator(_text_only)]


class Card(BaseModel):
    number: Annotated[str, Field(pattern="^[0-9]+$")]


class Cash(BaseModel):
    notes: Annotated[tuple[int, ...], Field(min_length=1)]


class Payment(BaseModel):
    by: Card | Cash
    on: datetime | Day | None = None


raised: list[Exception] = []
app = FastAPI()
errors.install(app)
app.add_middleware(RequestBodyLimitMiddleware, max_body_size=2000)
app.add_middleware(RequestMiddleware, registry=prometheus.CollectorRegistry())


@app.post("/orders")
async def order(new: Order, limit: Annotated[int, Query(ge=1)] = 1) -> dict[str, str]:
    return {"title": new.title}


@app.post("/payments")
async def pay(new: Payment) -> dict[str, str]:
    return {"on": str(new.on)}


@app.get("/days")
async def days(
    start: Annotated[AwareDatetime | Day, Query(alias="from")],
    n: Annotated[list[int], Query()],
    side: Literal[Side.LEFT, Side.RIGHT] = Side.LEFT,
) -> None:
    return None


@app.get("/raise")
async def fail() -> None:
    raise raised.pop()


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


GOOD = {"title": "Mow the lawn", "price": {"amount": 5000, "currency": "NZD"}}


def check(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    errors.ProblemDocument.model_validate(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:gigsta:problem:{code}"
    return body


async def fails_with(http: httpx2.AsyncClient, error: Exception) -> httpx2.Response:
    raised.append(error)
    return await http.get("/raise")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.BadRequest("x"), 400, "bad_request"),
        (errors.Unauthorized("x"), 401, "unauthorized"),
        (errors.Forbidden("x"), 403, "forbidden"),
        (errors.NotFound("x"), 404, "not_found"),
        (errors.Conflict("x"), 409, "conflict"),
        (errors.Gone("x"), 410, "gone"),
        (errors.Unprocessable("x"), 422, "validation_failed"),
        (errors.TooManyRequests("x", retry_after=7), 429, "too_many_requests"),
        (errors.Unavailable("x"), 503, "unavailable"),
        (errors.Conflict("x", code="slot_unavailable"), 409, "slot_unavailable"),
        (HTTPException(400, "x"), 400, "bad_request"),
        (HTTPException(404, "x"), 404, "not_found"),
        (HTTPException(415, "x"), 415, "unsupported_media_type"),
        (HTTPException(418, "x"), 418, "http_418"),
    ],
)
async def test_each_kind_has_its_status_and_code(
    http: httpx2.AsyncClient, error: Exception, status: int, code: str
) -> None:
    body = check(await fails_with(http, error), status, code)
    assert (body["detail"], body["instance"]) == ("x", "/api/v1/raise")
    assert "errors" not in body


async def test_headers_and_members_go_with_it(http: httpx2.AsyncClient) -> None:
    assert (await fails_with(http, errors.TooManyRequests("x", retry_after=7))).headers["retry-after"] == "7"
    assert (await fails_with(http, errors.Unauthorized("x"))).headers["www-authenticate"] == "Bearer"
    assert (await fails_with(http, errors.Unavailable("x", retry_after=9))).headers["retry-after"] == "9"
    assert (await fails_with(http, errors.Conflict("x", version=3))).json()["version"] == 3
    assert (await fails_with(http, HTTPException(401, "x", {"X-Why": "y"}))).headers["x-why"] == "y"
    at_fields = errors.Unprocessable("x", errors=[{"field": "a.b", "message": "m"}])
    assert (await fails_with(http, at_fields)).json()["errors"] == [{"field": "a.b", "message": "m"}]


@pytest.mark.parametrize(
    ("payment", "fields"),
    [
        ({"by": {"number": "12"}, "on": "never"}, ["on"]),
        ({"by": {"number": "12"}, "on": {"str": 1}}, ["on"]),
        ({"by": {}}, ["by.number", "by.notes"]),
        ({"by": {"number": "x", "other": 1}}, ["by.number", "by.notes"]),
        ({"by": {"notes": []}}, ["by.number", "by.notes"]),
        ({"by": {"notes": ["a"], "number": 1}}, ["by.number", "by.notes.0", "by.notes"]),
        ({"by": None}, ["by"]),
        ({}, ["by"]),
    ],
)
async def test_what_may_be_written_in_several_ways_is_named_once(
    http: httpx2.AsyncClient, payment: dict[str, Any], fields: list[str]
) -> None:
    body = check(await http.post("/payments", json=payment), 422, "validation_failed")
    assert [error["field"] for error in body["errors"]] == fields
    assert body["detail"] == f"The request does not validate: {', '.join(fields)}."


async def test_messages_are_for_people(http: httpx2.AsyncClient) -> None:
    async def messages(**payment: Any) -> list[str]:
        body = check(await http.post("/payments", json=payment), 422, "validation_failed")
        return [error["message"] for error in body["errors"]]

    form = "is not in the form that is expected here, or has characters that it may not have"
    assert await messages(by={"number": "x", "notes": []}) == [form, "must have 1 or more, and has 0"]
    [said] = await messages(by={"number": "1"}, on=[])
    assert said.endswith(", or must be text")
    assert "Value error" not in said


async def test_what_a_choice_is_between_is_told_without_python_s_names(http: httpx2.AsyncClient) -> None:
    asked = {"from": "2026-03-02", "n": ["1"], "side": "none"}
    body = check(await http.get("/days", params=asked), 422, "validation_failed")
    assert body["errors"] == [{"field": "side", "message": "must be left or right"}]
    order = {**GOOD, "price": {"amount": 1, "currency": "EUR"}}
    body = check(await http.post("/orders", json=order), 422, "validation_failed")
    assert body["errors"] == [{"field": "price.currency", "message": "must be NZD or AUD"}]


async def test_a_query_is_named_without_what_we_make_of_it(http: httpx2.AsyncClient) -> None:
    body = check(await http.get("/days", params={"from": "x", "n": ["1", "b"]}), 422, "validation_failed")
    assert [error["field"] for error in body["errors"]] == ["from", "n.1"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "ab"}, "title"),
        ({"title": None}, "title"),
        ({"price": {"amount": "much", "currency": "NZD"}}, "price.amount"),
        ({"price": {"amount": 1, "currency": "EUR"}}, "price.currency"),
        ({"price": {"amount": 1, "currency": "NZD", "$gt": 1}}, "price.$gt"),
        ({"tags": ["a", 2]}, "tags.1"),
        ({"starts_at": "yesterday"}, "starts_at"),
        ({"colour": "red"}, "colour"),
        ({"title": "forbidden"}, "body"),
    ],
)
async def test_a_faulty_field_is_named_as_the_client_wrote_it(
    http: httpx2.AsyncClient, change: dict[str, Any], field: str
) -> None:
    body = check(await http.post("/orders", json=GOOD | change), 422, "validation_failed")
    assert [error["field"] for error in body["errors"]] == [field]
    assert all(error["message"] for error in body["errors"])


async def test_every_faulty_field_is_named(http: httpx2.AsyncClient) -> None:
    body = check(await http.post("/orders?limit=0", json={"price": {}, "x": 1}), 422, "validation_failed")
    fields = {error["field"] for error in body["errors"]}
    assert fields == {"title", "price.amount", "price.currency", "x", "limit"}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 422, "invalid_json"),
        (b"", 422, "validation_failed"),
        (b"[]", 422, "validation_failed"),
        (b"null", 422, "validation_failed"),
        (b'"text"', 422, "validation_failed"),
        (b"\xff\xfe\x00", 400, "bad_request"),
        (b"[" * 1900, 400, "bad_request"),
        (b'{"a":' * 300, 422, "invalid_json"),
        (b'{"title":"\\ud800abc","price":{"amount":1,"currency":"NZD"}}', 422, "validation_failed"),
        (b'{"\\ud800":1}', 422, "validation_failed"),
        (b'{"title":"abc","price":{"amount":NaN,"currency":"NZD"}}', 422, "validation_failed"),
        (b'{"title":"abc","price":{"amount":1e400,"currency":"NZD"}}', 422, "validation_failed"),
        (b"{" + b",".join(b'"f%d":1' % n for n in range(150)) + b"}", 422, "validation_failed"),
        (b"x" * 2001, 413, "body_too_large"),
    ],
)
async def test_a_hostile_body_is_refused_in_good_form(
    http: httpx2.AsyncClient, content: bytes, status: int, code: str
) -> None:
    answer = await http.post("/orders", content=content, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    body = check(answer, status, code)
    assert len(body.get("errors", ())) <= 50
    assert len(answer.content) < 20_000


async def test_a_body_without_a_length_is_limited_too(http: httpx2.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * 900

    answer = await http.post("/orders", content=chunks(), headers={"content-type": "application/json"})
    body = check(answer, 413, "body_too_large")
    assert body["request_id"] == answer.headers["x-request-id"]


async def test_the_wrong_media_type_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/orders", content=json.dumps(GOOD), headers={"content-type": "text/plain"})
    assert 400 <= answer.status_code < 500
    errors.ProblemDocument.model_validate(answer.json())


@pytest.mark.parametrize("host", ["[", "a/b?c", "evil.example:99999", ""])
async def test_a_forged_host_breaks_nothing(http: httpx2.AsyncClient, host: str) -> None:
    answer = await http.get("/nowhere", headers={"host": host})
    assert answer.status_code in (400, 404)
    assert answer.json()["instance"] == "/api/v1/nowhere"


def labelled(label: str) -> PyMongoError:
    return OperationFailure("x", 112, {"errorLabels": [label]})


OUTAGES = [
    AutoReconnect("x"),
    NotPrimaryError("x"),
    NetworkTimeout("x"),
    ServerSelectionTimeoutError("x"),
    WaitQueueTimeoutError("x"),
    ExecutionTimeout("x", 50),
    WTimeoutError("x", 64),
    ConfigurationError("Sessions are not supported by this MongoDB deployment"),
    labelled("TransientTransactionError"),
    labelled("RetryableWriteError"),
    OperationFailure("Read concern majority reads are currently not possible.", 134),
    OperationFailure("Cache Reader No keys found for HMAC that is valid for time", 211),
]


@pytest.mark.parametrize("error", OUTAGES)
async def test_a_database_that_is_away_is_503(http: httpx2.AsyncClient, error: PyMongoError) -> None:
    assert is_outage(error)
    answer = await fails_with(http, error)
    check(answer, 503, "database_unavailable")
    assert answer.headers["retry-after"] == "2"


@pytest.mark.parametrize(
    "error", [DuplicateKeyError("x", 11000), ConfigurationError("x"), WriteError("x", 121), OperationFailure("x", 13)]
)
async def test_a_database_that_says_no_is_a_fault_of_ours(http: httpx2.AsyncClient, error: PyMongoError) -> None:
    assert not is_outage(error)
    assert (await fails_with(http, error)).status_code == 500
