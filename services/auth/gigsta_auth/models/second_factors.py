"""The rules for an account's second factor. Each returns the change to save, or raises why not."""

import math
from datetime import datetime

from gigsta_auth.models import totp as codes
from gigsta_auth.models.credentials import epoch_of
from gigsta_auth.models.security_mails import told
from gigsta_auth.models.totp import Totp
from gigsta_auth.models.users import Change, User
from gigsta_auth.models.ways_in import passkeys_of
from gigsta_common.errors import BadRequest, Conflict, TooManyRequests, Unauthorized


def is_on(user: User) -> bool:
    """Whether a password, or a login elsewhere, is not enough."""
    return confirmed(user) is not None


def confirmed(user: User) -> Totp | None:
    totp = user.get("totp")
    return totp if totp is not None and totp["confirmed_at"] is not None else None


def there_is_one(user: User) -> bool:
    """An app or a passkey: without either, none can have been shown that still counts."""
    return is_on(user) or passkeys_of(user) != []


def in_force(user: User) -> Totp:
    """Raises Conflict where there is none."""
    totp = confirmed(user)
    if totp is None:
        raise Conflict("There is no second factor on this account.", code="second_factor_off")
    return totp


def begin(user: User, fresh: Totp) -> Change:
    """A secret to be confirmed, in place of one that never was."""
    if is_on(user):
        raise Conflict("The second factor is on already. Turn it off first.", code="second_factor_on")
    return Change({"totp": fresh})


def begun(user: User) -> Totp:
    """What is to be confirmed. Raises Conflict where there is nothing."""
    totp = user.get("totp")
    if is_on(user):
        raise Conflict("The second factor is on already.", code="second_factor_on")
    if totp is None:
        raise Conflict("Ask for a secret first.", code="second_factor_not_begun")
    return totp


def confirm(user: User, as_shown: Totp, step: int | None, recovery_hashes: list[str], now: datetime) -> Change:
    """From now on the second factor is asked for, provided that the secret is still the one the code was for."""
    totp = begun(user)
    if totp["secret_encrypted"] != as_shown["secret_encrypted"]:
        raise Conflict("The secret has been replaced by another. Scan the newest.", code="second_factor_not_begun")
    if step is None:
        raise BadRequest("This code is wrong. Is the clock of the device right?", code="code_wrong")
    on: Totp = {**totp, "confirmed_at": now, "last_step": step, "recovery_hashes": recovery_hashes}
    fields = {"totp": on, "session_epoch": epoch_of(user) + 1, "factor_permitted_until": None}
    return told(user, fields, "second_factor_on")


def guess(user: User, now: datetime) -> Change:
    """A code is about to be looked at. It counts as wrong until it turns out right, so that guesses made all at once
    are counted like those made one after the other.

    Raises:
        TooManyRequests: too many wrong codes were tried.
    """
    totp = in_force(user)
    wait = codes.wait(totp, now)
    if wait:
        raise TooManyRequests(
            "Too many wrong codes. Wait, or use a recovery code.",
            code="too_many_codes",
            retry_after=math.ceil(wait.total_seconds()),
        )
    fields = {"totp": {**totp, "misses": totp["misses"] + 1, "missed_at": now}}
    return told(user, fields, "codes_guessed") if totp["misses"] == codes.TOLD_AFTER else Change(fields)


def use_code(user: User, step: int) -> Change:
    """Raises Unauthorized for a code that has been used, or is older than one that has."""
    totp = in_force(user)
    if step <= totp["last_step"]:
        raise Unauthorized("This code was used before. Wait for the next.", code="code_used")
    return Change({"totp": {**totp, "last_step": step, "misses": 0, "missed_at": None}})


def use_recovery_code(user: User, recovery_hash: str) -> Change:
    """Raises Unauthorized for one that is not, or no longer, among those of the account."""
    totp = in_force(user)
    if recovery_hash not in totp["recovery_hashes"]:
        raise wrong_code()
    left = [other for other in totp["recovery_hashes"] if other != recovery_hash]
    used: Totp = {**totp, "recovery_hashes": left, "misses": 0, "missed_at": None}
    return told(user, {"totp": used}, "recovery_code_used", f"{len(left)} left")


def renew_recovery_codes(user: User, recovery_hashes: list[str]) -> Change:
    renewed: Totp = {**in_force(user), "recovery_hashes": recovery_hashes}
    return told(user, {"totp": renewed}, "recovery_codes_renewed")


def turn_off(user: User) -> Change:
    in_force(user)
    return told(user, {"totp": None, "session_epoch": epoch_of(user) + 1}, "second_factor_off")


def wrong_code() -> Unauthorized:
    return Unauthorized("This code is wrong.", code="code_wrong")
