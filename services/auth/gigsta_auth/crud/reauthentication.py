"""Showing once more, in a session that goes on, that the account is one's own. For the next ten minutes this is as good
as a login (`Proofs.owner`)."""

from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.crud.second_factors import SecondFactors
from gigsta_auth.crud.sessions import Sessions


class Reauthentication:
    def __init__(self, proofs: Proofs, second_factors: SecondFactors, sessions: Sessions) -> None:
        self._proofs = proofs
        self._second_factors = second_factors
        self._sessions = sessions

    async def with_password(self, user_id: str, session_id: str, password: str) -> None:
        """Raises what `Proofs.password` raises, and Unauthorized where the session has ended (`session_ended`)."""
        await self._proofs.password(user_id, password)
        await self._sessions.prove(user_id, session_id, "password")

    async def with_code(self, user_id: str, session_id: str, code: str) -> None:
        """Raises what `SecondFactors.check` raises, and Unauthorized where the session has ended (`session_ended`)."""
        await self._second_factors.check(user_id, code)
        await self._sessions.prove(user_id, session_id, "second_factor")
