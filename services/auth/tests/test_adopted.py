"""Passwords that another application has hashed: they let their owner in, and become like all others as they do."""

from collections.abc import Iterator

import bcrypt
import pytest
from argon2 import PasswordHasher

from gigsta_auth.hashing import Hashing
from gigsta_auth.models import adopted
from gigsta_auth.settings import Settings
from gigsta_common.testing.service import TestService

from .conftest import CHEAP, LogIn

WORDS = "käse and a password of long ago"


@pytest.fixture
def hashing() -> Iterator[Hashing]:
    told = {"mongodb_url": "mongodb://nobody", "amqp_url": "amqp://nobody", "jwks_url": "http://nobody"}
    made = Hashing(Settings.model_validate({"environment": "test", **told, **CHEAP}))
    yield made
    made.close()


def bcrypted(password: str, prefix: bytes = b"2b") -> str:
    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4, prefix=prefix)).decode()


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
@pytest.mark.parametrize("password", [WORDS, "x" * 100, "ünïcødé" * 20])
async def test_bcrypts_owner_is_let_in_and_nobody_else(hashing: Hashing, password: str, prefix: bytes) -> None:
    stored = await hashing.adopt(bcrypted(password, prefix))
    assert await hashing.matches(password, stored)
    assert not await hashing.matches("y" + password[1:], stored)
    assert not await hashing.matches(adopted.parts(stored)[0], stored)
    assert hashing.is_outdated(stored)


async def test_the_bcrypt_hash_itself_is_not_kept(hashing: Hashing) -> None:
    foreign = bcrypted(WORDS)
    stored = await hashing.adopt(foreign)
    assert stored.startswith("$argon2id$")
    assert foreign[29:] not in stored
    assert not await hashing.matches(foreign, stored), "who steals it cannot log in with it"


async def test_argon2id_of_other_strength_is_kept_as_it_is(hashing: Hashing) -> None:
    foreign = PasswordHasher(time_cost=1, memory_cost=256, parallelism=2).hash(WORDS)
    assert await hashing.adopt(foreign) == foreign
    assert hashing.is_outdated(foreign)


@pytest.mark.parametrize(
    "foreign", ["", "plain", "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", "$2b$04$short", "$2x$04$" + "a" * 53]
)
async def test_other_hashes_are_refused(hashing: Hashing, foreign: str) -> None:
    with pytest.raises(ValueError, match="neither argon2id nor bcrypt"):
        await hashing.adopt(foreign)


SALT, DIGEST = "$c2FsdHNhbHRzYWx0", "$" + "a" * 43


def dear(memory: int = 8, passes: int = 1, lanes: int = 1) -> str:
    return f"$argon2id$v=19$m={memory},t={passes},p={lanes}{SALT}{DIGEST}"


UNFIT = [
    "$argon2id$garbage",
    "$argon2id$v=19$m=8,t=1,p=1$" + "=" * 22 + DIGEST,
    dear(memory=2 * 1024 * 1024),
    dear(memory=9_999_999_999),
    dear(passes=11),
    dear(memory=1024, lanes=17),
    dear(memory=15, lanes=2),
    dear(passes=0),
]


@pytest.mark.parametrize("foreign", [*UNFIT, *(f"$2b${cost}$" + "a" * 53 for cost in ("00", "03", "15", "31", "99"))])
async def test_what_cannot_be_checked_or_is_too_dear_is_not_adopted(hashing: Hashing, foreign: str) -> None:
    assert not adopted.can_be_adopted(foreign)
    with pytest.raises(ValueError, match="too dear"):
        await hashing.adopt(foreign)


@pytest.mark.parametrize("foreign", [dear(adopted.MOST_MEMORY_KIB, 10, 16), "$2y$14$" + "a" * 53, "$2a$04$" + "a" * 53])
async def test_what_can_be_borne_is_adopted(hashing: Hashing, foreign: str) -> None:
    assert adopted.can_be_adopted(foreign)
    assert adopted.can_be_checked(await hashing.adopt(foreign))


@pytest.mark.parametrize(
    "stored",
    [*UNFIT, dear()[:-42] + "a" * 12, *(f"{dear()}#$2b${cost}${'a' * 22}" for cost in ("99", "31", "15", "03"))],
)
async def test_a_hash_that_cannot_be_checked_is_no_match_and_no_error(
    service: TestService, person: LogIn, stored: str
) -> None:
    ana = await person()
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"password_hash": stored}})
    answer = await service.http.post("/auth/login", json={"email": ana.email, "password": WORDS})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


async def test_the_first_login_makes_an_ordinary_hash_of_it(
    service: TestService, person: LogIn, hashing: Hashing
) -> None:
    ana = await person()
    stored = await hashing.adopt(bcrypted(WORDS))
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"password_hash": stored}})
    login = {"email": ana.email, "password": WORDS}
    assert (await service.http.post("/auth/login", json={**login, "password": WORDS + "!"})).status_code == 401
    assert (await service.http.post("/auth/login", json=login)).status_code == 200
    user = await service.db["users"].find_one({"_id": ana.id})
    assert user is not None
    assert "#" not in user["password_hash"]
    assert (await service.http.post("/auth/login", json=login)).status_code == 200
