"""Editing before publication; replies, reports and moderation after it."""

import asyncio
from typing import Any

import pytest

from gigsta_common.mongo import Database
from gigsta_ratings.crud.check import differences

from .conftest import Marketplace


async def both_rate(market: Marketplace, booking_id: str = "b1", stars: int = 4, **given: Any) -> tuple[str, str]:
    """The ids of the customer's and of the provider's rating, both published."""
    customer = given.get("customer_id", "cleo")
    await market.booking(booking_id, **given)
    said = await market.rate(customer, booking_id, stars, comment="Fine.")
    answered = await market.rate("pat", booking_id, 5)
    return str(said.json()["id"]), str(answered.json()["id"])


async def summary(market: Marketplace) -> tuple[int, float | None]:
    found = await market.get("/ratings/summary", provider_id="pat")
    return found["count"], found["average"]


async def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# -- editing


async def test_a_rating_is_edited_until_it_is_published_and_the_last_word_counts(market: Marketplace) -> None:
    await market.booking("b1")
    rating = (await market.rate("cleo", "b1", 1, comment="Bad.")).json()
    path = f"/ratings/{rating['id']}"
    edited = await market.post("cleo", path, {"stars": 5}, method="PATCH")
    assert edited.status_code == 200
    assert (edited.json()["stars"], edited.json()["comment"]) == (5, "Bad.")
    edited = await market.post("cleo", path, {"comment": None}, method="PATCH")
    assert (edited.json()["stars"], edited.json()["comment"]) == (5, None)
    assert edited.json()["edited_at"] == "2026-03-02T20:00:00Z"
    await market.rate("pat", "b1", 3)
    assert await summary(market) == (1, 5.0)
    late = await market.post("cleo", path, {"stars": 1}, method="PATCH")
    assert await problem(late) == (409, "rating_published")
    assert await summary(market) == (1, 5.0)


async def test_only_the_author_edits(market: Marketplace) -> None:
    await market.booking("b1")
    rating = (await market.rate("cleo", "b1", 4)).json()
    for user in ("pat", "zoe"):
        answer = await market.post(user, f"/ratings/{rating['id']}", {"stars": 1}, method="PATCH")
        assert await problem(answer) == (404, "rating_not_found")
    assert (await market.service.http.patch(f"/ratings/{rating['id']}", json={"stars": 1})).status_code == 401


@pytest.mark.parametrize("body", [{}, {"stars": None}, {"stars": 0}, {"stars": 6}, {"status": "published"}, []])
async def test_an_edit_that_does_not_validate_is_refused(market: Marketplace, body: Any) -> None:
    await market.booking("b1")
    rating = (await market.rate("cleo", "b1", 4)).json()
    answer = await market.post("cleo", f"/ratings/{rating['id']}", body, method="PATCH")
    assert await problem(answer) == (422, "validation_failed")


async def test_an_edit_that_races_the_publication_is_counted_as_it_is_shown(market: Marketplace) -> None:
    for n in range(12):
        await market.booking(f"b{n}")
        rating = (await market.rate("cleo", f"b{n}", 1)).json()
        answers = await asyncio.gather(
            market.post("cleo", f"/ratings/{rating['id']}", {"stars": 5}, method="PATCH"),
            market.rate("pat", f"b{n}", 3),
        )
        assert answers[0].status_code in (200, 409)
        assert answers[1].status_code == 201
    await right(market.service.db)


async def right(db: Database) -> None:
    assert (await differences(db))[1] == []


# -- what was said about oneself


async def test_either_party_sees_what_was_said_about_them_and_for_which_booking(market: Marketplace) -> None:
    said, answered = await both_rate(market)
    await market.booking("b2")
    assert (await market.rate("pat", "b2", 2)).status_code == 201
    (about_pat,) = (await market.get("/ratings/received", "pat"))["items"]
    assert (about_pat["id"], about_pat["booking_id"], about_pat["author_role"]) == (said, "b1", "customer")
    (about_cleo,) = (await market.get("/ratings/received", "cleo", booking_id="b1"))["items"]
    assert (about_cleo["id"], about_cleo["author_role"]) == (answered, "provider")
    assert (await market.get("/ratings/received", "cleo", booking_id="b2"))["items"] == []
    assert (await market.get("/ratings/received", "zoe", booking_id="b1"))["items"] == []


async def test_what_a_moderator_has_hidden_is_not_among_it(market: Marketplace) -> None:
    said, _ = await both_rate(market)
    hidden = await market.post("mo", f"/ratings/admin/{said}/hide", {"reason": "Abuse."}, "admin")
    assert hidden.status_code == 200
    assert (await market.get("/ratings/received", "pat"))["items"] == []


# -- replies


async def test_the_rated_party_replies_once_and_in_public(market: Marketplace) -> None:
    said, answered = await both_rate(market)
    reply = await market.post("pat", f"/ratings/{said}/reply", {"comment": " Thank you. "})
    assert reply.status_code == 201
    (shown,) = (await market.get("/ratings", provider_id="pat"))["items"]
    assert shown["reply"] == {"comment": "Thank you.", "created_at": "2026-03-02T20:00:00Z"}
    assert (await market.get("/ratings/mine", "cleo"))["items"][0]["reply"]["comment"] == "Thank you."
    again = await market.post("pat", f"/ratings/{said}/reply", {"comment": "And more."})
    assert await problem(again) == (409, "already_replied")
    assert (await market.post("cleo", f"/ratings/{answered}/reply", {"comment": "You too."})).status_code == 201


async def test_nobody_else_replies_and_not_before_it_is_out(market: Marketplace) -> None:
    said, _ = await both_rate(market)
    for user in ("cleo", "zoe"):
        answer = await market.post(user, f"/ratings/{said}/reply", {"comment": "Hm."})
        assert await problem(answer) == (403, "not_about_you")
    await market.booking("b2")
    waiting = (await market.rate("cleo", "b2", 1)).json()["id"]
    answer = await market.post("pat", f"/ratings/{waiting}/reply", {"comment": "Hm."})
    assert await problem(answer) == (404, "rating_not_found")


async def test_of_many_replies_at_once_one_is_taken(market: Marketplace) -> None:
    said, _ = await both_rate(market)
    replies = [market.post("pat", f"/ratings/{said}/reply", {"comment": str(n)}) for n in range(8)]
    assert sorted(a.status_code for a in await asyncio.gather(*replies)) == [201] + [409] * 7


async def test_the_author_is_told_of_the_reply(market: Marketplace) -> None:
    said, _ = await both_rate(market)
    await market.post("pat", f"/ratings/{said}/reply", {"comment": "Thank you."})
    await market.service.settle()
    published, replied = [e for e in market.service.published if e.subject == said]
    assert (replied.name, replied.data["author_id"], replied.data["comment"]) == (
        "rating.replied",
        "cleo",
        "Thank you.",
    )
    assert replied.sequence > published.sequence


async def test_reporters_are_told_what_was_decided(market: Marketplace) -> None:
    said, _ = await both_rate(market)
    for user in ("pat", "zoe"):
        await market.post(user, f"/ratings/{said}/report", {"reason": "I do not like it."})
    dismissed = await market.decide(said, "dismiss", "It is fair.")
    assert dismissed.json()["open_reports"] == 0
    await market.service.settle()
    told = market.service.published[-1]
    assert (told.name, told.data["verdict"]) == ("rating.reports_decided", "dismissed")
    assert sorted(told.data["reporter_ids"]) == ["pat", "zoe"]


# -- reports


async def test_each_user_reports_a_rating_once_and_moderators_see_all(market: Marketplace) -> None:
    said, _ = await both_rate(market)
    report = {"reason": "This is not about me."}
    answer = await market.post("pat", f"/ratings/{said}/report", report)
    assert (answer.status_code, answer.json()["rating_id"]) == (201, said)
    assert await problem(await market.post("pat", f"/ratings/{said}/report", report)) == (409, "already_reported")
    assert await problem(await market.post("cleo", f"/ratings/{said}/report", report)) == (403, "own_rating")
    assert (await market.post("zoe", f"/ratings/{said}/report", report)).status_code == 201
    listed = await market.post("mo", "/ratings/admin/reports", None, "admin", method="GET")
    (item,) = listed.json()["items"]
    assert (item["id"], item["open_reports"], item["comment"]) == (said, 2, "Fine.")
    assert {r["reporter_id"] for r in item["reports"]} == {"pat", "zoe"}


async def test_what_nobody_may_see_is_not_reported(market: Marketplace) -> None:
    await market.booking("b1")
    waiting = (await market.rate("cleo", "b1", 1)).json()["id"]
    for rating_id in (waiting, "nothing"):
        answer = await market.post("pat", f"/ratings/{rating_id}/report", {"reason": "Bad."})
        assert await problem(answer) == (404, "rating_not_found")
    assert await market.service.db["reports"].count_documents({}) == 0


@pytest.mark.parametrize("user", ["cleo", "pat"])
async def test_moderation_is_for_administrators(market: Marketplace, user: str) -> None:
    said, _ = await both_rate(market)
    answers = [await market.post(user, "/ratings/admin/reports", None, method="GET")]
    decisions = [f"/ratings/admin/{said}/{decision}" for decision in ("hide", "restore", "dismiss")]
    answers += [await market.post(user, path, {"reason": "Mine."}) for path in decisions]
    assert {a.status_code for a in answers} == {403}
    assert await summary(market) == (1, 4.0)


# -- moderation


async def test_a_hidden_rating_leaves_lists_and_summaries_and_comes_back_whole(market: Marketplace) -> None:
    said, _ = await both_rate(market, stars=2)
    await both_rate(market, "b2", stars=4)
    await market.post("pat", f"/ratings/{said}/report", {"reason": "Rude."})
    hidden = await market.decide(said, "hide", "It is rude.")
    assert (hidden.status_code, hidden.json()["status"], hidden.json()["open_reports"]) == (200, "hidden", 0)
    assert [r["status"] for r in hidden.json()["reports"]] == ["upheld"]
    assert await summary(market) == (1, 4.0)
    assert [r["stars"] for r in (await market.get("/ratings", provider_id="pat"))["items"]] == [4]
    assert (await market.get("/ratings/mine", "cleo", booking_id="b1"))["items"][0]["status"] == "hidden"
    assert await problem(await market.post("zoe", f"/ratings/{said}/report", {"reason": "x"})) == (
        404,
        "rating_not_found",
    )
    listed = await market.post("mo", "/ratings/admin/reports?status=hidden", None, "admin", method="GET")
    assert [item["id"] for item in listed.json()["items"]] == [said]

    restored = await market.decide(said, "restore", "It was a quotation.")
    assert await summary(market) == (2, 3.0)
    trail = [(e["action"], e["actor_id"], e["reason"]) for e in restored.json()["history"]]
    assert trail == [("hide", "mo", "It is rude."), ("restore", "mo", "It was a quotation.")]
    await market.service.settle()
    told = [e for e in market.service.published if e.subject == said]
    (decided,) = [e for e in told if e.name == "rating.reports_decided"]
    assert (decided.data["reporter_ids"], decided.data["verdict"]) == (["pat"], "upheld")
    assert [e.sequence for e in told] == sorted({e.sequence for e in told})
    told.remove(decided)
    assert [e.name for e in told] == ["rating.published", "rating.hidden", "rating.restored"]
    assert [e.data["provider_summary"]["count"] for e in told] == [1, 1, 2]
    versions = [e.data["provider_summary"]["version"] for e in told]
    assert versions == sorted(set(versions))
    assert [e.sequence for e in told] == sorted({e.sequence for e in told})
    await right(market.service.db)


async def test_dismissing_answers_the_reports_and_leaves_the_rating(market: Marketplace) -> None:
    said, _ = await both_rate(market)
    assert await problem(await market.decide(said, "dismiss")) == (409, "action_not_available")
    await market.post("pat", f"/ratings/{said}/report", {"reason": "I do not like it."})
    dismissed = await market.decide(said, "dismiss", "It is fair.")
    assert [r["status"] for r in dismissed.json()["reports"]] == ["dismissed"]
    assert await summary(market) == (1, 4.0)
    listed = await market.post("mo", "/ratings/admin/reports", None, "admin", method="GET")
    assert listed.json()["items"] == []
    assert await problem(await market.post("pat", f"/ratings/{said}/report", {"reason": "No."})) == (
        409,
        "already_reported",
    )


async def test_what_cannot_be_decided_says_why(market: Marketplace) -> None:
    said, _ = await both_rate(market)
    assert await problem(await market.decide(said, "restore")) == (409, "action_not_available")
    assert await problem(await market.decide("nothing", "hide")) == (404, "rating_not_found")
    assert (await market.decide(said, "praise")).status_code == 422
    assert (await market.decide(said, "hide", " ")).status_code == 422
    await market.decide(said, "hide")
    assert await problem(await market.decide(said, "hide")) == (409, "action_not_available")


async def test_moderators_who_decide_at_once_decide_once(market: Marketplace) -> None:
    said, _ = await both_rate(market)
    answers = await asyncio.gather(*(market.decide(said, "hide") for _ in range(8)))
    assert sorted(a.status_code for a in answers) == [200] + [409] * 7
    assert await summary(market) == (0, None)
    assert (await market.get("/ratings/summary", user_id="cleo"))["count"] == 1
    await right(market.service.db)


async def test_reported_ratings_come_in_pages(market: Marketplace) -> None:
    for n in range(5):
        said, _ = await both_rate(market, f"b{n}")
        await market.post("pat", f"/ratings/{said}/report", {"reason": "x"})
    seen: list[str] = []
    path = "/ratings/admin/reports?limit=2"
    cursor: str | None = ""
    while cursor is not None:
        page = (
            await market.post("mo", f"{path}&cursor={cursor}" if cursor else path, None, "admin", method="GET")
        ).json()
        seen += [item["booking_id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == [f"b{n}" for n in range(5)]


async def test_the_check_finds_a_summary_that_is_wrong(market: Marketplace) -> None:
    await both_rate(market)
    db = market.service.db
    assert await differences(db) == (3, [])
    await db["summaries"].update_one({"_id": "provider:pat"}, {"$inc": {"count": 1}})
    await db["summaries"].delete_one({"_id": "customer:cleo"})
    total, wrong = await differences(db)
    assert (total, [line.split()[0] for line in wrong]) == (3, ["customer:cleo", "provider:pat"])
