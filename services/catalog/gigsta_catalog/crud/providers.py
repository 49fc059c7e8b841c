"""What catalog knows of providers, all of it from events: auth's decisions and the summaries of their ratings."""

from typing import Any, Literal, cast

from gigsta_catalog.models import NOT_RATED, UNKNOWN_PROVIDER, ProviderDocument, Viewer, rating_of
from gigsta_common.clock import Clock
from gigsta_common.errors import Forbidden, NotFound
from gigsta_common.events import Envelope, RatingSummary
from gigsta_common.mongo import Database, Session
from gigsta_common.security import Principal

_SHOWN: dict[str, Any] = {"status": "approved", "barred": {"$ne": True}}
_UNKNOWN: dict[str, Any] = {**UNKNOWN_PROVIDER, "rating": NOT_RATED}


class Providers:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._providers = db["providers"]
        self._clock = clock

    async def get(self, provider_id: str) -> ProviderDocument:
        provider = await self._providers.find_one({"_id": provider_id, **_SHOWN})
        if provider is None:
            raise NotFound("There is no such provider.", code="provider_not_found")
        return cast("ProviderDocument", provider)

    async def approved(self, caller: Principal) -> ProviderDocument:
        """The caller as a provider.

        Raises:
            Forbidden: nobody approved them, as far as catalog has heard, or they are suspended.
        """
        provider = await self._providers.find_one({"_id": caller.user_id})
        status = provider["status"] if provider else None
        if provider is not None and provider.get("barred"):
            raise _suspended()
        if provider is None or status != "approved":
            raise Forbidden(_what_to_do(status), code="provider_not_approved")
        return cast("ProviderDocument", provider)

    async def refuse_barred(self, caller: Principal) -> None:
        """An access token outlives the account, and its good standing, by some minutes: nothing is taken from it then.

        Raises:
            Forbidden: the caller has closed their account, or is suspended, as far as catalog has heard.
        """
        known = await self._providers.find_one({"_id": caller.user_id}, {"closed": 1, "barred": 1}) or {}
        if known.get("closed"):
            raise Forbidden("This account is closed.", code="account_closed")
        if known.get("barred"):
            raise _suspended()

    async def trading_name(self, user_id: str) -> str | None:
        """The name under which somebody has applied, if they have."""
        provider = await self._providers.find_one({"_id": user_id}, {"trading_name": 1})
        return (provider["trading_name"] or None) if provider else None

    async def viewer(self, caller: Principal | None) -> Viewer:
        if caller is None:
            return Viewer()
        approved = await self._providers.find_one({"_id": caller.user_id, **_SHOWN}, {"_id": 1})
        return Viewer(caller.user_id, caller.is_admin, approved is not None)

    async def decide(
        self,
        provider_id: str,
        status: Literal["pending", "approved", "rejected"],
        trading_name: str,
        told: Envelope,
        session: Session,
    ) -> bool:
        """Keep how an application stands, unless later word is known; say whether it was kept."""
        known = await self._known(provider_id, session)
        if not told.is_news_to(known["sequence"]) or known.get("closed"):
            return False
        decision = {"status": status, "trading_name": trading_name, "sequence": told.sequence}
        await self._keep(provider_id, {**known, **decision}, session)
        return True

    async def bar(self, provider_id: str, told: Envelope, session: Session, *, barred: bool) -> bool:
        """Keep whether somebody is suspended, unless later word is known; say whether it was kept.

        It has a sequence of its own: an approval that comes late is not outdated by it.
        """
        known = await self._known(provider_id, session)
        if not told.is_news_to(known.get("barred_sequence", -1)) or known.get("closed"):
            return False
        await self._keep(provider_id, {**known, "barred": barred, "barred_sequence": told.sequence}, session)
        return True

    async def close(self, provider_id: str, session: Session) -> bool:
        """Forget somebody for good; false where that is done already."""
        known = await self._known(provider_id, session)
        if known.get("closed"):
            return False
        await self._keep(provider_id, {**_UNKNOWN, "sequence": known["sequence"], "closed": True}, session)
        return True

    async def rate(self, provider_id: str, summary: RatingSummary, session: Session, *, again: bool = False) -> None:
        """Keep the summary, unless a later one is known. It may come before the approval."""
        known = await self._known(provider_id, session)
        if summary.version + again > known["rating"]["version"] and not known.get("closed"):
            await self._keep(provider_id, {**known, "rating": rating_of(summary)}, session)

    async def _known(self, provider_id: str, session: Session) -> dict[str, Any]:
        return await self._providers.find_one({"_id": provider_id}, session=session) or _UNKNOWN

    async def _keep(self, provider_id: str, fields: dict[str, Any], session: Session) -> None:
        fields = {**fields, "_id": provider_id, "updated_at": self._clock.now()}
        await self._providers.replace_one({"_id": provider_id}, fields, upsert=True, session=session)


def _suspended() -> Forbidden:
    return Forbidden("Your account is suspended.", code="provider_suspended")


def _what_to_do(status: str | None) -> str:
    """In words that are true as well when the newest event is still on its way."""
    if status == "rejected":
        return "Your application as a provider was not approved. Apply again; services can be offered once it is."
    if status == "pending":
        return (
            "Your application as a provider has not been decided yet, as far as we know here. Where it was approved a "
            "moment ago, try again in some seconds: there is no need to log in again."
        )
    return (
        "Only approved providers can offer services. Apply to become a provider in your account; "
        "this works some seconds after an administrator has approved you."
    )
