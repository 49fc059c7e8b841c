"""`Idempotency-Key`: a POST that is sent twice acts once, and both get the first answer.

A router with `route_class=IdempotentRoute` honours the header on every POST. The first request with a key takes it by
an insert; whoever comes second gets the stored answer, or 409 while the first is still at work. If the process dies in
between, the key lapses after a minute and the next try acts, so what it creates should take its id from
`idempotent_id()`: then the second try meets what the first already made.

One rule, whatever the key's age: only the same request by the same caller meets what was made before. With another body
a key is refused for as long as it is kept, and begins anew after that. Callers who are not logged in are told apart by
the address in what they send.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from bson import Binary
from fastapi import Header, Request
from fastapi.routing import APIRoute
from pymongo.errors import DuplicateKeyError
from starlette.responses import Response

from gigsta_common.errors import Conflict, Problem, Unprocessable, answer
from gigsta_common.ids import new_id
from gigsta_common.mongo import Collection, shielded

COLLECTION = "idempotency_keys"
"""Migrations index `expires_at` with `expireAfterSeconds=0`."""
KEEP = timedelta(hours=24)
LAPSE = timedelta(seconds=60)
_MAX_KEY = 128

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=_MAX_KEY,
        description="Makes the call safe to send again: the same key and body get the first answer.",
    ),
]


async def documented(idempotency_key: IdempotencyKey = None) -> None:
    """Only there so that the header stands in the OpenAPI document."""


Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class IdempotentRoute(APIRoute):
    credentials: ClassVar[tuple[str, ...]] = ()
    """Headers by which a router knows callers besides `Authorization`: whoever sends others is somebody else."""

    def get_route_handler(self) -> Endpoint:
        original = super().get_route_handler()
        if "POST" not in (self.methods or ()):
            return original

        async def handler(request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            caller = await _caller(request, self.credentials) if key is not None else None
            if key is None or caller is None:
                return await original(request)
            return await _once(request, caller, key, original)

        return handler


def idempotent_id(request: Request) -> str:
    """An id for what this request creates: the same for every try with the same key and body by the same caller."""
    return getattr(request.state, "idempotent_id", None) or new_id()


async def _once(request: Request, caller: str, key: str, original: Endpoint) -> Response:
    runtime = request.app.state.runtime
    keys: Collection = runtime.db[COLLECTION]
    if not key or len(key) > _MAX_KEY or not key.isprintable():
        raise Unprocessable(f"Idempotency-Key must be 1 to {_MAX_KEY} printable characters.", code="invalid_header")
    path, query = request.scope["path"], request.scope["query_string"]
    # Keyed with what is not stored: a body may hold a password, and a plain hash of it could be searched for.
    body_hash = hmac.new(key.encode(), query + b"\n" + await request.body(), "sha256").hexdigest()
    scope = f"{caller} {request.method} {path} {key}"
    digest = hashlib.sha256(scope.encode(errors="surrogatepass")).hexdigest()
    request.state.idempotent_id = str(UUID(hashlib.sha256(f"{digest} {body_hash}".encode()).hexdigest()[:32]))
    now = runtime.clock.now()
    taken = {"body": body_hash, "lapses_at": now + LAPSE, "expires_at": now + KEEP, "owner": new_id()}
    try:
        await keys.insert_one({"_id": digest, **taken})
    except DuplicateKeyError:
        stored = await _stored(keys, digest, taken)
        if stored is not None:
            return stored
    # A client that hangs up and asks again finds the answer, because the first try goes on without it.
    return await shielded(_act(keys, digest, taken["owner"], request, original))


async def _act(keys: Collection, digest: str, owner: str, request: Request, original: Endpoint) -> Response:
    try:
        response = await original(request)
    except Problem as problem:
        response = answer(problem, request.scope)
    except BaseException:
        await keys.delete_one({"_id": digest, "owner": owner})
        raise
    await _store(keys, digest, owner, response)
    return response


async def _stored(keys: Collection, digest: str, taken: dict[str, Any]) -> Response | None:
    """The first answer; None where the first try died and this one has taken over."""
    first = await keys.find_one({"_id": digest})
    if first is None:
        raise Conflict("A request with this Idempotency-Key is still at work.", code="idempotency_in_progress")
    if first["body"] != taken["body"]:
        raise Unprocessable("This Idempotency-Key was used with another body.", code="idempotency_key_reused")
    if "status" in first:
        headers = dict(first["headers"]) | {"Idempotency-Replayed": "true"}
        return Response(bytes(first["answer"]), status_code=first["status"], headers=headers)
    lapsed = {"_id": digest, "status": {"$exists": False}, "lapses_at": {"$lt": taken["lapses_at"] - LAPSE}}
    if (await keys.update_one(lapsed, {"$set": taken})).matched_count:
        return None
    raise Conflict("A request with this Idempotency-Key is still at work.", code="idempotency_in_progress")


async def _store(keys: Collection, digest: str, owner: str, response: Response) -> None:
    """Keep the answer; forget the key where the caller should be free to try again."""
    body = getattr(response, "body", None)  # a stream has none, and cannot be given again
    if body is None or response.status_code >= 500 or response.status_code in (401, 403, 429):
        await keys.delete_one({"_id": digest, "owner": owner})
        return
    kept = {
        name: value for name, value in response.headers.items() if name in ("content-type", "location", "retry-after")
    }
    answer = {"status": response.status_code, "headers": kept, "answer": Binary(bytes(body))}
    await keys.update_one({"_id": digest, "owner": owner}, {"$set": answer})


async def _caller(request: Request, credentials: tuple[str, ...]) -> str | None:
    """Whose key it is: keys of different callers never meet. None for a bad token, which is the route's to refuse."""
    shown = "".join(f" {name}={request.headers[name]}" for name in credentials if name in request.headers)
    authorization = request.headers.get("authorization")
    if authorization is None:
        return f"anyone{shown} {_address(await request.body())}"
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    try:
        return str((await request.app.state.runtime.verifier.verify(token)).user_id)
    except Problem:
        return None


def _address(body: bytes) -> str:
    """Whom somebody without a login says they are: their keys meet nobody else's. Empty where they say nothing."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    email = sent.get("email") if isinstance(sent, dict) else None
    return email.strip().lower() if isinstance(email, str) else ""
