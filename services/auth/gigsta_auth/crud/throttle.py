"""The collection `throttle`: what was tried lately, shared by all instances. `models.throttling` says what is allowed.

Whoever checks a secret that can be guessed does it inside `attempt`, a random one inside `random_secret`; whoever sends
a mail to an address because somebody typed it asks `allow_mail` first.
"""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument, UpdateOne, WriteConcern

from gigsta_auth import client
from gigsta_auth.crud.audit import Audit
from gigsta_auth.crud.users import Users
from gigsta_auth.models import devices
from gigsta_auth.models.throttling import WRONG_SECRETS, Bucket, Budget, Purpose, buckets, key_of
from gigsta_auth.models.users import spelling_of
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import BadRequest, Gone, TooManyRequests, Unauthorized, Unavailable

THROTTLE = "throttle"


class Throttle:
    def __init__(self, runtime: Runtime[Settings], users: Users, audit: Audit) -> None:
        # To lose the last counts with a primary that dies is no harm, and waiting for others would slow each login.
        self._buckets = runtime.db[THROTTLE].with_options(write_concern=WriteConcern(w=1))
        self._clock = runtime.clock
        self._key = runtime.settings.derived_key("throttle")
        self._device_key = runtime.settings.derived_key("known devices")
        self._users = users
        self._audit = audit

    @asynccontextmanager
    async def attempt(self, purpose: Purpose, account: str) -> AsyncIterator[None]:
        """One guess at a secret of `account`, which is an address as somebody typed it. It is counted before the block
        runs, so that many at once are too; not if the block ends well, which is no guess, or could not be carried out.

        Raises:
            TooManyRequests: there were too many; the block does not run.
        """
        taken = await self._take_each(purpose, account, "Too many attempts to log in to this account.")
        try:
            yield
        except Unavailable:
            await self._give_back(taken)
            raise
        await self._give_back(taken)

    @asynccontextmanager
    async def random_secret(self) -> AsyncIterator[None]:
        """The block checks a secret too long to guess. A right one is always let through: only failures count.

        Raises:
            TooManyRequests: in place of what the block raises, for a client that has failed too often.
        """
        try:
            yield
        except (BadRequest, Unauthorized, Gone):
            bucket = Bucket(key_of(self._key, "secret", "client", client.current().network), WRONG_SECRETS)
            state = await self._take(bucket, self._clock.now())
            if not state["allowed"]:
                raise _refusal("Too many wrong links or tokens.", bucket, state, self._clock.now()) from None
            raise

    async def allow_mail(self, purpose: Purpose, account: str) -> None:
        """Call it before a mail is sent to an address because somebody typed it.

        Raises:
            TooManyRequests: enough were sent. Whether the address has an account makes no difference.
        """
        await self._take_each(purpose, account, "Enough mails were asked for. Look in the mailbox.")

    def know_device(self, account: str) -> str:
        """The cookie for a device whose user has just proven to be the owner of `account`, an address."""
        now, shown = self._clock.now(), client.current().known_device
        device = devices.device_of(self._device_key, account, shown, now) or devices.new_device()
        return devices.token_for(self._device_key, account, device, now)

    async def _take_each(self, purpose: Purpose, account: str, refusal: str) -> list[Bucket]:
        now, by = self._clock.now(), client.current()
        account = spelling_of(account)
        device = devices.device_of(self._device_key, account, by.known_device, now)
        taken = []
        for bucket in buckets(self._key, purpose, account, by.network, device):
            state = await self._take(bucket, now)
            if not state["allowed"]:
                if state["refused"] == 1 and purpose is Purpose.PASSWORD:
                    await self._record(account)
                raise _refusal(refusal, bucket, state, now)
            taken.append(bucket)
        return taken

    async def _record(self, account: str) -> None:
        """Once when a bucket is full, and not for each guess: the trail is for people. As much work for nobody's."""
        user = await self._users.by_email(account)
        await self._audit.record(user["_id"] if user else None, "login_throttled")

    async def _take(self, bucket: Bucket, now: datetime) -> Any:
        """Take a place if there is one, in one atomic step. Answers the bucket as it is after that."""
        return await self._buckets.find_one_and_update(
            {"_id": bucket.key}, _taking(bucket.budget, now), upsert=True, return_document=ReturnDocument.AFTER
        )

    async def _give_back(self, taken: list[Bucket]) -> None:
        returned = [
            UpdateOne({"_id": bucket.key}, [{"$set": {"drained_at": _earlier(bucket.budget.every)}}])
            for bucket in taken
        ]
        await self._buckets.bulk_write(returned, ordered=False)


def _taking(budget: Budget, now: datetime) -> list[dict[str, Any]]:
    """Nothing is written for the third refusal in a row and those that follow it."""
    then = {"$add": [{"$max": ["$drained_at", now]}, _milliseconds(budget.every)]}
    one_more = {"$min": [{"$add": [{"$ifNull": ["$refused", 0]}, 1]}, 2]}
    return [
        {"$set": {"then": then}},
        {"$set": {"allowed": {"$lte": ["$then", budget.limit(now)]}}},
        {"$set": {"refused": {"$cond": ["$allowed", 0, one_more]}}},
        {"$set": {"drained_at": {"$cond": ["$allowed", "$then", "$drained_at"]}}},
        {"$unset": "then"},
    ]


def _earlier(every: timedelta) -> dict[str, Any]:
    return {"$subtract": ["$drained_at", _milliseconds(every)]}


def _milliseconds(time: timedelta) -> int:
    return int(time / timedelta(milliseconds=1))


def _refusal(what: str, bucket: Bucket, state: Any, now: datetime) -> TooManyRequests:
    seconds = max(1, math.ceil(bucket.budget.wait(state["drained_at"], now).total_seconds()))
    return TooManyRequests(f"{what} Try again in {seconds} seconds.", code="too_many_attempts", retry_after=seconds)
