"""Passwords through argon2id, away from the event loop and never too many at once."""

import asyncio
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from gigsta_auth.models import adopted
from gigsta_auth.models.passwords import canonical
from gigsta_auth.settings import Settings
from gigsta_common.errors import Unavailable

T = TypeVar("T")

_BCRYPT_BYTES = 72
"""bcrypt has never looked at more."""


class Hashing:
    """A few threads, and a queue before them that has an end: who finds it full is told to come again (503).

    argon2 lets go of the interpreter lock while it works, so the event loop goes on.
    """

    def __init__(self, settings: Settings) -> None:
        self._argon2 = PasswordHasher(
            time_cost=settings.argon2_time_cost,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_parallelism,
        )
        self._threads = ThreadPoolExecutor(settings.password_workers, thread_name_prefix="argon2")
        self._places = threading.BoundedSemaphore(settings.password_workers + settings.password_queue)
        self._nobodys_hash = self._argon2.hash(secrets.token_urlsafe(32))

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._argon2.hash(canonical(password)))

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether it is the password of that hash. For None, an account that is not there, it is as much work; so it is
        for a hash that cannot be checked, which no password is that of."""
        known = stored if stored is not None and adopted.can_be_checked(stored) else None

        def verify() -> bool:
            outer, salt = adopted.parts(known or self._nobodys_hash)
            try:
                return self._argon2.verify(outer, bcrypt_of(password, salt) if salt else canonical(password))
            except (VerificationError, ValueError):  # of another password, or with signs that are of no hash after all
                return False

        return await self._run(verify) and known is not None

    async def adopt(self, foreign: str) -> str:
        """The hash of another application as it may be stored here: argon2id as it is, bcrypt inside one.

        Raises:
            ValueError: it is neither, or too dear to be checked (`adopted.can_be_adopted`).
        """
        if adopted.is_argon2id(foreign):
            return foreign
        salt = adopted.salt_of(foreign)
        return adopted.joined(await self._run(lambda: self._argon2.hash(foreign)), salt)

    def is_outdated(self, stored: str) -> bool:
        """Whether it was made in another way, or with other parameters, than those in force."""
        outer, salt = adopted.parts(stored)
        return salt is not None or self._argon2.check_needs_rehash(outer)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise Unavailable("Too many people are logging in at this moment.", code="too_busy", retry_after=2)
        try:
            future = self._threads.submit(work)
        except BaseException:
            self._places.release()
            raise
        # The place is given back by the work itself: who stops waiting does not stop the thread.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)


def bcrypt_of(password: str, salt: str) -> str:
    """As the older GigSta hashed it: as it was typed, the first 72 bytes."""
    return bcrypt.hashpw(password.encode()[:_BCRYPT_BYTES], salt.encode()).decode()
