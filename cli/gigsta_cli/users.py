"""`gigsta users`: what operators do with accounts, through auth's own use cases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gigsta_cli import services
from gigsta_common.messaging import InProcessBus
from gigsta_common.settings import SettingsError


def grant_admin(email: str) -> None:
    """Make a verified account an administrator's; where it has no second factor, or its owner has lost it, permit a new
    one.

    Raises:
        Problem: no account has the address, or it is not verified, or suspended.
    """
    asyncio.run(_grant_admin(_address(email)))


async def _grant_admin(email: str) -> None:
    async with _operators() as operators:
        user = await operators.grant_admin(email)
    print(f"{email} is an administrator from their next login or refresh on.")  # noqa: T201
    factors = services.module("auth", "models.admin_factors").in_words(user)
    if factors:
        print(f"Ask them whether these are all theirs: {factors}.")  # noqa: T201
    until = user.get("factor_permitted_until")
    if until is not None:
        print(  # noqa: T201
            f"Until {until:%d %B %H:%M} UTC they may turn on an authenticator app or add a passkey in their account, "
            "after a login with the password alone. The first one ends that; tell them to do it now."
        )


def reinstate(email: str, reason: str) -> None:
    """Open a suspended account again.

    Raises:
        Problem: no account has the address, or it is not suspended.
    """
    asyncio.run(_reinstate(_address(email), reason))


async def _reinstate(email: str, reason: str) -> None:
    async with _operators() as operators:
        user = await operators.reinstate(email, reason)
    again = ", as the administrator that they are" if "admin" in user["roles"] else ""
    print(f"{email} is not suspended any more and may log in{again}.")  # noqa: T201


def _address(email: str) -> str:
    """As auth keeps it.

    Raises:
        SettingsError: it is no address.
    """
    try:
        normalised: str = services.module("auth", "models.users").normalise_email(email)
    except ValueError:
        raise SettingsError(f"{email} is not an e-mail address.") from None
    return normalised


@asynccontextmanager
async def _operators() -> AsyncIterator[Any]:
    app = services.module("auth", "main").create_app(services.settings("auth"), bus=InProcessBus())
    async with app.router.lifespan_context(app):
        yield app.state.use_cases.operators
