"""Errors as clients see them: RFC 9457 problem documents, one class per kind, rendered in one place.

Code below the routes raises a `Problem`; nothing else in the project knows about status codes.
"""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from gigsta_common import context

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 50
_MEMBER = re.compile(r"<\w+\.\w+: ([^>]*)>")
"""How Python writes the member of an enumeration."""
_FIELD_LENGTH = 200


class Problem(Exception):
    """A failure with a status, a stable machine-readable `code` and a sentence for a person."""

    status: ClassVar[int] = 500
    code: str = "internal_error"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.members = members


class BadRequest(Problem):
    status = 400
    code = "bad_request"


class Unauthorized(Problem):
    """No token, or one that does not verify."""

    status = 401
    code = "unauthorized"

    def __init__(self, detail: str, **options: Any) -> None:
        super().__init__(detail, **{"headers": {"WWW-Authenticate": "Bearer"}} | options)


class Forbidden(Problem):
    """A good token whose bearer may not do this."""

    status = 403
    code = "forbidden"


class NotFound(Problem):
    """Not there, or not for this caller to know about."""

    status = 404
    code = "not_found"


class Conflict(Problem):
    status = 409
    code = "conflict"


class Gone(Problem):
    status = 410
    code = "gone"


class Unprocessable(Problem):
    """A payload that is well formed and still makes no sense here."""

    status = 422
    code = "validation_failed"


class TooManyRequests(Problem):
    status = 429
    code = "too_many_requests"

    def __init__(self, detail: str, *, retry_after: int, **options: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, **options)


class Unavailable(Problem):
    """Something this request needs is away for the moment."""

    status = 503
    code = "unavailable"

    def __init__(self, detail: str, *, retry_after: int = 2, **options: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, **options)


class FieldError(BaseModel):
    field: str
    message: str


class ProblemDocument(BaseModel):
    """The body of every error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[FieldError] | None = None


API_PREFIX = "/api/v1"
"""Where the gateway shows the services to the world: they themselves see paths without it."""


def answer(problem: Problem, scope: Scope) -> Response:
    """A service's answer. What it says of the request's path is the path that the client wrote."""
    return render(problem, API_PREFIX + scope["path"])


def render(problem: Problem, instance: str) -> Response:
    request = context.current()
    body: dict[str, Any] = {
        "type": f"urn:gigsta:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        "code": problem.code,
        "request_id": request.request_id if request else "",
        **problem.members,
    }
    if problem.errors:
        body["errors"] = problem.errors
    return Response(
        _json(body),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def _json(body: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(body, default=str)
    except TypeError:  # half of a surrogate pair, as a client may send in the name of a field
        return json.dumps(body, default=str).encode()


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, error: Problem) -> Response:
        return answer(error, request.scope)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        return answer(_media_type_problem(request, error) or from_validation(error.errors(), error.body), request.scope)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        return answer(from_status(error.status_code, str(error.detail), error.headers), request.scope)

    @app.exception_handler(PyMongoError)
    async def _mongo(request: Request, error: PyMongoError) -> Response:
        if not is_outage(error):
            raise error
        log.warning("MongoDB did not answer", extra={"error": str(error)[:300]})
        return answer(Unavailable("The database is away for the moment.", code="database_unavailable"), request.scope)


def _media_type_problem(request: Request, error: RequestValidationError) -> Problem | None:
    """A body that was not read because it does not say that it is JSON, told as such."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    unread = any(e["loc"] == ("body",) and e["type"] == "model_attributes_type" for e in error.errors())
    if not unread or sent == "application/json" or sent.endswith("+json"):
        return None
    return from_status(415, f"Send the body as application/json, not as {sent or 'nothing in particular'}.")


def is_outage(error: PyMongoError) -> bool:
    """Whether the database was away, as opposed to having said no."""
    if isinstance(error, ConfigurationError):
        return _BETWEEN_TWO_STATES in str(error)
    if isinstance(error, OperationFailure) and error.code in _NOT_YET:
        return True
    return isinstance(error, ConnectionFailure | ExecutionTimeout | WTimeoutError) or (
        error.has_error_label("TransientTransactionError") or error.has_error_label("RetryableWriteError")
    )


_BETWEEN_TWO_STATES = "Sessions are not supported"
"""What PyMongo says of a connection that was opened while a member was becoming primary or ceasing to be it."""
_NOT_YET = frozenset({6, 7, 89, 134, 211, 262, 9001})
"""What a server says that is up again and not quite there: no majority to read from (134), no key for the time that a
client tells it (211), no way to another member, no time left. PyMongo asks once more, then hands it on as it is."""


def from_validation(errors: Sequence[Any], body: Any = None) -> Problem:
    """One entry per faulty field, named as the client wrote it (`body.price.amount` is `price.amount`)."""
    if any(error["type"] == "json_invalid" for error in errors):
        return Unprocessable("The body is not valid JSON.", code="invalid_json")
    messages: dict[str, list[str]] = {}
    for error in errors:
        told = messages.setdefault(_field(error, body)[:_FIELD_LENGTH], [])
        if (message := _message(error)) not in told:  # each way in which a value may be written has its own
            told.append(message)
    found = [{"field": field, "message": ", or ".join(told)} for field, told in messages.items()][:_MOST_ERRORS]
    return Unprocessable("The request does not validate: " + ", ".join(e["field"] for e in found) + ".", errors=found)


def _field(error: Mapping[str, Any], body: Any) -> str:
    """Without where it stood (body, query, path), unless the whole of that is meant.

    Among the parts of a location are the names of our own types and functions. What the client wrote is told from
    them by looking: it is there, or it is what is missing.
    """
    place, *parts = error["loc"]
    at, kept = body, []
    if place != "body":
        kept, parts = parts[:1], [part for part in parts[1:] if isinstance(part, int)]
        at = None
    for n, part in enumerate(parts):
        if _is_in(part, at):
            at = at[part]
        elif place == "body" and not (error["type"] == "missing" and n == len(parts) - 1):
            continue
        kept.append(part)
    return ".".join(str(part) for part in kept) or str(place)


def _is_in(part: str | int, value: Any) -> bool:
    if isinstance(part, int):
        return isinstance(value, list) and part < len(value)
    return isinstance(value, Mapping) and part in value


def _message(error: Mapping[str, Any]) -> str:
    """In words for whoever filled in the field."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "string_pattern_mismatch":
        return "is not in the form that is expected here, or has characters that it may not have"
    if kind == "too_short":
        return f"must have {context['min_length']} or more, and has {context['actual_length']}"
    if kind == "too_long":
        return f"must have {context['max_length']} at most"
    if kind in ("enum", "literal_error"):
        return "must be " + _MEMBER.sub(r"\1", context["expected"]).replace("'", "")
    message: str = error["msg"]
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")


_CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    413: "body_too_large", 415: "unsupported_media_type", 429: "too_many_requests",
}  # fmt: skip


def from_status(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Problem:
    """A problem for an error that the framework itself raised."""
    problem = Problem(detail, code=_CODES.get(status, f"http_{status}"), headers=headers)
    problem.status = status  # type: ignore[misc]
    return problem
