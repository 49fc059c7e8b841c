"""Text search: slips, macrons, pages while things change, and the plans it runs by."""

import importlib
from typing import Any

import pytest

from gigsta_catalog.crud import listing
from gigsta_catalog.schemas import ServiceQuery
from gigsta_common.vocabulary import Vocabulary
from gigsta_common.words import slips

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


async def test_whoever_looks_for_a_cleaner_finds_cleaning(shop: Shop, collect: Collect) -> None:
    for title in ("Weekly house clean", "Window cleaning", "Painting a room", "Lawn mowing", "A cleaner for offices"):
        await shop.published(title=title, description="Done.")
    cleaning = ["A cleaner for offices", "Weekly house clean", "Window cleaning"]
    assert sorted(await found(collect, q="cleaners")) == cleaning
    assert sorted(await found(collect, q="cleaner")) == cleaning
    assert await found(collect, q="painter") == ["Painting a room"]
    assert await found(collect, q="lawn mower") == ["Lawn mowing"]


async def test_whom_the_home_page_names_is_found_by_that_name(shop: Shop, collect: Collect) -> None:
    titles = {"cleaners": "Weekly house clean", "gardeners": "Garden tidy-up", "tutors": "NCEA maths tutoring"}
    for title in titles.values():
        await shop.published(title=title, category="it-help", description="Done.")
    for q, title in titles.items():
        assert (await found(collect, q=q))[0] == title, q


async def test_what_has_a_hyphen_is_found_without_it(shop: Shop, collect: Collect) -> None:
    await shop.published(title="Home Wi-Fi tune-up", category="it-help", description="Done.")
    for q in ("wifi", "Wi-Fi", "wi fi", "home wifi", "tuneup"):
        assert await found(collect, q=q) == ["Home Wi-Fi tune-up"], q


MADE_UP = " ".join(f"garden{number:02}" for number in range(70))


async def test_made_up_words_do_not_stand_before_those_that_many_use(shop: Shop, collect: Collect) -> None:
    for number in range(2):
        await shop.published(title=f"Gardener {number}", description="Done.")
    await shop.published(title="Nothing", description=MADE_UP)
    assert sorted(await found(collect, q="garden"))[:2] == ["Gardener 0", "Gardener 1"]
    assert await found(collect, q="garden69") == ["Nothing"]


async def test_drafts_teach_nothing_and_what_is_taken_out_counts_no_more(shop: Shop) -> None:
    words = shop.service.db["vocabulary"]
    service = await shop.draft(title="Zither lessons", description="Done.")
    await shop.patch(f"/services/{service}", "ana", {"title": "Zithern lessons"})
    assert await words.find_one({"_id": {"$in": ["zither", "zithern"]}}) is None
    for action in ("publish", "archive", "publish"):
        assert (await shop.post(f"/services/{service}/{action}", "ana")).status_code == 200
    learnt = await words.find_one({"_id": "zithern"})
    assert learnt is not None
    assert learnt["uses"] == 1
    for title in ("Harp lessons", "Harp lessons"):
        await shop.patch(f"/services/{service}", "ana", {"title": title})
    uses = {word["_id"]: word["uses"] async for word in words.find({"_id": {"$in": ["zithern", "harp", "lessons"]}})}
    assert uses == {"zithern": 0, "harp": 1, "lessons": 1}


async def test_a_made_up_word_has_few_keys(shop: Shop) -> None:
    longest = "abcdefghijklmnopqrstuvwxyz012345"
    await Vocabulary(shop.service.db).learn([longest[:end] for end in range(1, len(longest) + 1)])
    keys = [len(row["spellings"]) + len(row["starts"]) async for row in shop.service.db["vocabulary"].find({})]
    assert len(keys) == len(longest)
    assert max(keys) <= 200


async def test_a_slip_is_compared_with_few_words_however_many_are_near(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight words of 18 letters, each near to 300 that were made up to be."""
    db = shop.service.db
    typed = [f"{first}bcdefghijklmnopqr" for first in "stuvwxyz"]
    near = [
        word[:3] + one + word[4:9] + other + word[10:]
        for word in typed
        for one in "0123456789ABCDEFGH"
        for other in "0123456789ABCDEFG"
    ]
    await Vocabulary(db).learn([*near, near[5]])
    compared: list[str] = []

    def counted(one: str, other: str) -> int | None:
        compared.append(other)
        return slips(one, other)

    monkeypatch.setattr("gigsta_common.vocabulary.slips", counted)
    await db.command("profile", 2)
    meanings = await Vocabulary(db).meanings(" ".join(typed))
    await db.command("profile", 0)
    assert near[5] in meanings[0]
    assert [len(meaning) > 1 for meaning in meanings] == [True] * 3 + [False] * 5
    assert {compared.count(word) for word in set(compared)} == {100}
    ran = await db["system.profile"].find({"command.find": "vocabulary"}).to_list()
    assert len(ran) == 8 + 3
    assert not [one["planSummary"] for one in ran if "COLLSCAN" in one["planSummary"] or one.get("hasSortStage")]
    assert max(one["keysExamined"] for one in ran) <= 1_000
    assert max(one["docsExamined"] for one in ran) <= 200


async def test_a_word_that_was_asked_for_a_moment_ago_is_not_looked_up_again(shop: Shop) -> None:
    """But when something new is taught here, at once; and where others teach it, when the moment is over."""
    db, time = shop.service.db, [0.0]
    here, there = (Vocabulary(db, now=lambda: time[0]) for _ in range(2))
    await here.learn(["lawn", "plumber"])
    await db.command("profile", 2)
    first = await here.meanings("law plumer")
    looked = await db["system.profile"].count_documents({"command.find": "vocabulary"})
    assert await here.meanings("plumer law") == first[::-1]
    assert here.uses(first) == 1, "and how many have them is known with it"
    assert await db["system.profile"].count_documents({"command.find": "vocabulary"}) == looked == 4
    await db.command("profile", 0)
    await there.meanings("law plumer")
    await here.learn(["lawyer", "plumes"])
    assert await here.meanings("law plumer") == [["law", "lawn", "lawyer"], ["plumer", "plumes", "plumber"]]
    await here.learn(["plumer"])
    assert await there.meanings("law plumer") == [["law", "lawn"], ["plumer", "plumber"]]
    time[0] += 10
    assert await there.meanings("law plumer") == [["law", "lawn", "lawyer"], ["plumer", "plumes"]]


async def test_a_lesson_that_comes_while_a_word_is_looked_up_is_not_missed(shop: Shop) -> None:
    words = Vocabulary(shop.service.db, now=lambda: 0.0)
    await words.learn(["lawn"])
    find = words._beginnings._find

    async def slowly(word: str) -> list[str]:
        found = await find(word)
        await words.learn(["lawyer"])
        return found

    words._beginnings._find = slowly
    assert await words.meanings("law") == [["law", "lawn"]]
    words._beginnings._find = find
    assert await words.meanings("law") == [["law", "lawn", "lawyer"]]


async def test_what_is_remembered_is_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gigsta_common.vocabulary._MOST_REMEMBERED", 3)
    words = Vocabulary(shop.service.db)
    for number in range(10):
        await words.meanings(f"word{number}")
    assert list(words._beginnings._answers) == ["word7", "word8", "word9"]


async def test_the_words_of_what_was_published_before_are_counted(shop: Shop) -> None:
    await shop.published(title="Lawn mowing", description="Done.")
    await shop.draft(title="Lawn edges", description="Done.")
    words = shop.service.db["vocabulary"]
    before = await words.find({}, sort=[("_id", 1)]).to_list()
    step = importlib.import_module("gigsta_catalog.migrations.0005_words_by_use")
    await step.down(shop.service.db)
    assert not await words.find({"starts": {"$exists": True}}).to_list()
    for _ in range(2):
        await step.up(shop.service.db)
    assert await words.find({}, sort=[("_id", 1)]).to_list() == before
    assert set(await words.index_information()) == {"_id_", "spellings_by_use", "starts_by_use"}
