"""What catalog knows of providers: auth's decisions and the summaries of their ratings, both from events."""

from typing import Any, Literal, cast

from gigsta_catalog.models import NOT_RATED, ProviderDocument, Viewer, rating_of
from gigsta_common.clock import Clock
from gigsta_common.errors import Forbidden, NotFound
from gigsta_common.events import RatingSummary
from gigsta_common.mongo import Database, Session
from gigsta_common.security import Principal

_UNKNOWN: dict[str, Any] = {"status": None, "trading_name": "", "sequence": -1, "rating": NOT_RATED}


class Providers:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._providers = db["providers"]
        self._clock = clock

    async def get(self, provider_id: str) -> ProviderDocument:
        provider = await self._providers.find_one({"_id": provider_id, "status": "approved"})
        if provider is None:
            raise NotFound("There is no such provider.", code="provider_not_found")
        return cast("ProviderDocument", provider)

    async def approved(self, caller: Principal) -> ProviderDocument:
        """The caller as a provider.

        Raises:
            Forbidden: nobody approved them, as far as catalog has heard.
        """
        provider = await self._providers.find_one({"_id": caller.user_id})
        status = provider["status"] if provider else None
        if provider is None or status != "approved":
            raise Forbidden(_what_to_do(status), code="provider_not_approved")
        return cast("ProviderDocument", provider)

    async def viewer(self, caller: Principal | None) -> Viewer:
        if caller is None:
            return Viewer()
        approved = await self._providers.find_one({"_id": caller.user_id, "status": "approved"}, {"_id": 1})
        return Viewer(caller.user_id, caller.is_admin, approved is not None)

    async def decide(
        self,
        provider_id: str,
        status: Literal["approved", "rejected"],
        trading_name: str,
        *,
        sequence: int,
        session: Session,
    ) -> bool:
        """Keep auth's decision, unless a later one is known; say whether it was kept."""
        known = await self._known(provider_id, session)
        if sequence <= known["sequence"]:
            return False
        decision = {"status": status, "trading_name": trading_name, "sequence": sequence}
        await self._keep(provider_id, {**known, **decision}, session)
        return True

    async def rate(self, provider_id: str, summary: RatingSummary, session: Session) -> None:
        """Keep the summary, unless a later one is known. It may come before the approval."""
        known = await self._known(provider_id, session)
        if summary.version > known["rating"]["version"]:
            await self._keep(provider_id, {**known, "rating": rating_of(summary)}, session)

    async def _known(self, provider_id: str, session: Session) -> dict[str, Any]:
        return await self._providers.find_one({"_id": provider_id}, session=session) or _UNKNOWN

    async def _keep(self, provider_id: str, fields: dict[str, Any], session: Session) -> None:
        fields = {**fields, "_id": provider_id, "updated_at": self._clock.now()}
        await self._providers.replace_one({"_id": provider_id}, fields, upsert=True, session=session)


def _what_to_do(status: str | None) -> str:
    if status == "rejected":
        return "Your application as a provider was not approved. Apply again; services can be offered once it is."
    return (
        "Only approved providers can offer services. Apply to become a provider in your account; "
        "this works as soon as an administrator has approved you."
    )
