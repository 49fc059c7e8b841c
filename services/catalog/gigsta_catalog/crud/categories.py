"""The tree of categories: two levels, one document for each category with its subcategories inside."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gigsta_catalog.models import CategoryAction, CategoryChange, CategoryDocument, SubcategoryDocument, slug_of
from gigsta_catalog.schemas import CategoryPatch, CategoryView, NewCategory, NewSubcategory, SubcategoryView
from gigsta_common.clock import Clock, SystemClock
from gigsta_common.errors import Conflict, NotFound, Unprocessable
from gigsta_common.ids import new_id
from gigsta_common.mongo import Collection, Database, Session, in_transaction

Counts = Mapping[tuple[str, str | None], int]
"""Published services by category and subcategory."""

_EVERY_STATUS = {"$in": ["draft", "published", "archived"]}


class Categories:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._categories = db["categories"]
        self._changes = db["category_changes"]
        self._services = db["services"]
        self._clock = clock

    async def tree(self) -> list[CategoryView]:
        counts = await self._counts()
        documents = await self._categories.find().sort([("position", 1), ("name", 1), ("_id", 1)]).to_list()
        return [_view(cast("CategoryDocument", document), counts) for document in documents]

    async def changes(self, before: str | None, limit: int) -> list[CategoryChange]:
        """What administrators did to them, the latest first, `before` the one of that id."""
        query = {"_id": {"$lt": before}} if before is not None else {}
        found = await self._changes.find(query).sort("_id", -1).limit(limit).to_list()
        return cast("list[CategoryChange]", found)

    async def create(self, new: NewCategory, admin_id: str) -> CategoryView:
        document: dict[str, Any] = {
            "_id": _slug(new.id, new.name),
            "name": new.name,
            "position": new.position,
            "subcategories": [],
            "created_at": self._clock.now(),
        }

        async def work(session: Session) -> None:
            await self._categories.insert_one(document, session=session)
            asked = new.model_dump(exclude={"id"})
            await self._note("create", document["_id"], None, asked, admin_id, session)

        try:
            await in_transaction(self._db, work)
        except DuplicateKeyError:
            raise Conflict(f"There is a category {document['_id']} already.", code="category_exists") from None
        return await self._show(document)

    async def edit(self, category_id: str, patch: CategoryPatch, admin_id: str) -> CategoryView:
        asked = patch.model_dump(exclude_unset=True)

        async def note(session: Session) -> None:
            await self._note("edit", category_id, None, asked, admin_id, session)

        return await self._change({"_id": category_id}, {"$set": asked}, note)

    async def delete(self, category_id: str, admin_id: str | None) -> None:
        """Refused while any service, in whatever status, uses it. No `admin_id` stands for a migration."""

        async def work(session: Session) -> None:
            await self._refuse_if_used({"category": category_id}, session)
            gone = await self._categories.find_one_and_delete({"_id": category_id}, session=session)
            if gone is None:
                raise _no_category()
            if admin_id is not None:
                await self._note("delete", category_id, None, {"name": gone["name"]}, admin_id, session)

        await in_transaction(self._db, work)

    async def add_subcategory(self, category_id: str, new: NewSubcategory, admin_id: str) -> CategoryView:
        subcategory: SubcategoryDocument = {"id": _slug(new.id, new.name), "name": new.name}
        free = {"_id": category_id, "subcategories.id": {"$ne": subcategory["id"]}}

        async def note(session: Session) -> None:
            await self._note("add_subcategory", category_id, subcategory["id"], {"name": new.name}, admin_id, session)

        try:
            return await self._change(free, {"$push": {"subcategories": subcategory}}, note)
        except NotFound:
            if await self._categories.find_one({"_id": category_id}, {"_id": 1}) is None:
                raise
            raise Conflict(
                f"{category_id} has a subcategory {subcategory['id']} already.", code="category_exists"
            ) from None

    async def rename_subcategory(self, category_id: str, subcategory_id: str, name: str, admin_id: str) -> CategoryView:
        async def note(session: Session) -> None:
            await self._note("rename_subcategory", category_id, subcategory_id, {"name": name}, admin_id, session)

        wanted = {"_id": category_id, "subcategories.id": subcategory_id}
        return await self._change(wanted, {"$set": {"subcategories.$.name": name}}, note)

    async def delete_subcategory(self, category_id: str, subcategory_id: str, admin_id: str) -> None:
        """Refused while any service, in whatever status, uses it."""

        async def work(session: Session) -> None:
            await self._refuse_if_used({"category": category_id, "subcategory": subcategory_id}, session)
            wanted = {"_id": category_id, "subcategories.id": subcategory_id}
            pull = {"$pull": {"subcategories": {"id": subcategory_id}}}
            if not (await self._categories.update_one(wanted, pull, session=session)).matched_count:
                raise _no_category()
            await self._note("delete_subcategory", category_id, subcategory_id, {}, admin_id, session)

        await in_transaction(self._db, work)

    async def hold(self, category_id: str, subcategory_id: str | None, session: Session) -> None:
        """Make sure that the category exists and goes on existing until the transaction is done.

        The write is what does it: of a service that takes a category and a deletion of it at the same time, MongoDB
        makes one wait and look again.

        Raises:
            Unprocessable: names the field that is wrong.
        """
        wanted: dict[str, Any] = {"_id": category_id}
        if subcategory_id is not None:
            wanted["subcategories.id"] = subcategory_id
        if (await self._categories.update_one(wanted, {"$inc": {"held": 1}}, session=session)).matched_count:
            return
        known = await self._categories.find_one({"_id": category_id}, {"_id": 1}, session=session)
        if known is None:
            raise _unknown("category", f"there is no category {category_id}")
        raise _unknown("subcategory", f"{category_id} has no subcategory {subcategory_id}")

    async def _change(
        self, wanted: dict[str, Any], update: dict[str, Any], note: Callable[[Session], Awaitable[None]]
    ) -> CategoryView:
        async def work(session: Session) -> dict[str, Any]:
            document = await self._categories.find_one_and_update(
                wanted, update, return_document=ReturnDocument.AFTER, session=session
            )
            if document is None:
                raise _no_category()
            await note(session)
            return document

        return await self._show(await in_transaction(self._db, work))

    async def _note(
        self,
        action: CategoryAction,
        category_id: str,
        subcategory_id: str | None,
        details: dict[str, Any],
        admin_id: str,
        session: Session,
    ) -> None:
        change = CategoryChange(
            _id=new_id(),
            action=action,
            category_id=category_id,
            subcategory_id=subcategory_id,
            details=details,
            admin_id=admin_id,
            at=self._clock.now(),
        )
        await self._changes.insert_one(dict(change), session=session)

    async def _show(self, document: dict[str, Any]) -> CategoryView:
        return _view(cast("CategoryDocument", document), await self._counts(document["_id"]))

    async def _refuse_if_used(self, use: dict[str, Any], session: Session) -> None:
        if await self._services.find_one({"status": _EVERY_STATUS, **use}, {"_id": 1}, session=session) is not None:
            raise Conflict(
                "Services still use it, drafts and archived ones included: move them elsewhere first.",
                code="category_in_use",
            )

    async def _counts(self, category_id: str | None = None) -> Counts:
        # Answered from the index `by_category` alone: no service is read, only the keys of the published ones, and
        # the gateway serves most requests from its cache. Counters would have to be written with every publish.
        match: dict[str, Any] = {"status": "published"}
        if category_id is not None:
            match["category"] = category_id
        group = {"_id": {"category": "$category", "subcategory": "$subcategory"}, "count": {"$sum": 1}}
        cursor = await self._services.aggregate([{"$match": match}, {"$group": group}])
        return {(row["_id"]["category"], row["_id"]["subcategory"]): row["count"] async for row in cursor}


async def ensure_categories(db: Database, categories: Mapping[str, Sequence[str]]) -> None:
    """Add the categories and subcategories (by name) that are not there; leave those that are as they stand."""
    collection = db["categories"]
    now = SystemClock().now()
    for position, (name, subcategories) in enumerate(categories.items(), start=1):
        category_id = slug_of(name)
        new = {"name": name, "position": position * 10, "subcategories": [], "created_at": now}
        await collection.update_one({"_id": category_id}, {"$setOnInsert": new}, upsert=True)
        for subcategory in subcategories:
            await _ensure_subcategory(collection, category_id, subcategory)


async def _ensure_subcategory(collection: Collection, category_id: str, name: str) -> None:
    subcategory: SubcategoryDocument = {"id": slug_of(name), "name": name}
    absent = {"_id": category_id, "subcategories.id": {"$ne": subcategory["id"]}}
    await collection.update_one(absent, {"$push": {"subcategories": subcategory}})


async def remove_unused(db: Database, categories: Mapping[str, Sequence[str]]) -> None:
    """Remove those of the categories that no service uses."""
    use_cases = Categories(db, SystemClock())
    for name in categories:
        try:
            await use_cases.delete(slug_of(name), None)
        except (Conflict, NotFound):
            continue


def _view(category: CategoryDocument, counts: Counts) -> CategoryView:
    total = Counter[str]()
    for (category_id, _), count in counts.items():
        total[category_id] += count
    return CategoryView(
        id=category["_id"],
        name=category["name"],
        position=category["position"],
        service_count=total[category["_id"]],
        subcategories=[
            SubcategoryView(
                id=subcategory["id"],
                name=subcategory["name"],
                service_count=counts.get((category["_id"], subcategory["id"]), 0),
            )
            for subcategory in category["subcategories"]
        ],
    )


def _slug(given: str | None, name: str) -> str:
    slug = given or slug_of(name)[:60].strip("-")
    if not slug:
        raise _unknown("id", "no id can be made from this name: send one")
    return slug


def _no_category() -> NotFound:
    return NotFound("There is no such category.", code="category_not_found")


def _unknown(field: str, message: str) -> Unprocessable:
    return Unprocessable(f"The request does not validate: {message}.", errors=[{"field": field, "message": message}])
