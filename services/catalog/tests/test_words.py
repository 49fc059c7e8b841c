"""Text search: slips, macrons, pages while things change, and the plans it runs by."""

from typing import Any

import pytest

from gigsta_catalog.crud import listing
from gigsta_catalog.schemas import ServiceQuery
from gigsta_common.vocabulary import Vocabulary

from .conftest import Collect, Shop

SERVICES = {
    "plumber": "Emergency plumber", "lessons": "Te reo Māori lessons", "whare": "Whare whakairo carving",
    "gardener": "Gardener by the hour", "lawn": "Lawn mowing", "photos": "Wedding photographer",
}  # fmt: skip

FINDS = [
    ("plumer", ["plumber"]), ("pulmber", ["plumber"]), ("emergancy plum", ["plumber"]), ("maori", ["lessons"]),
    ("Māori", ["lessons"]), ("Ma\u0304ori", ["lessons"]), ("maroi", ["lessons"]), ("whakario", ["whare"]),
    ("gardner", ["gardener"]), ("photogrpaher weding", ["photos"]), ("lawn", ["lawn"]), ("mow", ["lawn"]),
    ("lawn plumber", []), ("xyzzy", []), ("pl", ["plumber"]), ("ma$", ["lessons"]),
]  # fmt: skip


async def found(collect: Collect, **query: Any) -> list[str]:
    return [item["title"] for item in await collect("/services", **query)]


async def test_slips_are_forgiven_and_macrons_do_not_matter(shop: Shop, collect: Collect) -> None:
    for title in SERVICES.values():
        await shop.published(title=title, category="tutoring", description="Done.")
    for q, names in FINDS:
        assert await found(collect, q=q) == [SERVICES[name] for name in names], q


async def test_what_is_there_as_it_was_typed_is_not_taken_for_a_slip(shop: Shop, collect: Collect) -> None:
    await shop.published(title="Dawn yoga", description="Breathe.")
    await shop.published(title="Lawn mowing", description="Cut.")
    await shop.published(title="Lawns", description="Cut.")
    assert sorted(await found(collect, q="lawn")) == ["Lawn mowing", "Lawns"]


async def test_a_changed_title_is_found_by_its_new_words_only(shop: Shop, collect: Collect) -> None:
    service = await shop.published(title="Lawn mowing", description="Cut.")
    answer = await shop.patch(f"/services/{service}", "ana", {"title": "Hedges"})
    assert answer.status_code == 200, answer.text
    assert await found(collect, q="hedges") == ["Hedges"]
    assert await found(collect, q="mowing") == []


async def test_pages_stay_together_while_others_come(shop: Shop, collect: Collect) -> None:
    """Those that were there from the start are each shown once, whatever comes and goes between the pages."""
    there = set()
    for number in range(6):
        where = {"title": f"Lawn {number}"} if number < 3 else {"title": f"Other {number}", "description": "A lawn."}
        there.add(await shop.published(**where))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await shop.get("/services", q="lawn", limit=2, **cursor)).json()
        seen += [item["id"] for item in page["items"]]
        await shop.published(title="Lawn again")
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert there <= set(seen)
    assert len(seen) == len(set(seen))


async def test_the_text_index_of_old_is_gone(shop: Shop) -> None:
    assert "words" not in await shop.service.db["services"].index_information()


def stages(plan: Any) -> list[str]:
    """The names of all stages anywhere in what explain() says of the winning plans."""
    if isinstance(plan, list):
        return [name for part in plan for name in stages(part)]
    if not isinstance(plan, dict):
        return []
    own = [plan["stage"]] if isinstance(plan.get("stage"), str) else []
    return own + [name for key, part in plan.items() if key != "rejectedPlans" for name in stages(part)]


@pytest.mark.parametrize("query", [{"q": "lawn"}, {"q": "lawn", "category": "gardening"}, {"q": "lwan mowing"}, {}])
async def test_no_search_reads_the_whole_collection_or_sorts(shop: Shop, query: dict[str, Any]) -> None:
    for number in range(5):
        await shop.published(title=f"Lawn mowing {number}")
    db = shop.service.db
    asked = ServiceQuery(**query, limit=2)
    meanings = await Vocabulary(db).meanings(asked.q) if asked.q else None
    for pipeline in listing.pipelines(asked, None, meanings):
        command = {"aggregate": "services", "pipeline": pipeline, "cursor": {}}
        plan = await db.command("explain", command, verbosity="queryPlanner")
        assert "IXSCAN" in stages(plan)
        assert not {"COLLSCAN", "SORT"} & set(stages(plan)), stages(plan)
