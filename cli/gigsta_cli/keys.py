"""`gigsta keys`: the keys that sign access tokens, through auth's own use cases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from gigsta_cli import services
from gigsta_common.messaging import InProcessBus


def rotate() -> None:
    """Make the key that signs next.

    Raises:
        Problem: a rotation is under way, or KEY_ENCRYPTION_KEY is not the one in use.
    """
    starts = asyncio.run(_rotate())
    print(f"The new key is published now and signs from {starts:%H:%M} UTC on. Nobody is logged out.")  # noqa: T201


async def _rotate() -> datetime:
    async with _keyring() as keyring:
        starts: datetime = await keyring.rotate()
    return starts


def replace() -> None:
    """Make a key that signs at once.

    Raises:
        Problem: KEY_ENCRYPTION_KEY is the one in use.
    """
    asyncio.run(_replace())
    print("A new key signs within a minute. Everybody logs in again.")  # noqa: T201


async def _replace() -> None:
    async with _keyring() as keyring:
        await keyring.replace()


@asynccontextmanager
async def _keyring() -> AsyncIterator[Any]:
    app = services.module("auth", "main").create_app(services.settings("auth"), bus=InProcessBus())
    async with app.router.lifespan_context(app):
        yield app.state.use_cases.keyring
