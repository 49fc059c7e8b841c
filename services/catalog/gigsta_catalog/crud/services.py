"""The life of a service: written by its owner, one conditional write for each change together with its event."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gigsta_catalog.crud import listing
from gigsta_catalog.crud.categories import Categories
from gigsta_catalog.crud.files import Files
from gigsta_catalog.crud.providers import Providers
from gigsta_catalog.models import (
    FORMER_PROVIDER,
    LEADS_TO,
    NOT_RATED,
    Moderated,
    Permission,
    ServiceDocument,
    Status,
    StoredImage,
    UrlOf,
    Viewer,
    changed,
    findable,
    is_visible,
    location_of,
    of_a_former_provider,
    rating_of,
    refusal,
)
from gigsta_catalog.schemas import NewService, ServicePatch, ServiceQuery
from gigsta_catalog.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, Forbidden, NotFound
from gigsta_common.events import RatingSummary
from gigsta_common.mongo import Document, Session, in_transaction
from gigsta_common.security import Principal
from gigsta_common.vocabulary import Vocabulary

COLLECTION = "services"
TRIES = 5
"""How often a change is tried again on top of somebody else's, before the caller is asked to."""
KEPT_HISTORY = 100
MOST_SERVICES = 500

EventName = Literal["service.published", "service.updated", "service.archived"]
_TOLD_AS: dict[Literal["publish", "archive"], EventName] = {
    "publish": "service.published",
    "archive": "service.archived",
}


class Services:
    def __init__(
        self, runtime: Runtime[Settings], categories: Categories, providers: Providers, files: Files, url_of: UrlOf
    ) -> None:
        self._db = runtime.db
        self._services = runtime.db[COLLECTION]
        self._vocabulary = Vocabulary(runtime.db)
        self._outbox = runtime.outbox
        self._clock = runtime.clock
        self._categories = categories
        self._providers = providers
        self._files = files
        self._url_of = url_of

    async def search(self, query: ServiceQuery, caller: Principal | None) -> tuple[list[ServiceDocument], str | None]:
        """Published services; with `mine`, the caller's own in every status."""
        owner = caller.user_id if query.mine and caller else None
        return await listing.search(self._services, self._vocabulary, query, owner)

    async def get(self, service_id: str, caller: Principal | None) -> ServiceDocument:
        viewer = Viewer(caller.user_id, caller.is_admin) if caller else Viewer()
        found = await self._services.find_one({"_id": service_id})
        if found is None or not is_visible(cast("ServiceDocument", found), viewer):
            raise _no_service()
        return cast("ServiceDocument", found)

    async def create(self, new: NewService, caller: Principal, service_id: str) -> ServiceDocument:
        """A draft. `service_id` is the same when the same request comes twice: then it is what the first one made."""
        provider = await self._providers.approved(caller)
        await self._check_room(caller.user_id, service_id)
        now = self._clock.now()
        document: Document = {
            "_id": service_id,
            "version": 1,
            "status": "draft",
            "provider_id": caller.user_id,
            "provider_name": provider["trading_name"],
            **_stored(new.model_dump()),
            "rating": NOT_RATED,
            "rating_rank": 0.0,
            "created_at": now,
            "updated_at": now,
            "history": [],
        }
        document |= findable(cast("ServiceDocument", document))

        async def work(session: Session) -> None:
            await self._categories.hold(new.category, new.subcategory, session)
            await self._services.insert_one(document, session=session)

        try:
            await in_transaction(self._db, work)
        except DuplicateKeyError:
            return await self.owned(service_id, caller)
        return cast("ServiceDocument", document)

    async def _check_room(self, provider_id: str, service_id: str) -> None:
        """So many services that all of them can be hidden in one transaction, and no more."""
        others = {"provider_id": provider_id, "_id": {"$ne": service_id}}
        if await self._services.count_documents(others, limit=MOST_SERVICES) >= MOST_SERVICES:
            raise Conflict(f"A provider has {MOST_SERVICES} services at most.", code="too_many_services")

    async def edit(self, service_id: str, patch: ServicePatch, caller: Principal) -> ServiceDocument:
        named = patch.model_dump(exclude_unset=True)
        wanted_version = named.pop("version", None)
        fields = _stored(named)
        for _ in range(TRIES):
            current = await self.owned(service_id, caller)
            if wanted_version not in (None, current["version"]):
                raise Conflict(
                    "The service was changed since you loaded it: load it again.",
                    code="version_conflict",
                    version=current["version"],
                )
            event: EventName | None = "service.updated" if current["status"] == "published" else None
            saved = await self._save_in_category(current, fields, event)
            if saved is not None:
                return saved
        raise _busy()

    async def publish(self, service_id: str, caller: Principal) -> ServiceDocument:
        await self.owned(service_id, caller)
        await self._providers.approved(caller)
        return await self._move(service_id, "publish", caller)

    async def archive(self, service_id: str, caller: Principal) -> ServiceDocument:
        return await self._move(service_id, "archive", caller)

    async def delete(self, service_id: str, caller: Principal) -> None:
        """Only a draft: nobody has heard of it, so nobody needs to be told."""
        gone = {"_id": service_id, "provider_id": caller.user_id, "status": "draft"}

        async def work(session: Session) -> bool:
            if not (await self._services.delete_one(gone, session=session)).deleted_count:
                return False
            await self._files.discard({"service_id": service_id}, session)
            return True

        _check("delete", await self.owned(service_id, caller))
        if not await in_transaction(self._db, work):
            _check("delete", await self.owned(service_id, caller))

    async def rate(self, service_id: str, summary: RatingSummary, session: Session, *, again: bool = False) -> None:
        """Keep the summary, unless a later one is known or there is no such service. The version stays: it counts
        what the provider changed."""
        older = {"_id": service_id, "rating.version": {"$lt": summary.version + again}}
        rating = {"rating": rating_of(summary), "rating_rank": float(summary.weighted or 0)}
        await self._services.update_one(older, {"$set": rating}, session=session)

    async def rename_provider(self, provider_id: str, trading_name: str, session: Session) -> None:
        """Copy a new trading name onto the provider's services."""
        stale = {"provider_id": provider_id, "provider_name": {"$ne": trading_name}}
        for found in await self._services.find(stale, session=session).to_list():
            service = cast("ServiceDocument", found)
            event: EventName | None = "service.updated" if service["status"] == "published" else None
            await self._save(service, {"provider_name": trading_name}, event, session=session)

    async def hide(self, provider_id: str, session: Session) -> None:
        """Take what a suspended provider has published out of sight, so that `show` knows it again."""
        published = {"provider_id": provider_id, "status": "published"}
        await self._move_all(published, {"status": "archived", "hidden": True}, "hide", session)

    async def show(self, provider_id: str, session: Session) -> None:
        """Publish again what was hidden, and nothing that the provider had archived."""
        hidden = {"provider_id": provider_id, "status": "archived", "hidden": True}
        await self._move_all(hidden, {"status": "published", "hidden": False}, "show", session)

    async def close(self, provider_id: str, session: Session) -> None:
        """Forget a provider who has closed their account; whoever has a copy of a service gets a last one."""
        await self._services.delete_many({"provider_id": provider_id, "status": "draft"}, session=session)
        await self._files.discard({"provider_id": provider_id}, session)
        left = [{"provider_name": {"$ne": FORMER_PROVIDER}}, {"location.address": {"$ne": ""}}]
        theirs = {"provider_id": provider_id, "$or": left}
        for found in await self._services.find(theirs, session=session).to_list():
            service = cast("ServiceDocument", found)
            entry = self._entry("close", None, service, "archived")
            await self._save(service, of_a_former_provider(service), "service.archived", entry=entry, session=session)

    async def change_images(
        self,
        service_id: str,
        caller: Principal,
        change: Callable[[list[StoredImage]], list[StoredImage]],
        session: Session,
    ) -> ServiceDocument:
        """Put what `change` makes of the images on the caller's service."""
        found = await self._services.find_one({"_id": service_id, "provider_id": caller.user_id}, session=session)
        if found is None:
            raise _no_service()
        current = cast("ServiceDocument", found)
        event: EventName | None = "service.updated" if current["status"] == "published" else None
        images = change(current.get("images", []))
        saved = await self._save(current, {"images": images}, event, session=session)
        if saved is None:
            raise _busy()
        return saved

    async def take_image_off(
        self, service_id: str, media_id: str, admin: Principal, reason: str, session: Session
    ) -> None:
        """What an administrator may do to somebody else's service; it says why, for good, in the same write."""
        await self._providers.refuse_barred(admin)
        current = await self.get(service_id, admin)
        kept = current.get("images", [])
        left = [image for image in kept if image["id"] != media_id]
        if len(left) == len(kept):
            raise NotFound("There is no such image.", code="image_not_found")
        act: Moderated = {
            "action": "remove_image",
            "image_id": media_id,
            "admin_id": admin.user_id,
            "reason": reason,
            "at": self._clock.now(),
        }
        event: EventName | None = "service.updated" if current["status"] == "published" else None
        fields = {"images": left, "moderation": [*current.get("moderation", []), act]}
        if await self._save(current, fields, event, session=session) is None:
            raise _busy()

    async def _move_all(
        self, which: Document, fields: Mapping[str, Any], action: Literal["hide", "show"], session: Session
    ) -> None:
        event: EventName = "service.archived" if action == "hide" else "service.published"
        for found in await self._services.find(which, session=session).to_list():
            service = cast("ServiceDocument", found)
            entry = self._entry(action, None, service, fields["status"])
            await self._save(service, fields, event, entry=entry, session=session)

    async def of(self, provider_id: str) -> list[ServiceDocument]:
        """Everything that a provider has written."""
        found = (
            await self._services.find({"provider_id": provider_id}, {"outbox": 0, "words": 0, "title_words": 0})
            .sort("_id", 1)
            .to_list()
        )
        return cast("list[ServiceDocument]", found)

    def _entry(self, action: str, actor_id: str | None, service: ServiceDocument, to: Status) -> dict[str, Any]:
        return {
            "action": action,
            "actor_id": actor_id,
            "at": self._clock.now(),
            "from": service["status"],
            "to": to,
            "version": service["version"] + 1,
        }

    async def is_of(self, service_id: str, caller: Principal) -> bool:
        theirs = {"_id": service_id, "provider_id": caller.user_id}
        return await self._services.find_one(theirs, {"_id": 1}) is not None

    async def owned(self, service_id: str, caller: Principal) -> ServiceDocument:
        found = await self._services.find_one({"_id": service_id, "provider_id": caller.user_id})
        if found is not None:
            await self._providers.refuse_barred(caller)
            return cast("ServiceDocument", found)
        await self.get(service_id, caller)
        raise Forbidden("Only the provider of a service may change it.", code="not_your_service")

    async def _move(self, service_id: str, action: Literal["publish", "archive"], caller: Principal) -> ServiceDocument:
        for _ in range(TRIES):
            current = await self.owned(service_id, caller)
            _check(action, current)
            entry = self._entry(action, caller.user_id, current, LEADS_TO[action])
            saved = await self._save(current, {"status": LEADS_TO[action]}, _TOLD_AS[action], entry=entry)
            if saved is not None:
                return saved
        raise _busy()

    async def _save_in_category(
        self, current: ServiceDocument, fields: Mapping[str, Any], event: EventName | None
    ) -> ServiceDocument | None:
        """`_save()`, and where the category changes, make sure that the new one exists."""
        category = fields.get("category", current["category"])
        subcategory = fields.get("subcategory", current["subcategory"])
        if (category, subcategory) == (current["category"], current["subcategory"]):
            return await self._save(current, fields, event)

        async def work(session: Session) -> ServiceDocument | None:
            await self._categories.hold(category, subcategory, session)
            return await self._save(current, fields, event, session=session)

        saved = await in_transaction(self._db, work)
        self._outbox.nudge(COLLECTION, current["_id"])
        return saved

    async def _save(
        self,
        current: ServiceDocument,
        fields: Mapping[str, Any],
        event: EventName | None,
        *,
        entry: dict[str, Any] | None = None,
        session: Session | None = None,
    ) -> ServiceDocument | None:
        """Write the fields, the audit entry and the event at once; None where somebody else was faster."""
        now = self._clock.now()
        version = current["version"] + 1
        set_fields = {**fields, "version": version, "updated_at": now}
        after = cast("ServiceDocument", {**current, **set_fields})
        set_fields |= findable(after)
        await self._teach(current, {**after, **set_fields})
        push: dict[str, Any] = {}
        if event is not None:
            record = self._outbox.record(
                event, changed(after, now, self._url_of), subject=current["_id"], sequence=version
            )
            push["outbox"] = record
        if entry is not None:
            push["history"] = {"$each": [entry], "$slice": -KEPT_HISTORY}
        unchanged = {"_id": current["_id"], "provider_id": current["provider_id"], "version": current["version"]}
        saved = await self._services.find_one_and_update(
            unchanged,
            {"$set": set_fields, **({"$push": push} if push else {})},
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        self._outbox.nudge(COLLECTION, current["_id"])
        return cast("ServiceDocument | None", saved)

    async def _teach(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """The words of what has been published: nobody's drafts change what others find."""
        had, has = (one.get("words", []) if one["status"] != "draft" else [] for one in (before, after))
        await self._vocabulary.learn(has, instead_of=had)


def _stored(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a request as they are stored."""
    location = fields.get("location")
    return {**fields, "location": location_of(**location)} if location else fields


def _check(action: Permission, service: ServiceDocument) -> None:
    reason = refusal(action, service["status"])
    if reason is not None:
        raise Conflict(reason, code="action_not_available", status_now=service["status"])


def _no_service() -> NotFound:
    return NotFound("There is no such service.", code="service_not_found")


def _busy() -> Conflict:
    return Conflict("The service is being changed by others at this moment: try again.", code="version_conflict")
