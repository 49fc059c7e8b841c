"""Lists by party, role, status, date and text, in pages; each served by the index that is meant for it."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gigsta_bookings import search
from gigsta_bookings.models import Actor, Booking, Cancellation, Money, Proposal, stored
from gigsta_common.mongo import Database
from gigsta_common.testing.service import TestService

from .conftest import Market
from .test_lifecycle_table import booking as example

START = datetime(2026, 3, 1, tzinfo=UTC)
STATUSES = ("pending", "confirmed", "completed", "cancelled", "expired")
TITLES = ("Hedge trimming", "House cleaning", "Māori translation", "Hedge removal", "Drain unblocking")
PEOPLE = ("customer-1", "customer-2", "provider-1", "provider-2")


async def filled(service: TestService, count: int = 240, moments: int = 60) -> list[Booking]:
    """Bookings between four people, many at the same moments."""
    dice = random.Random(20260302)
    made = []
    for number in range(count):
        customer, provider = dice.sample(PEOPLE, 2)
        starts_at = START + timedelta(hours=dice.randrange(200), milliseconds=dice.randrange(moments))
        facts = {
            "_id": f"b{number:04}-{dice.randrange(1000)}",
            "customer_id": customer,
            "customer_name": customer.title(),
            "provider_id": provider,
            "service_title": dice.choice(TITLES),
            "created_at": START - timedelta(minutes=dice.randrange(moments)),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
        }
        made.append(example(dice.choice(STATUSES), **facts))
    await keep(service.db, made)
    return made


async def keep(db: Database, made: list[Booking]) -> None:
    await db["bookings"].insert_many([stored(b) | {"words": search.words_of(b), "wake_at": None} for b in made])


async def lists_in(db: Database) -> list[dict[str, Any]]:
    """What was profiled of lists, which name their index; the outbox and the clock look at bookings, too."""
    return await db["system.profile"].find({"command.find": "bookings", "command.hint": {"$type": "string"}}).to_list()


async def walk(market: Market, who: str, params: dict[str, Any], *roles: str) -> list[str]:
    """All pages, to the end."""
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        answer = await market.as_user(who, "GET", "/bookings", *roles, params=params | {"limit": 7} | cursor)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return seen
        cursor = {"cursor": page["next_cursor"]}


def sort_key(order: str) -> Any:
    return lambda b: (b.created_at if order == "-created_at" else b.starts_at, b.id)


@pytest.mark.parametrize("role", [None, "customer", "provider"])
@pytest.mark.parametrize("statuses", [[], ["pending"], ["confirmed", "completed"]])
@pytest.mark.parametrize("order", [None, "-created_at", "starts_at", "-starts_at"])
async def test_pages_hold_what_was_asked_for_in_order(
    market: Market, role: str | None, statuses: list[str], order: str | None
) -> None:
    made = await filled(market.service)
    params: dict[str, Any] = {"status": statuses} if statuses else {}
    params |= {"role": role} if role else {}
    params |= {"sort": order} if order else {}
    seen = await walk(market, "customer-1", params)
    used = order or "-created_at"
    expected = [
        b
        for b in made
        if "customer-1"
        in {None: (b.customer_id, b.provider_id), "customer": (b.customer_id,)}.get(role, (b.provider_id,))
        and (not statuses or b.status in statuses)
    ]
    expected.sort(key=sort_key(used), reverse=used.startswith("-"))
    assert expected
    assert seen == [b.id for b in expected]


@pytest.mark.parametrize("order", [None, "-starts_at"])
async def test_between_dates(market: Market, order: str | None) -> None:
    made = await filled(market.service)
    start, end = START + timedelta(hours=50), START + timedelta(hours=120)
    params = {"from": start.isoformat(), "to": end.isoformat()} | ({"sort": order} if order else {})
    seen = await walk(market, "provider-2", params)
    expected = [b for b in made if "provider-2" in (b.customer_id, b.provider_id) and start <= b.starts_at < end]
    expected.sort(key=sort_key("starts_at"), reverse=order is not None)
    assert expected
    assert seen == [b.id for b in expected]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("hedge", {"Hedge trimming", "Hedge removal"}),
        ("HEDGE trim", {"Hedge trimming"}),
        ("maori", {"Māori translation"}),
        ("Māo", {"Māori translation"}),
        ("cleaning hou", {"House cleaning"}),
        ("unblockingly", {"Drain unblocking"}),  # only the first letters count
        ("edge", set()),
        ("$where", set()),
    ],
)
async def test_by_text(market: Market, text: str, titles: set[str]) -> None:
    made = await filled(market.service)
    seen = await walk(market, "customer-2", {"q": text, "status": ["pending", "completed"]})
    mine = [b for b in made if "customer-2" in (b.customer_id, b.provider_id)]
    expected = [b for b in mine if b.service_title in titles and b.status in ("pending", "completed")]
    expected.sort(key=sort_key("-created_at"), reverse=True)
    assert seen == [b.id for b in expected]


async def test_by_the_name_of_the_other_side(market: Market) -> None:
    await market.book("zoe-zealous", days=2)
    await market.book("adam-ant", days=3)
    found = (await market.as_provider("GET", "/bookings", params={"q": "zeal"})).json()["items"]
    assert [item["customer"]["id"] for item in found] == ["zoe-zealous"]


async def test_a_list_says_which_time_is_proposed_and_what_cancelling_cost(market: Market) -> None:
    new_time = {"starts_at": START, "ends_at": START + timedelta(hours=1)}
    proposal = Proposal(by=Actor.CUSTOMER, proposed_at=START, version=3, **new_time)
    cancellation = Cancellation(refund_percent=50, fee=Money(amount=4250, currency="NZD"))
    facts = {"customer_id": "customer-1"}
    await keep(
        market.service.db,
        [
            example("confirmed", **facts, _id="b1", proposal=proposal),
            example("cancelled", **facts, _id="b2", cancellation=cancellation),
        ],
    )
    answer = await market.as_user("customer-1", "GET", "/bookings")
    found = {item["id"]: (item["proposal"], item["cancellation"]) for item in answer.json()["items"]}
    assert found["b1"][0]["by"] == "customer"
    assert datetime.fromisoformat(found["b1"][0]["starts_at"]) == START
    assert found["b1"][1] is None
    assert found["b2"] == (None, {"refund_percent": 50, "fee": {"amount": 4250, "currency": "NZD"}})


async def test_an_administrator_lists_everybodys_or_one_users(market: Market) -> None:
    made = await filled(market.service)
    everybody = await walk(market, "admin-1", {"role": "admin"}, "admin")
    assert len(everybody) == len(made)
    theirs = await walk(market, "admin-1", {"role": "admin", "user_id": "customer-1", "q": "hedge"}, "admin")
    assert set(theirs) == {
        b.id for b in made if "customer-1" in (b.customer_id, b.provider_id) and b.service_title.startswith("Hedge")
    }
    assert (await market.as_customer("GET", "/bookings?role=admin&user_id=customer-2")).status_code == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"q": "hedge", "sort": "starts_at"}, "sort"),
        ({"from": "2026-03-02T00:00:00Z", "sort": "-created_at"}, "sort"),
        ({"q": "-"}, "q"),
        ({"user_id": "customer-2"}, "user_id"),
        ({"sort": "price"}, "sort"),
        ({"from": "2026-3-2"}, "from"),
        ({"cursor": "bm90aGluZw"}, "cursor"),
    ],
)
async def test_what_makes_no_sense_names_the_field(market: Market, query: dict[str, str], field: str) -> None:
    answer = await market.as_customer("GET", "/bookings", params=query)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_no_list_examines_more_than_it_shows(market: Market) -> None:
    """As MongoDB explains it: the keys looked at follow the length of the page, not the number of bookings."""
    await filled(market.service, 2000, moments=1_000_000)
    profiled = market.service.db
    await profiled.command("profile", 2)
    queries: list[dict[str, Any]] = [
        {"role": "customer"},
        {"role": "customer", "status": "pending"},
        {"role": "provider", "sort": "-starts_at"},
        {"role": "provider", "from": (START + timedelta(hours=100)).isoformat()},
        {"role": "customer", "q": "hedge"},
    ]
    for params in queries:
        first = (await market.as_user("customer-1", "GET", "/bookings", params=params | {"limit": 5})).json()
        await market.as_user(
            "customer-1", "GET", "/bookings", params=params | {"limit": 5, "cursor": first["next_cursor"]}
        )
    await profiled.command("profile", 0)
    looked = [entry for entry in await lists_in(profiled) if entry["command"].get("limit") == 5 + 1]
    # Each page is one question. The driver asks one again whose answer it did not get, and both are profiled.
    questions = {str((entry["command"]["hint"], entry["command"]["filter"])) for entry in looked}
    assert len(questions) == 2 * len(queries), looked
    for entry in looked:
        # the five, one more to know if a page follows, and the one that the cursor names
        assert entry["docsExamined"] <= 7, entry
        assert entry["keysExamined"] <= 7 + 2 * 13, entry  # at most two more in each status
        assert not entry.get("hasSortStage"), entry


@pytest.mark.parametrize("text", ["trimming zoe", "zoe trimming", "hedge trimming zo"])
async def test_a_rare_word_beside_a_frequent_one_is_found_at_once(market: Market, text: str) -> None:
    """The index is entered by the word that few bookings have, whichever is named first and whichever is longer."""
    alike = {"provider_id": "provider-1", "service_title": "Hedge trimming"}
    db = market.service.db
    await keep(
        db,
        [
            example("pending", **alike, customer_name="Zoe" if n == 7 else "Charlie", _id=f"b{n:04}")
            for n in range(1500)
        ],
    )
    await db.command("profile", 2)
    found = (await market.as_provider("GET", "/bookings", params={"role": "provider", "q": text})).json()["items"]
    await db.command("profile", 0)
    assert [item["id"] for item in found] == ["b0007"]
    [entry] = await lists_in(db)
    assert (entry["docsExamined"], entry["keysExamined"]) == (1, 1)
    counted = await db["system.profile"].find({"command.aggregate": "bookings"}).to_list()
    assert len(counted) == len(text.split())
    assert all(count["keysExamined"] <= 501 and count["docsExamined"] == 0 for count in counted)


async def test_a_word_in_a_period_with_few_bookings_is_found_at_once(market: Market) -> None:
    """However many have the word, and however many bookings there are in all."""
    alike = {"provider_id": "provider-1", "service_title": "Hedge trimming"}
    made = [
        example("pending", **alike, _id=f"b{n:04}", starts_at=START + timedelta(hours=n), created_at=START)
        for n in range(1500)
    ]
    db = market.service.db
    await keep(db, made)
    period = {"from": (START + timedelta(hours=700)).isoformat(), "to": (START + timedelta(hours=703)).isoformat()}
    await db.command("profile", 2)
    params = {"role": "provider", "q": "hedge", "limit": 2} | period
    first = (await market.as_provider("GET", "/bookings", params=params)).json()
    rest = (await market.as_provider("GET", "/bookings", params=params | {"cursor": first["next_cursor"]})).json()
    await db.command("profile", 0)
    assert [item["id"] for item in first["items"] + rest["items"]] == ["b0702", "b0701", "b0700"]
    looked = await lists_in(db)
    assert [entry["docsExamined"] <= 3 and entry["keysExamined"] <= 3 + 2 * 13 for entry in looked] == [True, True]
    whole = await walk(market, "provider-1", {"q": "hedge", "from": START.isoformat()})
    assert len(whole) == 1500
