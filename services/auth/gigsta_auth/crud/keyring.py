"""The collection `signing_keys`: auth's own keys, to sign with, to verify with and to publish."""

import asyncio
import logging
import time
from datetime import datetime
from typing import cast

from pymongo.errors import DuplicateKeyError, PyMongoError

from gigsta_auth.models import keys
from gigsta_auth.models.keys import PublicKey, StoredKey
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, Unavailable
from gigsta_common.security import SigningKey

log = logging.getLogger(__name__)

SIGNING_KEYS = "signing_keys"


class Keyring:
    """Reads the keys when they are first needed, so that MongoDB may come up later than auth, and makes the first one.

    They are read again every minute, and for a key id that is unknown, but then only every few seconds, whoever makes
    up key ids. While MongoDB is away the keys read last serve on.
    """

    def __init__(self, runtime: Runtime[Settings], *, max_age: float = 60.0, min_interval: float = 5.0) -> None:
        self._stored = runtime.db[SIGNING_KEYS]
        self._clock = runtime.clock
        self._encryption_key = runtime.settings.derived_key("signing keys")
        self._max_age = max_age
        self._min_interval = min_interval
        self._keys: list[StoredKey] = []
        self._read_at = self._tried_at = -max_age
        self._reading = asyncio.Lock()
        self._unsealed: SigningKey | None = None

    async def key(self, kid: str) -> PublicKey | None:
        """The public key of that id, for the verifier."""
        found = self._published(await self._current()).get(kid)
        if found is None and time.monotonic() - self._tried_at > self._min_interval:
            found = self._published(await self._read_again()).get(kid)
        return found

    async def public_keys(self) -> list[PublicKey]:
        return list(self._published(await self._current()).values())

    async def signing_key(self) -> SigningKey:
        """The key to sign with now.

        Raises:
            Unavailable: it cannot be decrypted: this instance was given another KEY_ENCRYPTION_KEY.
        """
        stored = keys.signing(await self._current(), self._clock.now())
        if stored is None:
            raise Unavailable("No key may sign at this moment.", code="keys_unavailable")
        if self._unsealed is None or self._unsealed.kid != stored["_id"]:
            try:
                self._unsealed = keys.unseal(stored, self._encryption_key)
            except keys.WrongEncryptionKey:
                log.exception("KEY_ENCRYPTION_KEY is not the one under which the signing key was stored")
                raise Unavailable("The signing key cannot be used.", code="keys_unavailable") from None
        return self._unsealed

    async def rotate(self) -> datetime:
        """Make the key that signs next, and return from when on. Until then it is only published.

        Raises:
            Conflict: a rotation is under way, or we were given another KEY_ENCRYPTION_KEY than the one in use, so that
                those who sign could not read the new key.
        """
        now = self._clock.now()
        stored = await self._relabel(await self._read() or await self._make_first())
        signs = keys.signing(stored, now)
        if signs is not None and not self._opens(signs):
            raise Conflict(
                "This KEY_ENCRYPTION_KEY is not the one under which the key that signs now is stored.",
                code="wrong_encryption_key",
            )
        waiting = keys.following(stored)
        starts = now + keys.PUBLISHED_BEFORE_USE
        fresh = self._fresh()
        fresh |= {"status": "next", "not_before": starts}
        try:
            if waiting is None:
                await self._stored.insert_one(dict(fresh))
                log.info("made the next signing key", extra={"kid": fresh["_id"], "not_before": starts.isoformat()})
                return starts
        except DuplicateKeyError:
            waiting = keys.following(await self._read()) or fresh
        raise Conflict(f"The next key signs from {waiting['not_before']:%H:%M} UTC on.", code="rotation_under_way")

    async def replace(self) -> None:
        """Make a key that signs at once, where the KEY_ENCRYPTION_KEY of those before is lost; they only verify on.

        Raises:
            Conflict: it is not lost, and a rotation disturbs nobody.
        """
        now = self._clock.now()
        signs = keys.signing(await self._relabel(await self._read()), now)
        if signs is not None and self._opens(signs):
            raise Conflict("This KEY_ENCRYPTION_KEY is the one in use: rotate the keys.", code="encryption_key_in_use")
        await self._stored.delete_many({"status": "next"})
        await self._stored.update_many({"status": "active"}, {"$set": {"status": "retired", "retired_at": now}})
        await self._make_first()

    def _opens(self, stored: StoredKey) -> bool:
        """Whether our KEY_ENCRYPTION_KEY is the one under which it is stored."""
        try:
            keys.unseal(stored, self._encryption_key)
        except keys.WrongEncryptionKey:
            return False
        return True

    def _fresh(self) -> StoredKey:
        return keys.seal(SigningKey.generate(), self._encryption_key, self._clock.now())

    async def _relabel(self, stored: list[StoredKey]) -> list[StoredKey]:
        """Once the next key signs, the old one is retired, and what is long retired is deleted.

        Each step may be repeated and may be the last that a process takes: which key signs does not depend on labels.
        """
        now, changed = self._clock.now(), False
        following = keys.following(stored)
        if following is not None and following["not_before"] <= now:
            retired = {"status": "retired", "retired_at": following["not_before"]}
            await self._stored.update_many({"status": "active"}, {"$set": retired})
            await self._stored.update_one({"_id": following["_id"], "status": "next"}, {"$set": {"status": "active"}})
            log.info("the signing key has changed", extra={"kid": following["_id"]})
            changed = True
        forgettable = [key["_id"] for key in stored if keys.is_forgettable(key, now)]
        if forgettable:
            await self._stored.delete_many({"_id": {"$in": forgettable}})
            changed = True
        return await self._read() if changed else stored

    def _published(self, stored: list[StoredKey]) -> dict[str, PublicKey]:
        return {key["kid"]: key for key in keys.published(stored, self._clock.now())}

    async def _current(self) -> list[StoredKey]:
        if self._keys and (self._reading.locked() or time.monotonic() - self._read_at <= self._max_age):
            return self._keys
        return await self._read_again()

    async def _read_again(self) -> list[StoredKey]:
        asked_at = time.monotonic()
        async with self._reading:
            if self._tried_at >= asked_at and self._keys:
                return self._keys  # somebody else did while this one waited
            self._tried_at = time.monotonic()
            try:
                self._keys = await self._relabel(await self._read() or await self._make_first())
            except PyMongoError as error:
                if not self._keys:
                    raise
                log.warning(
                    "the signing keys cannot be read; the last ones serve on", extra={"error": str(error)[:300]}
                )
                self._read_at = time.monotonic() - self._max_age + self._min_interval
            else:
                self._read_at = time.monotonic()
            return self._keys

    async def _read(self) -> list[StoredKey]:
        return cast("list[StoredKey]", await self._stored.find().to_list())

    async def _make_first(self) -> list[StoredKey]:
        """Instances that start at once may each try: the unique index on `status` lets one of them."""
        first = self._fresh()
        try:
            await self._stored.insert_one(dict(first))
            log.info("made the first signing key", extra={"kid": first["_id"]})
        except DuplicateKeyError:
            log.info("another instance made the first signing key")
        return await self._read()
