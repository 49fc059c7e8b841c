"""The ways into an account, of which one always stays. A mail that replaces a forgotten password comes beside them."""

from typing import TYPE_CHECKING

from gigsta_auth.models.identities import Identity
from gigsta_auth.models.identity_providers import PROVIDERS
from gigsta_auth.models.users import User
from gigsta_common.errors import Conflict

if TYPE_CHECKING:
    from gigsta_auth.models.passkeys import Passkey


def identities_of(user: User) -> list[Identity]:
    return user.get("identities", [])


def passkeys_of(user: User) -> "list[Passkey]":
    return user.get("passkeys", [])


def ways_in(user: User) -> int:
    return len(identities_of(user)) + len(passkeys_of(user)) + (user["password_hash"] is not None)


def besides_the_password(user: User) -> str | None:
    """In words for a mail: a new password shuts nobody out who has made themselves another way in."""
    ways = sorted({PROVIDERS[identity["provider"]].title for identity in identities_of(user)})
    ways += [f"a passkey ({passkey['name']})" for passkey in passkeys_of(user)]
    return ", ".join(ways) or None


def check_other_way_in(user: User) -> None:
    """Raises Conflict where one way in is all there is."""
    if ways_in(user) < 2:
        raise Conflict(
            "This is the only way into your account. Set a password first, or add another.", code="last_way_in"
        )
