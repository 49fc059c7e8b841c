"""The first look at an access token. The services look again: this only spares them what is plainly bad."""

import asyncio
from datetime import datetime

from gigsta_common.clock import Clock
from gigsta_common.errors import Unauthorized, Unavailable
from gigsta_common.security import Principal, TokenVerifier

_PATIENCE = 1.0
"""Seconds to wait for the signing keys."""


class HeldClock:
    """The time as of the last `tick`, which comes often enough for tokens: reading a clock for each request is not
    free."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.tick()

    def tick(self) -> None:
        self._now = self._clock.now()

    def now(self) -> datetime:
        return self._now


class TokenCheck:
    def __init__(self, verifier: TokenVerifier) -> None:
        self._verifier = verifier

    def recall(self, authorization: bytes) -> Principal | None:
        """Who sends this, where that is known without waiting."""
        if authorization[:7].lower() != b"bearer ":
            return None
        return self._verifier.recall(authorization[7:].decode("latin-1"))

    async def check(self, authorization: bytes) -> Principal | None:
        """Who sends this. None where it cannot be told because the signing keys cannot be had: the request then goes
        on to the service, which may well have them, or says itself that it has not.

        Raises:
            Unauthorized: not an access token, or not a good one.
        """
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized("Send the access token as `Authorization: Bearer <token>`.", code="invalid_token")
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._verifier.verify(token)
        except (Unavailable, TimeoutError):
            return None
