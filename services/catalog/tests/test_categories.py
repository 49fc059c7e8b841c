"""The category tree: its counts, and how administrators change it."""

import asyncio
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from gigsta_catalog.crud.categories import ensure_categories
from gigsta_common import migrations

from .conftest import MIGRATIONS, Shop


async def tree(shop: Shop) -> dict[str, dict[str, Any]]:
    page = (await shop.get("/categories")).json()
    assert page["next_cursor"] is None
    return {category["id"]: category for category in page["items"]}


async def test_a_fresh_marketplace_has_categories(shop: Shop) -> None:
    categories = await tree(shop)
    assert list(categories)[:2] == ["home-cleaning", "gardening"]
    assert {"plumbing", "it-help", "photography"} <= categories.keys()
    assert {"id": "deep-clean", "name": "Deep clean", "service_count": 0} in categories["home-cleaning"][
        "subcategories"
    ]


async def test_the_tree_counts_published_services_only(shop: Shop) -> None:
    await shop.published(subcategory="hedges-and-pruning")
    await shop.published(subcategory="lawn-mowing")
    await shop.published(subcategory="lawn-mowing")
    await shop.published()
    await shop.draft(subcategory="lawn-mowing")
    archived = await shop.published(subcategory="lawn-mowing")
    await shop.post(f"/services/{archived}/archive", "ana")

    gardening = (await tree(shop))["gardening"]

    assert gardening["service_count"] == 4
    counts = {subcategory["id"]: subcategory["service_count"] for subcategory in gardening["subcategories"]}
    assert (counts["lawn-mowing"], counts["hedges-and-pruning"], counts["garden-clean-up"]) == (2, 1, 0)
    assert (await tree(shop))["plumbing"]["service_count"] == 0


async def test_the_counts_read_no_service(shop: Shop) -> None:
    for _ in range(3):
        await shop.published()
    group = {"_id": {"category": "$category", "subcategory": "$subcategory"}, "count": {"$sum": 1}}
    pipeline = [{"$match": {"status": "published"}}, {"$group": group}]
    explained = await shop.service.db.command(
        "explain", {"aggregate": "services", "pipeline": pipeline, "cursor": {}}, verbosity="executionStats"
    )
    assert explained["executionStats"]["totalDocsExamined"] == 0


async def test_an_administrator_adds_renames_and_moves_a_category(shop: Shop) -> None:
    created = await shop.post("/categories", "root", {"name": "Pōhutukawa care", "position": 1}, "admin")
    assert created.status_code == 201
    assert created.json() == {
        "id": "pohutukawa-care", "name": "Pōhutukawa care", "position": 1, "service_count": 0, "subcategories": [],
    }  # fmt: skip
    edited = await shop.patch("/categories/pohutukawa-care", "root", {"name": "Tree care", "position": 99_999}, "admin")
    assert (edited.json()["id"], edited.json()["name"]) == ("pohutukawa-care", "Tree care")
    assert list(await tree(shop))[-1] == "pohutukawa-care"

    added = await shop.post("/categories/pohutukawa-care/subcategories", "root", {"name": "Felling"}, "admin")
    assert added.status_code == 201
    assert added.json()["subcategories"] == [{"id": "felling", "name": "Felling", "service_count": 0}]
    path = "/categories/pohutukawa-care/subcategories/felling"
    assert (await shop.patch(path, "root", {"name": "Cutting"}, "admin")).json()["subcategories"][0][
        "name"
    ] == "Cutting"

    assert (await shop.delete(path, "root", "admin")).status_code == 204
    assert (await shop.delete("/categories/pohutukawa-care", "root", "admin")).status_code == 204
    assert "pohutukawa-care" not in await tree(shop)


async def test_ids_that_are_taken_are_refused(shop: Shop) -> None:
    for path, body in (
        ("/categories", {"name": "Gardening"}),
        ("/categories", {"name": "Other", "id": "gardening"}),
        ("/categories/gardening/subcategories", {"name": "Lawn mowing"}),
    ):
        answer = await shop.post(path, "root", body, "admin")
        assert (answer.status_code, answer.json()["code"]) == (409, "category_exists")


async def test_a_category_that_makes_no_sense_is_refused(shop: Shop) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"name": "你好"}, "id"),
        ({"name": "Trees", "id": "Not A Slug"}, "id"),
        ({"name": "  "}, "name"),
        ({"name": "Trees", "colour": "green"}, "colour"),
        ({"name": "Trees", "position": -1}, "position"),
    ]
    for body, field in cases:
        answer = await shop.post("/categories", "root", body, "admin")
        assert answer.status_code == 422, body
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_only_administrators_change_categories(shop: Shop) -> None:
    calls = [
        ("POST", "/categories", {"name": "Trees"}),
        ("PATCH", "/categories/gardening", {"name": "Trees"}),
        ("DELETE", "/categories/gardening", None),
        ("POST", "/categories/gardening/subcategories", {"name": "Trees"}),
        ("PATCH", "/categories/gardening/subcategories/lawn-mowing", {"name": "Trees"}),
        ("DELETE", "/categories/gardening/subcategories/lawn-mowing", None),
    ]
    before = await tree(shop)
    for method, path, body in calls:
        for user, status in ((None, 401), ("ana", 403)):
            answer = await shop.http.request(method, f"/catalog{path}", json=body, headers=shop.as_(user))
            assert answer.status_code == status, (method, path)
    assert await tree(shop) == before


async def test_what_is_not_there_is_404_and_an_empty_patch_422(shop: Shop) -> None:
    for path in ("/categories/nothing", "/categories/gardening/subcategories/nothing"):
        assert (await shop.patch(path, "root", {"name": "Trees"}, "admin")).status_code == 404
        assert (await shop.delete(path, "root", "admin")).status_code == 404
    answer = await shop.post("/categories/nothing/subcategories", "root", {"name": "Trees"}, "admin")
    assert answer.status_code == 404
    assert (await shop.patch("/categories/gardening", "root", {}, "admin")).status_code == 422


async def test_a_category_in_use_is_not_deleted(shop: Shop) -> None:
    service_id = await shop.draft(category="gardening", subcategory="lawn-mowing")
    for path in ("/categories/gardening", "/categories/gardening/subcategories/lawn-mowing"):
        answer = await shop.delete(path, "root", "admin")
        assert (answer.status_code, answer.json()["code"]) == (409, "category_in_use")
    await shop.patch(f"/services/{service_id}", "ana", {"subcategory": None})
    assert (await shop.delete("/categories/gardening/subcategories/lawn-mowing", "root", "admin")).status_code == 204
    assert (await shop.delete("/categories/gardening", "root", "admin")).status_code == 409
    await shop.delete(f"/services/{service_id}", "ana")
    assert (await shop.delete("/categories/gardening", "root", "admin")).status_code == 204


async def test_no_service_ever_ends_up_in_a_category_that_was_deleted(shop: Shop) -> None:
    """Creations and a deletion race: whoever comes second sees what the first did."""
    for turn in range(10):
        category = f"short-lived-{turn}"
        await shop.post("/categories", "root", {"name": category}, "admin")
        deletion, *creations = await asyncio.gather(
            shop.delete(f"/categories/{category}", "root", "admin"),
            *(shop.post("/services", "ana", shop.body(category=category)) for _ in range(3)),
        )
        made = [answer.status_code for answer in creations]
        assert set(made) <= {201, 422}
        assert deletion.status_code == (409 if 201 in made else 204)


async def test_a_category_that_is_held_cannot_be_deleted_meanwhile(shop: Shop) -> None:
    await shop.draft(category="gardening")  # held before: each hold must count, not only the first
    db = shop.service.app.state.runtime.db
    categories = shop.service.app.state.use_cases.categories
    async with db.client.start_session() as session:
        await session.start_transaction()
        await categories.hold("gardening", None, session)
        async with db.client.start_session() as other:
            await other.start_transaction()
            with pytest.raises(OperationFailure, match="WriteConflict"):
                await db["categories"].delete_one({"_id": "gardening"}, session=other)
        await session.abort_transaction()


async def test_ensuring_categories_leaves_those_that_are_there(shop: Shop) -> None:
    await shop.patch("/categories/gardening", "root", {"name": "Gardens"}, "admin")
    before = await tree(shop)
    await ensure_categories(shop.service.db, {"Gardening": ("Lawn mowing", "Ponds"), "Ice carving": ()})
    after = await tree(shop)
    assert after["gardening"]["name"] == "Gardens"
    assert [s["id"] for s in after["gardening"]["subcategories"]] == [
        *(s["id"] for s in before["gardening"]["subcategories"]),
        "ponds",
    ]
    assert after.keys() - before.keys() == {"ice-carving"}


async def test_taking_the_default_categories_back_keeps_those_in_use(shop: Shop) -> None:
    await shop.draft(category="gardening")
    while await migrations.down(shop.service.db, MIGRATIONS) != "0002_default_categories":
        continue
    assert list(await tree(shop)) == ["gardening"]
    await migrations.up(shop.service.db, MIGRATIONS)
    assert len(await tree(shop)) >= 12


async def test_what_administrators_do_to_them_is_kept(shop: Shop) -> None:
    await shop.post("/categories", "root", {"name": "Fencing", "position": 5}, "admin")
    await shop.patch("/categories/fencing", "root", {"name": "Fences"}, "admin")
    await shop.post("/categories/fencing/subcategories", "root", {"name": "Gates"}, "admin")
    await shop.patch("/categories/fencing/subcategories/gates", "rita", {"name": "Gates and doors"}, "admin")
    await shop.delete("/categories/fencing/subcategories/gates", "rita", "admin")
    await shop.delete("/categories/fencing", "rita", "admin")
    for refused in (
        await shop.post("/categories", "root", {"name": "Gardening"}, "admin"),
        await shop.delete("/categories/nothing", "root", "admin"),
        await shop.patch("/categories/nothing", "root", {"name": "Some"}, "admin"),
    ):
        assert refused.is_client_error
    first = (await shop.get("/admin/audit", "root", "admin", limit=4)).json()
    rest = (await shop.get("/admin/audit", "root", "admin", limit=4, cursor=first["next_cursor"])).json()
    told = [
        (change["action"], change["category_id"], change["subcategory_id"], change["details"], change["admin_id"])
        for change in [*first["items"], *rest["items"]]
    ]
    assert told == [
        ("delete", "fencing", None, {"name": "Fences"}, "rita"),
        ("delete_subcategory", "fencing", "gates", {}, "rita"),
        ("rename_subcategory", "fencing", "gates", {"name": "Gates and doors"}, "rita"),
        ("add_subcategory", "fencing", "gates", {"name": "Gates"}, "root"),
        ("edit", "fencing", None, {"name": "Fences"}, "root"),
        ("create", "fencing", None, {"name": "Fencing", "position": 5}, "root"),
    ]
    assert rest["next_cursor"] is None
    assert (await shop.get("/admin/audit", "ana")).status_code == 403
    assert (await shop.get("/admin/audit")).status_code == 401
