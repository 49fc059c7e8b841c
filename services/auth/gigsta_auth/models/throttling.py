"""How many guesses and mails are allowed, to whom, and how that is counted.

Every budget is a bucket that drains at a steady rate: `at_once` attempts, and one more after each `every`. What is
counted is who asks (a client: an IPv4 address or an IPv6 customer's network), for which account, and both together.

Nobody can be locked out by a stranger, because what strangers do is counted apart from what the owner does:

* a device on which the owner has logged in before shows a signed cookie, and has a budget of its own that only this
  cookie can spend. Nothing else is asked of it;
* everybody else shares the budget of the account for strangers, and each has one for themselves. An owner who comes
  from a new device while strangers spend the one of the account can ask for a new password by mail instead: its link
  cannot be guessed, so it is never refused for what others do. Each kind of mail has a budget of its own. If strangers
  have asked for all the mails about a new password that may be sent to the address, then those are in the owner's
  mailbox, and let the owner in.

Whether the account exists does not matter to any of this, so that a refusal does not tell.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True)
class Budget:
    at_once: int
    every: timedelta

    def limit(self, now: datetime) -> datetime:
        """A bucket may be drained no later than this."""
        return now + self.at_once * self.every

    def wait(self, drained_at: datetime, now: datetime) -> timedelta:
        """Until the next attempt is allowed, for a bucket that is drained at that time."""
        return max(drained_at + self.every - self.limit(now), timedelta())


class Purpose(StrEnum):
    PASSWORD = "password"
    """Guessing a password."""
    REGISTRATION_MAIL = "registration"
    """Making us send a mail to an address: by registering it,"""
    RESET_MAIL = "reset"
    """by saying that its password is forgotten,"""
    CHANGE_MAIL = "change"
    """by wanting it for an account that has another."""


@dataclass(frozen=True)
class Budgets:
    client: Budget
    """One client, whatever the account: many passwords tried on one account each."""
    pair: Budget
    """One client and one account."""
    account: Budget
    """One account and all strangers together: one account guessed at from many places."""
    device: Budget
    """One account and one of its owner's devices."""


_MINUTE = timedelta(minutes=1)

_MAILS = Budgets(
    client=Budget(100, _MINUTE),
    pair=Budget(10, 10 * _MINUTE),
    account=Budget(30, 10 * _MINUTE),
    device=Budget(10, 10 * _MINUTE),
)

BUDGETS = {
    Purpose.PASSWORD: Budgets(
        client=Budget(60, _MINUTE),
        pair=Budget(10, 5 * _MINUTE),
        account=Budget(50, 10 * _MINUTE),
        device=Budget(10, 5 * _MINUTE),
    ),
    Purpose.REGISTRATION_MAIL: _MAILS,
    Purpose.RESET_MAIL: _MAILS,
    Purpose.CHANGE_MAIL: _MAILS,
}

WRONG_SECRETS = Budget(100, timedelta(seconds=5))
"""Random secrets that were wrong, of one client. There is nothing to guess in them, so a right one is never refused."""


@dataclass(frozen=True)
class Bucket:
    key: str
    budget: Budget


def buckets(server_key: bytes, purpose: Purpose, account: str, network: str, device: str | None) -> Iterator[Bucket]:
    """The buckets that an attempt needs a place in, in this order: the narrowest refuses before the wider are touched.

    `device` is the id of a device that is known for this account.
    """
    budgets = BUDGETS[purpose]
    if device is not None:
        yield Bucket(key_of(server_key, purpose, "device", account, device), budgets.device)
        return
    yield Bucket(key_of(server_key, purpose, "client", network), budgets.client)
    yield Bucket(key_of(server_key, purpose, "pair", account, network), budgets.pair)
    yield Bucket(key_of(server_key, purpose, "account", account), budgets.account)


def key_of(server_key: bytes, purpose: str, kind: str, *whose: str) -> str:
    """Addresses are hashed under a key of ours, so that the buckets do not say who tried to get in where."""
    digest = hmac.digest(server_key, "\0".join(whose).encode(), "sha256")
    return f"{purpose}:{kind}:{digest.hex()[:32]}"
