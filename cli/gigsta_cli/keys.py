"""`gigsta keys`: the keys that sign access tokens, through auth's own use cases."""

import asyncio
from datetime import datetime
from typing import Any

from gigsta_cli import services
from gigsta_common.messaging import InProcessBus


def rotate() -> None:
    """Make the key that signs next.

    Raises:
        Problem: a rotation is under way.
    """
    starts = asyncio.run(_rotate())
    print(f"The new key is published now and signs from {starts:%H:%M} UTC on. Nobody is logged out.")  # noqa: T201


async def _rotate() -> datetime:
    app = services.module("auth", "main").create_app(services.settings("auth"), bus=InProcessBus())
    async with app.router.lifespan_context(app):
        keyring: Any = app.state.use_cases.keyring
        starts: datetime = await keyring.rotate()
    return starts
