"""`gigsta users`: what operators do with accounts, through auth's own use cases."""

import asyncio
from typing import Any

from gigsta_cli import services
from gigsta_common.messaging import InProcessBus


def grant_admin(email: str) -> None:
    """Make a verified account an administrator's.

    Raises:
        Problem: no account has the address, or it is not verified.
    """
    asyncio.run(_grant_admin(email))


async def _grant_admin(email: str) -> None:
    app = services.module("auth", "main").create_app(services.settings("auth"), bus=InProcessBus())
    async with app.router.lifespan_context(app):
        operators: Any = app.state.use_cases.operators
        await operators.grant_admin(email)
    print(f"{email} is an administrator from their next login or refresh on.")  # noqa: T201
