"""The use cases of auth, and its only access to MongoDB."""

import asyncio

from gigsta_auth.crud.accounts import Accounts
from gigsta_auth.crud.accounts import Proof as EmailProof
from gigsta_auth.crud.addresses import Addresses
from gigsta_auth.crud.administration import Administration
from gigsta_auth.crud.audit import Audit
from gigsta_auth.crud.ceremonies import Ceremonies
from gigsta_auth.crud.closing import CLOSED_USERS, Closing
from gigsta_auth.crud.copies import Told
from gigsta_auth.crud.guests import Guests
from gigsta_auth.crud.keyring import Keyring
from gigsta_auth.crud.links import MailLinks
from gigsta_auth.crud.logins import Login, Logins
from gigsta_auth.crud.oauth import Departure, OAuth, Return
from gigsta_auth.crud.operators import Operators
from gigsta_auth.crud.passkeys import Options, Passkeys
from gigsta_auth.crud.passwords import Passwords
from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.crud.providers import Providers
from gigsta_auth.crud.reauthentication import Reauthentication
from gigsta_auth.crud.recovery import Recovery
from gigsta_auth.crud.second_factors import Proof, SecondFactors
from gigsta_auth.crud.sessions import Sessions
from gigsta_auth.crud.throttle import Throttle
from gigsta_auth.crud.users import USERS, Users
from gigsta_auth.hashing import Hashing
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime

__all__ = [
    "CLOSED_USERS",
    "USERS",
    "Auth",
    "Departure",
    "EmailProof",
    "Keyring",
    "Login",
    "Options",
    "Proof",
    "Return",
]


class Auth:
    """Everything auth can do, by subject."""

    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._hashing = Hashing(runtime.settings)
        self.audit = Audit(runtime)
        users = Users(runtime, self.audit)
        self.keyring = Keyring(runtime)
        self.sessions = Sessions(runtime, self.audit)
        self.throttle = Throttle(runtime, users, self.audit)
        links = MailLinks(runtime)
        self.recovery = Recovery(runtime, users, links, self.throttle)
        self.accounts = Accounts(runtime, users, self.sessions, self._hashing, self.throttle, self.recovery)
        self.guests = Guests(runtime, users, self._hashing, self.audit)
        proofs = Proofs(runtime, users, self.sessions, self._hashing, self.audit, self.throttle)
        self.passwords = Passwords(runtime, users, self.sessions, links, self._hashing, proofs, self.throttle)
        ceremonies = Ceremonies(runtime)
        self.passkeys = Passkeys(runtime, users, ceremonies, self.sessions, proofs, self.audit, self.throttle)
        self.second_factors = SecondFactors(
            runtime, users, ceremonies, self.sessions, proofs, self.passkeys, self.audit
        )
        self.reauthentication = Reauthentication(proofs, self.second_factors, self.passkeys, self.sessions)
        self.logins = Logins(
            runtime,
            users,
            self.accounts,
            self.guests,
            self.sessions,
            self.keyring,
            self._hashing,
            self.audit,
            self.throttle,
            self.second_factors,
            self.passkeys,
        )
        self.oauth = OAuth(runtime, users, ceremonies, self.sessions, proofs, self.logins)
        self.closing = Closing(runtime, users, proofs)
        self.addresses = Addresses(runtime, users, proofs, links, self.throttle, self.closing)
        self.providers = Providers(runtime, users)
        self.administration = Administration(runtime, users, self.sessions, links)
        self.operators = Operators(runtime, users, self._hashing)
        self.told = Told(runtime.db)

    async def keep_answering(self) -> None:
        """Runs for as long as the service does."""
        await self.recovery.keep_answering()

    async def close_threads_at_the_end(self) -> None:
        """Runs for as long as the service does."""
        try:
            await asyncio.Event().wait()
        finally:
            self._hashing.close()
