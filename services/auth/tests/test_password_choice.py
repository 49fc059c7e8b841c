"""Wherever a password is chosen, the commonest and what everybody knows of its owner are refused."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest

from gigsta_auth.crud import Auth
from gigsta_common.errors import Unprocessable
from gigsta_common.testing.service import TestService

from .conftest import PASSWORD, LogIn, log_in, mailed_token, problem, register
from .test_guests import House, house  # noqa: F401 -- a fixture

EMAIL = "ana.maria@example.com"
NAME = "Anamaria Smith"
REFUSED = ("Password123", "ana.maria@example.com", "ANA.MARIA-1990", "Smith Anamaria", "gigsta-2026")
FINE = "nobody knows this one"

Choose = Callable[[str], Awaitable[httpx2.Response]]


async def refused(choose: Choose, field: str) -> None:
    for password in REFUSED:
        answer = await choose(password)
        assert problem(answer) == (422, "validation_failed"), password
        assert [error["field"].rpartition(".")[2] for error in answer.json()["errors"]] == [field]
        assert password not in answer.text


async def test_registering(service: TestService) -> None:
    async def choose(password: str) -> httpx2.Response:
        return await register(service, EMAIL, password, full_name=NAME)

    await refused(choose, "password")
    assert await service.db["users"].count_documents({}) == 0
    assert (await choose(FINE)).status_code == 202


async def test_a_reset_whose_link_goes_on_working(service: TestService, auth: Auth, person: LogIn) -> None:
    await person(EMAIL, full_name=NAME)
    await service.http.post("/auth/forgot-password", json={"email": EMAIL})
    await auth.recovery.answer_all()
    token = await mailed_token(service, EMAIL)

    async def choose(password: str) -> httpx2.Response:
        return await service.http.post("/auth/reset-password", json={"token": token, "password": password})

    await refused(choose, "password")
    await log_in(service, EMAIL, PASSWORD)
    assert (await choose(FINE)).status_code == 204
    await log_in(service, EMAIL, FINE)


async def test_a_change(person: LogIn) -> None:
    ana = await person(EMAIL, full_name=NAME)

    async def choose(password: str) -> httpx2.Response:
        return await ana.post("/auth/me/password", {"current_password": PASSWORD, "new_password": password})

    await refused(choose, "new_password")
    assert (await choose(FINE)).status_code == 204


async def test_a_guests_account(house: House) -> None:  # noqa: F811
    await house.hear(email=EMAIL, full_name="Gus Guest")

    async def choose(password: str) -> httpx2.Response:
        return await house.complete(password, full_name=NAME)

    await refused(choose, "password")
    assert problem(await house.complete("Gus-Guest-99")) == (422, "validation_failed")
    assert (await choose(FINE)).status_code == 200


async def test_the_command_line(auth: Auth) -> None:
    with pytest.raises(ValueError, match="tried first"):
        await auth.operators.create_verified_user(EMAIL, "Password123", NAME)
    with pytest.raises(Unprocessable):
        await auth.operators.create_verified_user(EMAIL, "AnamariaSmith", NAME)
    await auth.operators.create_verified_user(EMAIL, "gigsta-demo", NAME)


async def test_what_cannot_be_written_as_utf8(service: TestService) -> None:
    answer = await service.http.post(
        "/auth/register",
        content=b'{"email": "a@example.com", "password": "\\ud800\\ud800xxxxxxxxxxx"}',
        headers={"Content-Type": "application/json"},
    )
    assert problem(answer) == (422, "validation_failed")
