"""Catalog's part in `gigsta replay`: what it tells of its services, and the ratings that it keeps copies of."""

from typing import cast

from gigsta_catalog.models import NOT_RATED, UNKNOWN_PROVIDER, ServiceDocument, UrlOf, changed
from gigsta_common.mongo import Collection, Database, Document
from gigsta_common.replay import CollectionSource, Fact, sequences


def services_told(db: Database, url_of: UrlOf) -> CollectionSource:
    """All but drafts, of which nobody has heard."""

    def fact(document: Document) -> Fact:
        service = cast("ServiceDocument", document)
        name = "service.published" if service["status"] == "published" else "service.archived"
        return Fact(name, changed(service, service["updated_at"], url_of), service["_id"], service["version"])

    return CollectionSource(db["services"], fact, {"status": {"$ne": "draft"}})


class KeptRatings:
    """The summaries on the services or the providers."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def known(self, after: str, limit: int) -> dict[str, int]:
        rated = {"_id": {"$gt": after}, "rating.version": {"$gt": NOT_RATED["version"]}}
        found = self._collection.find(rated, {"rating.version": 1}).sort("_id", 1).limit(limit)
        return sequences(await found.to_list(), _version)

    async def forget(self, subject: str, version: int) -> None:
        unrated: Document = {"rating": NOT_RATED}
        if self._collection.name == "services":
            unrated["rating_rank"] = 0.0
        await self._collection.update_one({"_id": subject, "rating.version": version}, {"$set": unrated})


class KeptProviders:
    """What auth says of providers: how their application stands, and whether they are suspended."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def known(self, after: str, limit: int) -> dict[str, int]:
        """Also those whose account is closed, which stays so: with a number that no account is below."""
        told = [{"sequence": {"$gte": 0}}, {"barred_sequence": {"$gte": 0}}, {"closed": True}]
        found = self._collection.find({"_id": {"$gt": after}, "$or": told}).sort("_id", 1).limit(limit)
        return sequences(await found.to_list(), _told)

    async def forget(self, provider_id: str, sequence: int) -> None:
        """Only what auth says: the ratings are of another read model."""
        known = await self._collection.find_one({"_id": provider_id})
        if known is None or _told(known) != sequence:
            return
        same = {name: known.get(name) for name in ("_id", "sequence", "barred_sequence", "closed")}
        unknown = {"$set": UNKNOWN_PROVIDER, "$unset": {"barred": "", "barred_sequence": "", "closed": ""}}
        await self._collection.update_one(same, unknown)


def _told(provider: Document) -> int:
    return 0 if provider.get("closed") else max(provider.get("sequence", -1), provider.get("barred_sequence", -1))


def _version(document: Document) -> int:
    return int(document["rating"]["version"])
