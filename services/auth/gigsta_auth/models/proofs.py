"""By what somebody who is logged in can show once more that an account is theirs."""

from gigsta_auth.models import second_factors
from gigsta_auth.models.users import User
from gigsta_auth.models.ways_in import passkeys_of


def ways_to_prove(user: User) -> list[str]:
    """Without any, there is still logging in anew: with a provider elsewhere, say."""
    ways = {
        "password": user["password_hash"] is not None,
        "code": second_factors.is_on(user),
        "passkey": passkeys_of(user) != [],
    }
    return [way for way, there in ways.items() if there]
