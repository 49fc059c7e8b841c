"""Signing keys: made once, stored encrypted, published, and ready to be rotated."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import pytest
from jose import jwt
from pymongo.errors import AutoReconnect, DuplicateKeyError

from gigsta_auth.crud import Auth, Keyring
from gigsta_auth.main import create_app
from gigsta_auth.models import keys
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.clock import ManualClock
from gigsta_common.errors import Conflict, Unavailable
from gigsta_common.security import SigningKey
from gigsta_common.testing.service import ServiceStarter, TestService

from .conftest import CHEAP, KEY, MIGRATIONS, LogIn, log_in, problem, refresh

OTHER_KEY = "B" * 43


@pytest.fixture
def runtime(service: TestService) -> Runtime[Settings]:
    found: Runtime[Settings] = service.app.state.runtime
    return found


async def test_the_published_keys_are_public_and_may_be_cached(service: TestService) -> None:
    answer = await service.http.get("/auth/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    (key,) = answer.json()["keys"]
    assert set(key) == {"kid", "kty", "crv", "x", "y", "use", "alg"}
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")


async def test_many_instances_that_start_at_once_share_one_key(runtime: Runtime[Settings]) -> None:
    rings = [Keyring(runtime) for _ in range(12)]
    signing = await asyncio.gather(*(ring.signing_key() for ring in rings))
    assert len({key.kid for key in signing}) == 1
    assert len({key.private_pem for key in signing}) == 1
    assert await runtime.db["signing_keys"].count_documents({}) == 1


async def test_the_private_key_is_stored_encrypted(service: TestService, auth: Auth) -> None:
    key = await auth.keyring.signing_key()
    (stored,) = await service.db["signing_keys"].find().to_list()
    assert {"_id", "status", "created_at", "not_before", "retired_at"} <= set(stored)
    assert stored["_id"] == stored["public_jwk"]["kid"] == key.kid
    assert (stored["status"], stored["retired_at"]) == ("active", None)
    body = b"".join(key.private_pem.splitlines()[1:-1])
    for secret in (b"PRIVATE KEY", body, base64.b64decode(body)):
        assert secret not in bytes(stored["private_pem_encrypted"])
    assert "d" not in stored["public_jwk"]


async def test_with_another_encryption_key_auth_verifies_but_cannot_sign(
    service: TestService, person: LogIn, start_service: ServiceStarter, caplog: pytest.LogCaptureFixture
) -> None:
    ana = await person()
    caplog.clear()
    other = await start_service(
        create_app, Settings, MIGRATIONS, keys=None, **{**CHEAP, "key_encryption_key": OTHER_KEY}
    )
    assert (await other.http.get("/auth/me", headers=ana.headers)).status_code == 200
    assert problem(await refresh(other, ana.refresh_token)) == (503, "keys_unavailable")
    assert "KEY_ENCRYPTION_KEY" in caplog.text
    assert KEY not in caplog.text
    keyring: Keyring = other.app.state.use_cases.keyring
    with pytest.raises(Conflict) as refused:
        await keyring.rotate()
    assert refused.value.code == "wrong_encryption_key"
    assert await service.db["signing_keys"].count_documents({}) == 1, "no key that those who sign cannot read"


async def test_where_the_encryption_key_is_lost_a_new_one_signs_at_once(
    service: TestService, person: LogIn, auth: Auth, start_service: ServiceStarter
) -> None:
    ana = await person()
    await auth.keyring.rotate()
    with pytest.raises(Conflict) as refused:
        await auth.keyring.replace()
    assert refused.value.code == "encryption_key_in_use"

    other = await start_service(
        create_app, Settings, MIGRATIONS, keys=None, **{**CHEAP, "key_encryption_key": OTHER_KEY}
    )
    keyring: Keyring = other.app.state.use_cases.keyring
    await keyring.replace()
    reread(keyring)
    assert (await keyring.signing_key()).kid != (await auth.keyring.signing_key()).kid
    assert (await other.http.get("/auth/me", headers=ana.headers)).status_code == 200, "what was signed is still good"
    assert (await log_in(other, "ana@example.com"))["access_token"]


async def test_a_key_that_is_next_is_published_before_it_signs_and_the_last_verifies_on(
    service: TestService, person: LogIn, auth: Auth, runtime: Runtime[Settings], clock: ManualClock
) -> None:
    """A rotation is an insert and, later, a change of labels: nothing else moves."""
    ana = await person()
    old_kid = jwt.get_unverified_header(ana.login["access_token"])["kid"]
    sealing = runtime.settings.derived_key("signing keys")
    starts = clock.now() + timedelta(minutes=8)
    following = {**keys.seal(SigningKey.generate(), sealing, clock.now()), "status": "next", "not_before": starts}
    await service.db["signing_keys"].insert_one(following)
    for ring in (auth.keyring, service.app.state.runtime.verifier._keys):
        ring._read_at = -1e9  # a minute later

    published = (await service.http.get("/auth/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in published] == [old_kid, following["_id"]]
    still_old = await log_in(service, "ana@example.com")
    assert jwt.get_unverified_header(still_old["access_token"])["kid"] == old_kid
    clock.set(starts)
    signed_by_new = await log_in(service, "ana@example.com")
    assert jwt.get_unverified_header(signed_by_new["access_token"])["kid"] == following["_id"]
    for login in (still_old, signed_by_new):
        headers = {"Authorization": f"Bearer {login['access_token']}"}
        assert (await service.http.get("/auth/me", headers=headers)).status_code == 200


async def test_a_rotation_changes_the_key_without_a_restart_or_a_logout(
    service: TestService, person: LogIn, auth: Auth, clock: ManualClock
) -> None:
    ana = await person()
    old = await auth.keyring.signing_key()
    starts = await auth.keyring.rotate()
    assert starts == clock.now() + keys.PUBLISHED_BEFORE_USE
    with pytest.raises(Conflict) as refused:
        await auth.keyring.rotate()
    assert refused.value.code == "rotation_under_way"

    rings = (auth.keyring, service.app.state.runtime.verifier._keys)
    reread(*rings)
    assert len(await auth.keyring.public_keys()) == 2
    assert await auth.keyring.signing_key() is old
    clock.set(starts)
    reread(*rings)
    new = await auth.keyring.signing_key()
    assert new.kid != old.kid
    assert (await ana.get("/auth/me")).status_code == 401, "the access token has expired, not its key"
    refreshed = await refresh(service, ana.refresh_token)
    assert refreshed.status_code == 200
    assert jwt.get_unverified_header(refreshed.json()["access_token"])["kid"] == new.kid
    stored = {key["_id"]: key async for key in service.db["signing_keys"].find()}
    assert (stored[old.kid]["status"], stored[old.kid]["retired_at"]) == ("retired", starts)
    assert stored[new.kid]["status"] == "active"

    clock.advance(keys.PUBLISHED_AFTER_RETIREMENT)
    reread(*rings)
    assert [key["kid"] for key in await auth.keyring.public_keys()] == [new.kid]
    assert await service.db["signing_keys"].count_documents({}) == 1, "what nothing needs is not kept"


async def test_of_many_who_rotate_at_once_one_does(service: TestService, auth: Auth) -> None:
    await auth.keyring.signing_key()
    done = await asyncio.gather(*(auth.keyring.rotate() for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in done) == 9
    assert await service.db["signing_keys"].count_documents({"status": "next"}) == 1


def reread(*rings: Any) -> None:
    """As a minute later."""
    for ring in rings:
        ring._read_at = -1e9


async def test_a_key_made_elsewhere_is_found_when_a_token_names_it(
    service: TestService, person: LogIn, runtime: Runtime[Settings], clock: ManualClock
) -> None:
    await person()
    ring = Keyring(runtime, min_interval=0)
    await ring.public_keys()
    fresh = keys.seal(SigningKey.generate(), bytes(32), clock.now())
    fresh["status"] = "next"
    assert await ring.key(fresh["_id"]) is None
    await service.db["signing_keys"].insert_one(dict(fresh))
    assert await ring.key(fresh["_id"]) == fresh["public_jwk"]


async def test_made_up_key_ids_do_not_ask_mongodb_each_time(
    runtime: Runtime[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Keyring(runtime)
    await ring.public_keys()
    asked: list[str] = []
    read = ring._read

    async def noting() -> Any:
        asked.append("read")
        return await read()

    monkeypatch.setattr(ring, "_read", noting)
    ring._tried_at = -1e9
    await asyncio.gather(*(ring.key(f"made-up-{n}") for n in range(50)))
    assert len(asked) <= 1


async def test_keys_once_read_serve_on_while_mongodb_is_away(
    service: TestService, person: LogIn, auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await person()
    assert (await ana.get("/auth/me")).status_code == 200

    async def away() -> Any:
        raise AutoReconnect("gone")

    for ring in (auth.keyring, service.app.state.runtime.verifier._keys):
        monkeypatch.setattr(ring, "_read", away)
        ring._read_at = ring._tried_at = -1e9
    assert (await service.http.get("/auth/.well-known/jwks.json")).status_code == 200
    assert (await ana.get("/auth/me")).status_code == 200


async def test_keys_are_read_as_soon_as_mongodb_is_there(
    runtime: Runtime[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Keyring(runtime)
    read, failures = ring._read, [AutoReconnect("not yet"), AutoReconnect("not yet")]

    async def later() -> Any:
        if failures:
            raise failures.pop()
        return await read()

    monkeypatch.setattr(ring, "_read", later)
    for _ in range(2):
        with pytest.raises(AutoReconnect):
            await ring.signing_key()
    assert (await ring.signing_key()).kid in {key["kid"] for key in await ring.public_keys()}


async def test_auth_starts_without_mongodb_and_says_so(start_service: ServiceStarter) -> None:
    nowhere = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1"
    service = await start_service(create_app, Settings, MIGRATIONS, keys=None, **{**CHEAP, "mongodb_url": nowhere})
    for answer in (
        await service.http.get("/auth/.well-known/jwks.json"),
        await service.http.get("/auth/me", headers={"Authorization": "Bearer " + token_of_nobody()}),
    ):
        assert problem(answer) == (503, "database_unavailable")
        assert "retry-after" in answer.headers


def token_of_nobody() -> str:
    key = SigningKey.generate()
    headers = {"kid": key.kid, "typ": "at+jwt"}
    return str(jwt.encode({"sub": "x"}, key.private_pem.decode(), algorithm="ES256", headers=headers))


async def test_a_second_active_or_next_key_is_refused(service: TestService, auth: Auth, clock: ManualClock) -> None:
    await auth.keyring.signing_key()
    stored = service.db["signing_keys"]

    def sealed(**fields: Any) -> dict[str, Any]:
        return {**keys.seal(SigningKey.generate(), bytes(32), clock.now()), **fields}

    with pytest.raises(DuplicateKeyError):
        await stored.insert_one(sealed())
    await stored.insert_one(sealed(status="next"))
    with pytest.raises(DuplicateKeyError):
        await stored.insert_one(sealed(status="next"))
    for _ in range(2):
        await stored.insert_one(sealed(status="retired", retired_at=clock.now()))


async def test_no_key_whose_time_has_come_is_a_503(runtime: Runtime[Settings], clock: ManualClock) -> None:
    later = {**keys.seal(SigningKey.generate(), bytes(32), clock.now()), "not_before": clock.now() + timedelta(days=1)}
    await runtime.db["signing_keys"].insert_one(later)
    with pytest.raises(Unavailable):
        await Keyring(runtime).signing_key()
