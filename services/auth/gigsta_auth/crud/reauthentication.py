"""Showing once more, in a session that goes on, that the account is one's own. For the next ten minutes this is as good
as a login (`Proofs.owner`)."""

from gigsta_auth.crud.passkeys import Passkeys
from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.crud.second_factors import SecondFactors
from gigsta_auth.crud.sessions import Sessions
from gigsta_auth.models.passkeys import Shown
from gigsta_auth.models.suspension import refuse_suspended
from gigsta_common.errors import Forbidden, Unauthorized


class Reauthentication:
    def __init__(self, proofs: Proofs, second_factors: SecondFactors, passkeys: Passkeys, sessions: Sessions) -> None:
        self._proofs = proofs
        self._passkeys = passkeys
        self._second_factors = second_factors
        self._sessions = sessions

    async def with_password(self, user_id: str, session_id: str, password: str) -> None:
        """Raises what `Proofs.password` raises, and Unauthorized where the session has ended (`session_ended`)."""
        await self._proofs.password(user_id, password)
        await self._sessions.prove(user_id, session_id, "password")

    async def with_code(self, user_id: str, session_id: str, code: str) -> None:
        """Raises what `SecondFactors.check` raises, and Unauthorized where the session has ended (`session_ended`)."""
        await self._second_factors.check(user_id, code)
        await self._sessions.prove(user_id, session_id, "second_factor", second_factor=True)

    async def with_passkey(self, user_id: str, session_id: str, browser: str | None, shown: Shown) -> None:
        """Raises what `Passkeys.owner_of` raises, as Forbidden where it is Unauthorized: the access token is good."""
        try:
            refuse_suspended(await self._passkeys.owner_of(browser, shown, user_id))
        except Unauthorized as wrong:
            raise Forbidden(wrong.detail, code=wrong.code) from None
        await self._sessions.prove(user_id, session_id, "passkey", second_factor=True)
