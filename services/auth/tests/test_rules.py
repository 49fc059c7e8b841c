"""The pure rules, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from gigsta_auth.models import keys, passwords, registrations, sessions, users
from gigsta_auth.models.registrations import Follower, Registration, follow_link
from gigsta_auth.models.sessions import Verdict
from gigsta_auth.models.users import Application, ProviderStatus, Role, User
from gigsta_auth.settings import Settings
from gigsta_common.errors import Conflict, Gone, Unprocessable
from gigsta_common.security import SigningKey
from gigsta_common.settings import SettingsError, load

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
APPLICATION = Application(trading_name="Ana's", phone_number="021 555 0100", address="1 Queen St", applied_at=NOW)


def user(**fields: Any) -> User:
    made = users.new_user("u1", "ana@example.com", "hash", "Ana", NOW)
    return {**made, **fields}  # type: ignore[typeddict-item]


# --- accounts -------------------------------------------------------------------------------------------------------


def test_a_new_account_can_do_as_little_as_possible() -> None:
    new = user()
    assert (new["roles"], new["provider_status"], new["email_verified_at"]) == (["user"], "not_applied", None)


@pytest.mark.parametrize("status", get_args(ProviderStatus))
def test_what_may_happen_in_each_provider_status(status: ProviderStatus) -> None:
    ana = user(provider_status=status, roles=["user", "provider"], email_verified_at=NOW, application=APPLICATION)

    def allowed(rule: Any) -> bool:
        try:
            rule()
        except Conflict:
            return False
        return True

    assert allowed(lambda: users.apply(ana, APPLICATION)) == (status in ("not_applied", "rejected"))
    assert allowed(lambda: users.approve(ana, "a1", NOW)) == (status == "pending")
    assert allowed(lambda: users.reject(ana, "No", "a1", NOW)) == (status == "pending")
    assert allowed(lambda: users.choose_roles(ana, ["user"])) == (status in ("not_applied", "rejected"))
    assert allowed(lambda: users.choose_roles(ana, ["user", "provider"]))


def test_what_an_account_comes_to_is_what_its_events_have_told() -> None:
    new = users.summarised(user())
    assert (new.email, new.full_name, new.provider_status, new.suspended) == ("ana@example.com", None, None, None)
    proven = users.summarised(user(email_verified_at=NOW, provider_status="approved", application=APPLICATION))
    assert (proven.full_name, proven.provider_status, proven.trading_name) == ("Ana", "approved", "Ana's")
    for suspension in ({"reason": "Complaints.", "at": NOW, "admin_id": "a1"}, None):
        assert users.summarised(user(suspension=suspension)).suspended is (suspension is not None)


def test_applying_needs_a_verified_address() -> None:
    with pytest.raises(Conflict) as refused:
        users.apply(user(roles=["user", "provider"]), APPLICATION)
    assert refused.value.code == "email_not_verified"


@pytest.mark.parametrize("had", [["user"], ["user", "provider"], ["user", "provider", "admin"], ["user", "admin"]])
@pytest.mark.parametrize("chosen", [["user"], ["provider", "user"]])
def test_a_choice_neither_gives_nor_takes_the_role_admin(had: list[Role], chosen: list[Role]) -> None:
    roles = users.choose_roles(user(roles=had), chosen).fields["roles"]
    assert ("admin" in roles) == ("admin" in had)
    assert set(roles) - {"admin"} == set(chosen)


def test_a_rejection_is_forgotten_with_the_next_application() -> None:
    rejected = user(
        provider_status="rejected", provider_rejection_reason="No", roles=["user", "provider"], email_verified_at=NOW
    )
    assert users.apply(rejected, APPLICATION).fields["provider_rejection_reason"] is None


def registered_twice(after: timedelta = timedelta()) -> User:
    """By a browser with a name, and by another without."""
    first = Registration("ana@example.com", "hash-1", "Ana", "t1", "d1", "browser-1", NOW)
    second = Registration("ana@example.com", "hash-2", None, "t2", "d2", "browser-2", NOW + after)
    account, _ = registrations.registered("u1", first)
    return {**account, **registrations.registered_again(account, second).fields}  # type: ignore[typeddict-item]


@pytest.mark.parametrize("followed", ["d1", "d2"])
@pytest.mark.parametrize(
    ("browser", "chosen", "brought"),
    [
        ("browser-1", (None, None), ("hash-1", "Ana")),
        ("browser-2", (None, None), ("hash-2", None)),
        ("browser-1", ("new-hash", None), ("new-hash", "Ana")),
        ("browser-3", ("new-hash", None), ("new-hash", None)),
        (None, ("new-hash", "Anna"), ("new-hash", "Anna")),
    ],
)
def test_any_link_of_the_address_brings_what_its_follower_chose(
    followed: str,
    browser: str | None,
    chosen: tuple[str | None, str | None],
    brought: tuple[str, str | None],
) -> None:
    change = follow_link(registered_twice(), followed, Follower(browser, True, *chosen), NOW)
    assert (change.fields["password_hash"], change.fields["full_name"]) == brought
    assert [(kept["password_hash"], kept["full_name"]) for kept in change.fields["links"]] == [(None, None)] * 2


@pytest.mark.parametrize(("browser", "is_browser"), [(None, False), (None, True), ("browser-3", True)])
def test_nobody_gets_the_password_of_one_of_several(browser: str | None, is_browser: bool) -> None:
    with pytest.raises(Conflict) as refused:
        follow_link(registered_twice(), "d1", Follower(browser, is_browser, None, None), NOW)
    assert refused.value.code == "password_to_choose"


def test_a_program_gets_the_password_of_the_only_registration_and_a_browser_does_not() -> None:
    account = registered_twice(timedelta(hours=1))
    later = NOW + timedelta(hours=24)  # the first has lapsed
    change = follow_link(account, "d2", Follower(None, False, None, None), later)
    assert (change.fields["password_hash"], change.fields["full_name"]) == ("hash-2", None)
    with pytest.raises(Conflict):
        follow_link(account, "d2", Follower(None, True, None, None), later)


@pytest.mark.parametrize(
    ("after", "verified", "code"),
    [
        (timedelta(hours=24), False, "link_expired"),
        (timedelta(hours=1), True, "link_used"),
        (timedelta(hours=25), True, "link_used"),
    ],
)
def test_a_link_that_does_not_work_any_more_says_why(after: timedelta, verified: bool, code: str) -> None:
    new = Registration("a@example.com", "hash", None, "t", "d", "browser", NOW)
    account, _ = registrations.registered("u1", new)
    account["email_verified_at"] = NOW if verified else None
    with pytest.raises(Gone) as gone:
        follow_link(account, "d", Follower("browser", True, None, None), NOW + after)
    assert gone.value.code == code


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Ana@Example.COM ", "ana@example.com"),
        ("ANA+tag@example.com", "ana+tag@example.com"),
        ("ana@bücher.example.com", "ana@bücher.example.com"),
        ("ana@XN--BCHER-KVA.example.com", "ana@bücher.example.com"),
    ],
)
def test_an_address_has_one_spelling(text: str, kept: str) -> None:
    assert users.normalise_email(text) == kept
    assert users.normalise_email(kept) == kept


@pytest.mark.parametrize("text", ["", "ana", "ana@", "@example.com", "a b@example.com", "ana@localhost", "a@b@c.com"])
def test_what_is_not_an_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        users.normalise_email(text)


# --- passwords ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["gigsta-demo", "x1y2z3w4v5", "correct horse battery staple", "ключ-от-квартиры", "summer2026 by the sea"],
)
def test_passwords_that_may_be_chosen(password: str) -> None:
    assert passwords.check_choice(password) == password


@pytest.mark.parametrize(
    "password",
    [
        "short-one",
        "x" * 129,
        "e\u0301" * 9,  # nine letters once they are one form
        "1234567890",
        "Password123",
        "QWERTYUIOP",
        "iloveyou123",
        "correcthorsebatterystaple",
        "ｐａｓｓｗｏｒｄ１２３",
        "GigSta2026",
        "gigstagigsta",
        "gigsta-1234",
        "Summer2026!",
        "password-2031",
    ],
)
def test_passwords_that_may_not_be_chosen(password: str) -> None:
    with pytest.raises(ValueError, match="password"):
        passwords.check_choice(password)


@pytest.mark.parametrize(
    "password",
    [
        "ana.smith@example.com",
        "Ana.Smith",
        "anasmith",
        "ana-smith-1990",
        "Anamaria Smith",
        "smith anamaria",
        "AnamariaSmith1",
    ],
)
def test_what_everybody_knows_of_somebody_is_no_password(password: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        passwords.refuse_own(password, "ana.smith@example.com", "Anamaria Smith", field="new_password")
    assert refused.value.errors[0]["field"] == "new_password"
    assert password not in str(refused.value.errors) + refused.value.detail


@pytest.mark.parametrize(
    ("password", "name"), [("smith by the sea", "Anamaria Smith"), ("ana-smith-12345", None), ("1234567890", " ")]
)
def test_what_only_has_to_do_with_somebody_may_be_one(password: str, name: str | None) -> None:
    passwords.refuse_own(password, "ana.smith@example.com", name)


# --- refresh tokens -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("presented", "since_rotation", "verdict"),
    [
        ("current", None, Verdict.ROTATE),
        ("current", 0.0, Verdict.KEEP),
        ("current", 10.0, Verdict.KEEP),
        ("current", 10.001, Verdict.ROTATE),
        ("current", -2.0, Verdict.KEEP),
        ("previous", 0.0, Verdict.REPEAT),
        ("previous", 10.0, Verdict.REPEAT),
        ("previous", 10.001, Verdict.REUSED),
        ("older", None, Verdict.REUSED),
        ("older", 0.0, Verdict.REUSED),
        ("older", 60.0, Verdict.REUSED),
    ],
)
def test_what_a_token_means(presented: str, since_rotation: float | None, verdict: Verdict) -> None:
    session, _ = sessions.new_session("s1", "u1", "Phone", NOW)
    session["token_hash"], session["previous_hash"] = "current", None
    if since_rotation is not None:
        session["previous_hash"] = "previous"
        session["rotated_at"] = NOW - timedelta(seconds=since_rotation)
    assert sessions.judge(session, presented, NOW) is verdict


def test_a_successor_depends_on_key_salt_and_token_and_keeps_the_family() -> None:
    token = sessions.new_token()
    following = sessions.successor(b"key", "salt", token)
    assert following == sessions.successor(b"key", "salt", token)
    assert sessions.family_of(following) == sessions.family_of(token)
    others = {
        sessions.successor(b"another", "salt", token),
        sessions.successor(b"key", "another", token),
        sessions.successor(b"key", "salt", sessions.new_token()),
    }
    assert following not in others
    assert following[24:] != token[24:]


def test_a_session_without_a_user_agent_has_a_device_all_the_same() -> None:
    assert sessions.device_name(None) == "unknown"
    assert sessions.device_name(" \x00\n") == "unknown"


# --- signing keys ---------------------------------------------------------------------------------------------------


def test_a_key_opens_only_with_the_key_it_was_sealed_with_and_under_its_own_id() -> None:
    key = SigningKey.generate()
    stored = keys.seal(key, b"k" * 32, NOW)
    assert keys.unseal(stored, b"k" * 32) == key
    assert keys.seal(key, b"k" * 32, NOW)["private_pem_encrypted"] != stored["private_pem_encrypted"]
    swapped: keys.StoredKey = {**stored, "_id": "another"}
    broken: keys.StoredKey = {**stored, "private_pem_encrypted": stored["private_pem_encrypted"][:-1] + b"x"}
    for wrong, secret in ((stored, b"x" * 32), (swapped, b"k" * 32), (broken, b"k" * 32)):
        with pytest.raises(keys.WrongEncryptionKey):
            keys.unseal(wrong, secret)


def stored_key(kid: str, status: Any, not_before: datetime, retired_at: datetime | None = None) -> keys.StoredKey:
    return keys.StoredKey(
        _id=kid,
        status=status,
        public_jwk={"kid": kid},
        private_pem_encrypted=b"",
        created_at=NOW,
        not_before=not_before,
        retired_at=retired_at,
    )


def test_which_key_signs_and_which_are_published_through_a_rotation() -> None:
    start, change = NOW, NOW + timedelta(minutes=30)
    before = [stored_key("old", "active", start), stored_key("new", "next", change)]
    after = [stored_key("old", "retired", start, change), stored_key("new", "active", change)]

    def signs(stored: list[keys.StoredKey], at: datetime) -> str | None:
        key = keys.signing(stored, at)
        return key["_id"] if key else None

    def shown(stored: list[keys.StoredKey], at: datetime) -> list[str]:
        return [key["kid"] for key in keys.published(stored, at)]

    assert signs(before, change - timedelta(milliseconds=1)) == "old"
    assert signs(before, change) == signs(after, change) == "new"
    assert signs(before, start - timedelta(milliseconds=1)) is None
    assert shown(before, start) == ["old", "new"]
    assert shown(after, change + keys.ACCESS_TOKEN_LIFETIME) == ["old", "new"]
    assert shown(after, change + keys.PUBLISHED_AFTER_RETIREMENT) == ["new"]


# --- settings -------------------------------------------------------------------------------------------------------

ENVIRONMENT = {
    "MONGODB_URL": "mongodb://localhost",
    "AMQP_URL": "amqp://localhost",
    "JWKS_URL": "http://localhost/jwks.json",
    "KEY_ENCRYPTION_KEY": "A" * 43,
    "GATEWAY_SECRET": "shared-with-the-gateway",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_strength_that_is_the_default(environment: pytest.MonkeyPatch) -> None:
    settings = load(Settings)
    assert (settings.argon2_memory_kib, settings.argon2_time_cost, settings.argon2_parallelism) == (19456, 2, 1)
    assert len(settings.derived_key("x")) == 32
    assert settings.derived_key("x") != settings.derived_key("y")
    assert "A" * 43 not in repr(settings)
    environment.setenv("KEY_ENCRYPTION_KEY", "A" * 43 + "=")
    assert load(Settings).derived_key("x") == settings.derived_key("x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KEY_ENCRYPTION_KEY", ""),
        ("KEY_ENCRYPTION_KEY", "too-short"),
        ("KEY_ENCRYPTION_KEY", "A" * 44),
        ("KEY_ENCRYPTION_KEY", "A" * 42 + "+"),
        ("GATEWAY_SECRET", ""),
        ("GATEWAY_SECRET", "too-short"),
        ("ARGON2_MEMORY_KIB", "1024"),
        ("ARGON2_TIME_COST", "1"),
        ("ARGON2_MEMORY_KIB", "262144"),
        ("ARGON2_TIME_COST", "11"),
        ("PASSWORD_WORKERS", "0"),
    ],
)
def test_settings_that_stop_auth_at_its_start(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load(Settings)
