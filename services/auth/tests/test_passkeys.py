"""Passkeys: adding and removing them, and what they are good for. `test_passkey_attacks` has what they are not."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .authenticator import BACKED_UP, ELIGIBLE, PRESENT, VERIFIED, Lies, PasskeyBrowser, Private, decode, make
from .conftest import CHEAP, COOKIE, PASSWORD, LogIn, Person, log_in, mailed, mailed_token, problem, refresh, together
from .test_audit import events_of, kinds_of
from .test_closing import close
from .test_credentials import forget, reset
from .test_recent_login import NEEDED, wait
from .test_second_factor import first_step, turn_on


async def test_one_is_added_and_logs_in_alone(service: TestService, person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    key = await phone.add(ana, "Ana's phone")
    phone.cookie = None  # another day
    answer = await phone.log_in(key)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert COOKIE in answer.headers["set-cookie"]
    assert answer.json()["user"] == await ana.account()
    assert (await refresh(service, answer.json()["refresh_token"])).status_code == 200
    assert await kinds_of(ana) == ["login", "passkey_added", "login"]
    assert (await events_of(ana))[-1]["details"]["method"] == "passkey"
    assert [(m["kind"], m["about"]) for m in await mailed(service, ana.email)] == [("passkey_added", "Ana's phone")]


async def test_what_the_device_is_asked(person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    key = await phone.add(ana)
    options = await phone.creation_options(ana)
    assert options["rp"] == {"name": "GigSta", "id": "localhost"}
    assert options["user"]["name"] == ana.email
    assert decode(options["user"]["id"]) == ana.id.encode()
    assert len(decode(options["challenge"])) == 32
    assert {one["alg"] for one in options["pubKeyCredParams"]} == {-7, -8, -257}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert [decode(one["id"]) for one in options["excludeCredentials"]] == [key.credential_id]


async def test_what_is_asked_to_log_in_says_nothing_of_anybody(person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    before = await phone.request_options()
    await phone.add(ana)
    after = await phone.request_options()
    assert before.pop("challenge") != after.pop("challenge")
    assert before == after
    assert after == {"rpId": "localhost", "timeout": 600_000, "allowCredentials": [], "userVerification": "required"}


@pytest.mark.parametrize(
    "private",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["ES256", "EdDSA", "RS256"],
)
async def test_every_kind_of_key(person: LogIn, phone: PasskeyBrowser, private: Private) -> None:
    ana = await person()
    key = await phone.add(ana, private=private)
    assert (await phone.log_in(key)).json()["user"]["id"] == ana.id


async def test_one_of_a_keychain_does_not_count(person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    synced = PRESENT | VERIFIED | ELIGIBLE | BACKED_UP
    key = await phone.add(ana, counts=False, lies=Lies(flags=synced))
    for _ in range(3):
        assert (await phone.log_in(key, flags=synced)).status_code == 200


async def test_one_that_a_device_has_signed_itself(person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    key = await phone.add(ana, lies=Lies(attestation="packed"))
    assert (await phone.log_in(key)).status_code == 200


async def test_the_list_and_the_names(person: LogIn, phone: PasskeyBrowser, clock: ManualClock) -> None:
    ana = await person()
    assert (await ana.get("/auth/passkeys")).json() == {"items": [], "next_cursor": None}
    key = await phone.add(ana, "Phone")
    await phone.add(ana, "Laptop")
    first, second = (await ana.get("/auth/passkeys")).json()["items"]
    assert set(first) == {"id", "name", "added_at", "last_used_at"}
    assert (first["name"], second["name"], first["last_used_at"]) == ("Phone", "Laptop", None)
    clock.advance(timedelta(minutes=5))
    await phone.log_in(key)
    renamed = await ana.patch(f"/auth/passkeys/{second['id']}", {"name": " Old laptop "})
    listed = renamed.json()["items"]
    assert [one["name"] for one in listed] == ["Phone", "Old laptop"]
    assert listed[0]["last_used_at"] is not None
    assert listed == (await ana.get("/auth/passkeys")).json()["items"]
    for bad in ("", " ", "x" * 61, "two\nlines", None):
        assert problem(await ana.patch(f"/auth/passkeys/{second['id']}", {"name": bad}))[0] == 422


async def test_a_name_is_no_way_in_and_changes_without_a_recent_login(
    service: TestService, person: LogIn, phone: PasskeyBrowser, clock: ManualClock
) -> None:
    ana = await person()
    key = await phone.add(ana, "Phone")
    [listed] = (await ana.get("/auth/passkeys")).json()["items"]
    await wait(ana, clock, 11)
    assert problem(await ana.delete(f"/auth/passkeys/{listed['id']}")) == NEEDED
    before: Any = await service.db["users"].find_one({"_id": ana.id})
    assert (await ana.patch(f"/auth/passkeys/{listed['id']}", {"name": "Old phone"})).status_code == 200
    after: Any = await service.db["users"].find_one({"_id": ana.id})
    [passkey] = before["passkeys"]
    assert after["passkeys"] == [{**passkey, "name": "Old phone"}]
    assert after.get("session_epoch") == before.get("session_epoch")
    assert (await phone.log_in(key)).status_code == 200


async def test_a_removed_one_lets_nobody_in_and_ends_the_other_sessions(
    service: TestService, person: LogIn, phone: PasskeyBrowser
) -> None:
    ana = await person()
    key = await phone.add(ana, "Stolen")
    stolen = (await phone.log_in(key)).json()
    [listed] = (await ana.get("/auth/passkeys")).json()["items"]
    assert (await ana.delete(f"/auth/passkeys/{listed['id']}")).status_code == 204
    assert problem(await refresh(service, stolen["refresh_token"])) == (401, "refresh_token_invalid")
    assert (await refresh(service, ana.refresh_token)).status_code == 200
    assert problem(await phone.log_in(key)) == (401, "passkey_unknown")
    assert problem(await ana.delete(f"/auth/passkeys/{listed['id']}")) == (404, "not_found")
    assert [mail["kind"] for mail in await mailed(service, ana.email)] == ["passkey_added", "passkey_removed"]
    again = await phone.add(ana)
    assert (await phone.log_in(again)).status_code == 200


async def test_adding_and_removing_need_a_recent_login(
    person: LogIn, phone: PasskeyBrowser, clock: ManualClock
) -> None:
    ana = await person()
    key = await phone.add(ana)
    clock.advance(timedelta(minutes=9))
    _, credential = make(await phone.creation_options(ana))
    await wait(ana, clock, 1)
    body = {"credential": credential, "name": "Late"}
    assert problem(await phone.send("POST", "/passkeys/creation-options", person=ana)) == NEEDED
    assert problem(await phone.send("POST", "/passkeys", body, ana)) == NEEDED
    [listed] = (await ana.get("/auth/passkeys")).json()["items"]
    refused = await ana.delete(f"/auth/passkeys/{listed['id']}")
    assert problem(refused) == NEEDED
    assert refused.json()["methods"] == ["password", "passkey"]
    # The passkey itself will do, and what the browser was asked for is still good.
    shown = {"passkey": await phone.shown(key)}
    assert (await phone.send("POST", "/reauthenticate", shown, ana)).status_code == 204
    assert problem(await phone.send("POST", "/reauthenticate", shown, ana)) == (400, "passkey_challenge")
    assert (await phone.send("POST", "/passkeys", body, ana)).status_code == 201
    assert (await ana.delete(f"/auth/passkeys/{listed['id']}")).status_code == 204


async def test_as_a_second_factor(
    service: TestService, person: LogIn, phone: PasskeyBrowser, clock: ManualClock
) -> None:
    ana, eve = await person(), await person("eve@example.com")
    await turn_on(ana, clock)
    assert (await first_step(service))["methods"] == ["totp", "recovery_code"]
    key, of_eve = await phone.add(ana), await phone.add(eve)
    first = await first_step(service)
    assert first["methods"] == ["totp", "recovery_code", "passkey"]
    body = {"mfa_token": first["mfa_token"], "passkey": await phone.shown(of_eve)}
    assert problem(await phone.send("POST", "/login/second-factor", body)) == (401, "passkey_refused")
    for malformed in ({}, {"passkey": body["passkey"], "code": "123456"}):
        answer = await phone.send("POST", "/login/second-factor", {"mfa_token": first["mfa_token"], **malformed})
        assert problem(answer) == (422, "validation_failed")
    body["passkey"] = await phone.shown(key)
    answer = await phone.send("POST", "/login/second-factor", body)
    assert answer.json()["user"]["id"] == ana.id
    body["passkey"] = await phone.shown(key)
    assert problem(await phone.send("POST", "/login/second-factor", body)) == (401, "mfa_token_invalid")


async def test_alone_it_is_two_factors(
    person: LogIn, phone: PasskeyBrowser, clock: ManualClock, service: TestService
) -> None:
    ana = await person()
    key = await phone.add(ana)
    await turn_on(ana, clock)
    assert (await phone.log_in(key)).json()["user"]["id"] == ana.id


async def test_the_last_way_in_stays(service: TestService, person: LogIn, phone: PasskeyBrowser) -> None:
    """Two who take away the last two at the same moment take away one."""
    ana = await person()
    await phone.add(ana)
    await phone.add(ana)
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"password_hash": None}})
    first, second = (await ana.get("/auth/passkeys")).json()["items"]
    answers = await together(*(ana.delete(f"/auth/passkeys/{one['id']}") for one in (first, second)))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    [refused] = [answer for answer in answers if answer.is_error]
    assert problem(refused) == (409, "last_way_in")


async def test_a_forgotten_password_tells_of_the_passkeys(
    service: TestService, person: LogIn, phone: PasskeyBrowser
) -> None:
    """Whoever was in the account a moment ago may have left one."""
    ana = await person()
    key = await phone.add(ana, "A thief's")
    await forget(service, ana.email)
    assert await reset(service, await mailed_token(service, ana.email)) == (204, "")
    assert (await mailed(service, ana.email))[-1]["about"] == "a passkey (A thief's)"
    assert (await phone.log_in(key)).status_code == 200


async def test_ten_are_enough(person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    for _ in range(10):
        await phone.add(ana)
    _, credential = make(await phone.creation_options(ana))
    answer = await phone.send("POST", "/passkeys", {"credential": credential}, ana)
    assert problem(answer) == (409, "too_many_passkeys")


async def test_a_suspended_account_stays_closed(service: TestService, person: LogIn, phone: PasskeyBrowser) -> None:
    admin, ana = await person("admin@example.com", "admin"), await person()
    key = await phone.add(ana)
    await admin.post(f"/auth/admin/users/{ana.id}/suspend", {"reason": "No."})
    assert problem(await phone.log_in(key)) == (403, "account_suspended")
    shown = {"passkey": await phone.shown(key)}
    assert problem(await phone.send("POST", "/reauthenticate", shown, ana)) == (403, "account_suspended")


async def test_the_export_has_them_without_keys_and_closing_erases_them(
    service: TestService, person: LogIn, phone: PasskeyBrowser
) -> None:
    ana = await person()
    key = await phone.add(ana, "Ana's phone")
    await phone.creation_options(ana)  # and a challenge that waits
    export = await ana.get("/auth/me/export")
    assert export.json()["passkeys"] == (await ana.get("/auth/passkeys")).json()["items"]
    stored = (await service.db["users"].find_one({"_id": ana.id}) or {})["passkeys"][0]
    assert stored["credential_id"] not in export.text
    assert (await close(ana, {"password": PASSWORD}))[0] == 204
    await service.settle()
    for name in await service.db.list_collection_names():
        everything = str(await service.db[name].find({"user_id": {"$ne": None}}).to_list())
        assert "Ana's phone" not in everything, name
        assert stored["credential_id"] not in everything, name
    assert await service.db["ceremonies"].count_documents({"user_id": ana.id}) == 0
    assert problem(await phone.log_in(key)) == (401, "passkey_unknown")


async def test_what_is_set_up_wrongly_is_said(service: TestService) -> None:
    given = {"mongodb_url": "mongodb://x", "amqp_url": "amqp://x", "jwks_url": "http://x", "environment": "test"}
    settings = Settings.model_validate({**given, **CHEAP, "public_url": "https://app.gigsta.nz"})
    assert (settings.passkey_party, settings.passkey_pages) == ("app.gigsta.nz", ("https://app.gigsta.nz",))
    wider = {"passkey_rp_id": "gigsta.nz", "passkey_origins": ["https://gigsta.nz", "https://app.gigsta.nz"]}
    Settings.model_validate({**given, **CHEAP, **wider})
    with pytest.raises(ValueError, match="does not belong to the domain"):
        Settings.model_validate({**given, **CHEAP, **wider, "passkey_origins": ["https://evilgigsta.nz"]})


async def test_a_login_elsewhere_is_a_session_of_its_own(
    service: TestService, person: LogIn, phone: PasskeyBrowser
) -> None:
    """A passkey shown in another session makes nothing new of this one."""
    ana = await person()
    key = await phone.add(ana)
    other = Person(service, ana.email, await log_in(service, ana.email))
    await other.post("/auth/logout")
    shown = {"passkey": await phone.shown(key)}
    assert problem(await phone.send("POST", "/reauthenticate", shown, other)) == (401, "session_ended")
