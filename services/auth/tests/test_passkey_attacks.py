"""Passkeys that are forged, replayed, copied or somebody else's."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from gigsta_auth.models.passkeys import Created, Shown
from gigsta_auth.models.sessions import digest
from gigsta_auth.models.users import new_user
from gigsta_auth.relying_party import NotProven, RelyingParty, challenge_in
from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .authenticator import PRESENT, VERIFIED, Json, Lies, PasskeyBrowser, cose, decode, encode, make, use
from .conftest import CHEAP, LogIn, Person, log_in, problem, together
from .test_audit import events_of

STRANGERS_KEY = ec.generate_private_key(ec.SECP256R1())

LIES: dict[str, Json] = {
    "another site's page": {"origin": "https://evil.example"},
    "a page like ours": {"origin": "http://localhost:8000.evil.example"},
    "the right host by another port": {"origin": "http://localhost:8001"},
    "no origin": {"origin": ""},
    "for another site": {"rp_id": "evil.example"},
    "inside another site's page": {"cross_origin": True},
    "nobody was made sure of": {"flags": PRESENT},
    "nobody was there": {"flags": VERIFIED},
    "signed by another key": {"private": STRANGERS_KEY},
    "made instead of used": {"kind": "webauthn.create"},
    "for another user": {"user_handle": b"somebody else"},
    "for nobody": {"user_handle": "none"},
    "a count that stands still": {"sign_count": 1},
    "a count that goes back": {"sign_count": 0},
}


@pytest.mark.parametrize("name", LIES)
async def test_a_forged_one_lets_nobody_in(
    service: TestService,
    person: LogIn,
    phone: PasskeyBrowser,
    name: str,
) -> None:
    ana = await person()
    key = await phone.add(ana)
    assert (await phone.log_in(key)).status_code == 200
    sessions = await service.db["sessions"].count_documents({})
    assert problem(await phone.log_in(key, **LIES[name])) == (401, "passkey_refused")
    assert await service.db["sessions"].count_documents({}) == sessions
    last = (await events_of(ana))[-1]
    assert (last["kind"], last["details"]) == ("login_failed", {"reason": "passkey_refused"})
    assert (await phone.log_in(key)).status_code == 200, "and the owner still gets in"


REGISTRATION_LIES = {
    name: lie
    for name, lie in LIES.items()
    if name not in ("for another user", "for nobody", "made instead of used", "signed by another key")
    and "count" not in name
} | {"used instead of made": {"kind": "webauthn.get"}}


@pytest.mark.parametrize("name", REGISTRATION_LIES)
async def test_a_forged_one_is_not_added(
    person: LogIn,
    phone: PasskeyBrowser,
    name: str,
) -> None:
    ana = await person()
    _, credential = make(await phone.creation_options(ana), lies=Lies(**REGISTRATION_LIES[name]))
    answer = await phone.send("POST", "/passkeys", {"credential": credential}, ana)
    assert problem(answer) == (400, "passkey_invalid")
    assert (await ana.get("/auth/passkeys")).json()["items"] == []


@pytest.mark.parametrize("lies", [Lies(attestation="packed", private=STRANGERS_KEY), Lies(attestation="fido-u2f")])
async def test_an_attestation_that_is_none(
    person: LogIn,
    phone: PasskeyBrowser,
    lies: Lies,
) -> None:
    ana = await person()
    _, credential = make(await phone.creation_options(ana), lies=lies)
    answer = await phone.send("POST", "/passkeys", {"credential": credential}, ana)
    assert problem(answer) == (400, "passkey_invalid")


async def test_an_answer_is_good_once(service: TestService, person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    key = await phone.add(ana, counts=False)
    body = {"credential": await phone.shown(key)}
    answers = await together(*(phone.send("POST", "/passkeys/login", body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
    assert problem(await phone.send("POST", "/passkeys/login", body)) == (400, "passkey_challenge")


async def test_a_challenge_is_used_up_by_a_wrong_answer(person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    key = await phone.add(ana)
    options = await phone.request_options()
    for credential, refusal in (
        (use(key, options, Lies(flags=PRESENT)), (401, "passkey_refused")),
        (use(key, options), (400, "passkey_challenge")),
    ):
        assert problem(await phone.send("POST", "/passkeys/login", {"credential": credential})) == refusal


async def test_a_challenge_is_the_browsers_own_and_soon_too_old(
    service: TestService,
    person: LogIn,
    phone: PasskeyBrowser,
    clock: ManualClock,
) -> None:
    """Whoever has somebody else's device answer a challenge of theirs (at a page they lead them to) gets nothing."""
    ana = await person()
    key = await phone.add(ana)
    thief = PasskeyBrowser(service)
    body = {"credential": await phone.shown(key)}
    assert problem(await thief.send("POST", "/passkeys/login", body)) == (400, "passkey_challenge")
    await thief.request_options()
    assert problem(await thief.send("POST", "/passkeys/login", body)) == (400, "passkey_challenge")
    assert (await phone.send("POST", "/passkeys/login", body)).status_code == 200, "and nothing was used up"
    body = {"credential": await phone.shown(key)}
    clock.advance(timedelta(minutes=10))
    assert problem(await phone.send("POST", "/passkeys/login", body)) == (400, "passkey_challenge")


async def test_a_challenge_of_our_own_making(person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    key = await phone.add(ana)
    for challenge in ("x" * 43, "", encode(b"chosen by the attacker")):
        assert problem(await phone.log_in(key, challenge=challenge or " "))[1] == "passkey_challenge"


async def test_a_challenge_of_one_kind_is_none_of_another(
    person: LogIn,
    phone: PasskeyBrowser,
) -> None:
    ana, bea = await person(), await person("bea@example.com")
    key = await phone.add(ana)
    to_add, to_show = await phone.creation_options(ana), await phone.request_options()
    answer = await phone.send("POST", "/passkeys/login", {"credential": use(key, to_add)})
    assert problem(answer) == (400, "passkey_challenge")
    _, credential = make({**to_add, "challenge": to_show["challenge"]})
    answer = await phone.send("POST", "/passkeys", {"credential": credential}, ana)
    assert problem(answer) == (400, "passkey_challenge")
    _, credential = make(to_add)
    answer = await phone.send("POST", "/passkeys", {"credential": credential}, bea)
    assert problem(answer) == (400, "passkey_challenge"), "what ana was asked for, bea cannot add"


async def test_anothers_passkey_is_no_proof(
    service: TestService,
    person: LogIn,
    phone: PasskeyBrowser,
) -> None:
    """Nor may it be added once more, given a name, or removed."""
    ana, eve = await person(), await person("eve@example.com")
    key, of_eve = await phone.add(ana), await phone.add(eve)
    shown = {"passkey": await phone.shown(of_eve)}
    assert problem(await phone.send("POST", "/reauthenticate", shown, ana)) == (403, "passkey_refused")
    [listed] = (await ana.get("/auth/passkeys")).json()["items"]
    assert problem(await eve.patch(f"/auth/passkeys/{listed['id']}", {"name": "Mine"})) == (404, "not_found")
    assert problem(await eve.delete(f"/auth/passkeys/{listed['id']}")) == (404, "not_found")
    # Eve's device says that Ana's credential is hers.
    of_eve.credential_id = key.credential_id
    assert problem(await phone.log_in(of_eve)) == (401, "passkey_refused")
    assert problem(await phone.log_in(of_eve, user_handle=ana.id.encode())) == (401, "passkey_refused")


@pytest.mark.parametrize("whose", ["one's own", "another's"])
async def test_a_credential_is_one_accounts_and_there_once(
    person: LogIn,
    phone: PasskeyBrowser,
    whose: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ana = await person()
    adds = ana if whose == "one's own" else await person("eve@example.com")
    key = await phone.add(ana)
    monkeypatch.setattr("secrets.token_bytes", lambda _: key.credential_id)
    _, credential = make(await phone.creation_options(adds))
    monkeypatch.undo()
    answer = await phone.send("POST", "/passkeys", {"credential": credential}, adds)
    assert problem(answer) == (409, "passkey_taken")


async def test_a_copy_is_found_out(person: LogIn, phone: PasskeyBrowser) -> None:
    """Whoever is second with the same count is refused, though both answers prove themselves and come at once."""
    ana = await person()
    key = await phone.add(ana)
    bodies = [{"credential": await phone.shown(key, sign_count=7)} for _ in range(2)]
    answers = await together(*(phone.send("POST", "/passkeys/login", body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 401]


async def test_removed_while_logging_in(
    service: TestService,
    person: LogIn,
    phone: PasskeyBrowser,
) -> None:
    """Whichever is first, the session does not live on."""
    ana = await person()
    for _ in range(3):
        key = await phone.add(ana)
        body = {"credential": await phone.shown(key)}
        listed = (await ana.get("/auth/passkeys")).json()["items"][-1]
        login, removed = await asyncio.gather(
            phone.send("POST", "/passkeys/login", body), ana.delete(f"/auth/passkeys/{listed['id']}")
        )
        assert removed.status_code == 204
        if login.status_code == 200:
            answer = await service.http.post("/auth/refresh", json={"refresh_token": login.json()["refresh_token"]})
            assert problem(answer) == (401, "refresh_token_invalid")
        else:
            assert problem(login)[0] == 401


async def test_another_sites_page_logs_nobody_in(
    service: TestService,
    person: LogIn,
    phone: PasskeyBrowser,
) -> None:
    ana = await person()
    key = await phone.add(ana)
    body = {"credential": await phone.shown(key)}
    answer = await service.http.post("/auth/passkeys/login", json=body, headers={"Sec-Fetch-Site": "cross-site"})
    assert problem(answer) == (403, "cross_site_request")


async def test_wrong_ones_are_counted(person: LogIn, phone: PasskeyBrowser) -> None:
    ana = await person()
    key = await phone.add(ana, counts=False)
    for _ in range(100):
        await phone.send("POST", "/passkeys/login", {"credential": use(key, {"challenge": "x"})})
    answer = await phone.send("POST", "/passkeys/login", {"credential": use(key, {"challenge": "x"})})
    assert problem(answer) == (429, "too_many_attempts")
    assert (await phone.log_in(key)).status_code == 200, "a right one is never refused"


async def test_a_guests_link_does_not_open_an_account_that_has_one(
    service: TestService,
    person: LogIn,
    phone: PasskeyBrowser,
) -> None:
    ana = await person()
    await phone.add(ana)
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"password_hash": None}})
    link = {"_id": "b1", "user_id": ana.id, "secret_hash": "", "expires_at": service.app.state.runtime.clock.now()}
    link |= {"secret_hash": digest("secret"), "expires_at": link["expires_at"] + timedelta(hours=1)}
    await service.db["guest_links"].insert_one(link)
    answer = await service.http.get("/auth/guests/b1", headers={"Booking-Key": "secret"})
    assert problem(answer) == (409, "account_complete")


# What does not come from any device


PARTY = RelyingParty(
    Settings.model_validate(
        {"mongodb_url": "mongodb://x", "amqp_url": "amqp://x", "jwks_url": "http://x", "environment": "test", **CHEAP}
    )
)
CHALLENGE = "A" * 43
OPTIONS: Json = {"challenge": CHALLENGE, "user": {"id": encode(b"ana")}, "rp": {"id": "localhost"}}


def said(members: Json) -> str:
    whole = {"type": "webauthn.create", "challenge": CHALLENGE, "origin": "http://localhost:8000", **members}
    return encode(json.dumps(whole).encode())


@pytest.mark.parametrize(
    "client_data",
    [b"", b"[]", b"1", b"null", b"{", b'{"challenge": 1}', b'{"challenge": null}', b"[" * 3000, b"\xff\xfe", b'"x"'],
)
def test_client_data_without_a_challenge(client_data: bytes) -> None:
    assert challenge_in(encode(client_data)) == ""


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_are_a_key(attestation: bytes) -> None:
    with pytest.raises(NotProven):
        PARTY.new_key(Created(encode(b"x" * 16), said({}), encode(attestation)), CHALLENGE)


_CBOR = st.recursive(
    st.none() | st.booleans() | st.integers(-300, 300) | st.binary(max_size=70) | st.text(max_size=9) | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(-4, 4) | st.text(max_size=4), inner),
    max_leaves=8,
)


@given(_CBOR, st.sampled_from(["none", "packed", 1, None]), st.data())
@settings(max_examples=300, deadline=None)
def test_no_structure_is_a_key(key: Any, form: Any, data: st.DataObject) -> None:
    """A well-made answer, but for what stands in the place of the key, and of the attestation."""
    made, credential = make(OPTIONS)
    whole = cbor2.loads(decode(credential["response"]["attestationObject"]))
    at = 37 + 16 + 2 + len(made.credential_id)
    valid = cose(made.private)
    broken = {**valid, data.draw(st.sampled_from(list(valid))): key} if data.draw(st.booleans()) else key
    whole["authData"] = whole["authData"][:at] + cbor2.dumps(broken)
    whole["fmt"], whole["attStmt"] = form, data.draw(_CBOR)
    sent = Created(credential["id"], credential["response"]["clientDataJSON"], encode(cbor2.dumps(whole)))
    if broken == valid:
        return
    with pytest.raises(NotProven):
        PARTY.new_key(sent, CHALLENGE)


KEY, MADE = make(OPTIONS)
USED = use(KEY, OPTIONS)
PARTS = ("clientDataJSON", "authenticatorData", "signature", "userHandle")
ANA = new_user("ana", "ana@example.com", None, None, datetime(2026, 1, 1, tzinfo=UTC))


@given(st.sampled_from(PARTS), st.integers(0, 10_000))
@settings(max_examples=300, deadline=None)
def test_every_bit_counts(part: str, place: int) -> None:
    new = PARTY.new_key(Created(MADE["id"], *_parts(MADE, "clientDataJSON", "attestationObject")), CHALLENGE)
    passkey: Any = {"public_key": new.public_key, "sign_count": 0}
    assert PARTY.sign_count(Shown(USED["id"], *_parts(USED, *PARTS)), CHALLENGE, ANA, passkey) == 1
    value = bytearray(decode(USED["response"][part]))
    bit = place % (len(value) * 8)
    value[bit // 8] ^= 1 << bit % 8
    forged = {"response": {**USED["response"], part: encode(bytes(value))}}
    with pytest.raises(NotProven):
        PARTY.sign_count(Shown(USED["id"], *_parts(forged, *PARTS)), CHALLENGE, ANA, passkey)


def _parts(credential: Json, *names: str) -> list[str]:
    return [credential["response"][name] for name in names]


BODIES: dict[str, Callable[[Json], Any]] = {
    "no id": lambda c: {k: v for k, v in c.items() if k != "id"},
    "another type": lambda c: {**c, "type": "password"},
    "an operator for an id": lambda c: {**c, "id": {"$gt": ""}},
    "not base64url": lambda c: {**c, "response": {**c["response"], "signature": "a+/="}},
    "too long": lambda c: {**c, "response": {**c["response"], "clientDataJSON": "A" * 5000}},
    "a list": lambda c: [c],
}


@pytest.mark.parametrize("name", BODIES)
async def test_what_is_no_credential_is_a_422(
    person: LogIn,
    phone: PasskeyBrowser,
    name: str,
) -> None:
    ana = await person()
    body = {"credential": BODIES[name](await phone.shown(await phone.add(ana)))}
    assert problem(await phone.send("POST", "/passkeys/login", body)) == (422, "validation_failed")


async def test_two_browsers_of_one_person(service: TestService, person: LogIn) -> None:
    ana = await person()
    laptop, tablet = PasskeyBrowser(service), PasskeyBrowser(service)
    key = await laptop.add(ana)
    other = Person(service, ana.email, await log_in(service, ana.email))
    _, credential = make(await tablet.creation_options(other))
    answer = await laptop.send("POST", "/passkeys", {"credential": credential}, ana)
    assert problem(answer) == (400, "passkey_challenge")
    assert (await tablet.send("POST", "/passkeys", {"credential": credential}, other)).status_code == 201
    assert (await tablet.log_in(key)).status_code == 200, "a passkey may come from any browser"
