"""The life of a service, over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any

from gigsta_common.clock import ManualClock
from gigsta_common.events import ServiceChanged

from .conftest import Shop


async def test_an_approved_provider_writes_a_draft(shop: Shop, clock: ManualClock) -> None:
    body = shop.body(subcategory="garden-clean-up", buffer_minutes=15, instant_book=True, service_radius_km=12.5)
    answer = await shop.post("/services", "ana", body)
    assert answer.status_code == 201
    created = answer.json()
    now = clock.now().isoformat().replace("+00:00", "Z")
    assert created == {
        **body,
        "id": created["id"],
        "version": 1,
        "status": "draft",
        "provider_id": "ana",
        "provider_name": "Ana's Gardens",
        "location": {**body["location"], "suburb": "Auckland", "approximate": False},
        "images": [],
        "rating": {"average": None, "weighted": None, "count": 0},
        "created_at": now,
        "updated_at": now,
        "permissions": ["edit", "publish", "delete"],
        "moderation": [],
    }
    stored = await shop.service.db["services"].find_one({"_id": created["id"]})
    assert stored is not None
    assert stored["location"]["point"] == {"type": "Point", "coordinates": [174.7633, -36.8485]}
    assert shop.service.published_names() == []


BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"title": "  "}, "title"),
    ({"title": "x" * 121}, "title"),
    ({"title": 5}, "title"),
    ({"title": "See https://evil.example"}, "title"),
    ({"title": "Lawns at evil.example/pay"}, "title"),
    ({"title": "Lawns \u202e"}, "title"),
    ({"location": {"address": "1 Queen\u200b St", "lat": 0, "lng": 0}}, "location.address"),
    ({"category": "nothing-like-it"}, "category"),
    ({"category": {"$ne": ""}}, "category"),
    ({"subcategory": "drains"}, "subcategory"),
    ({"price": {"amount": -1, "currency": "NZD"}}, "price.amount"),
    ({"price": {"amount": 2**70, "currency": "NZD"}}, "price.amount"),
    ({"price": {"amount": 10.5, "currency": "NZD"}}, "price.amount"),
    ({"price": {"amount": True, "currency": "NZD"}}, "price.amount"),
    ({"price": {"amount": 100, "currency": "nzd"}}, "price.currency"),
    ({"price": {"amount": 100, "currency": "NZD", "tax": 15}}, "price.tax"),
    ({"duration_minutes": 4}, "duration_minutes"),
    ({"duration_minutes": 1441}, "duration_minutes"),
    ({"buffer_minutes": -5}, "buffer_minutes"),
    ({"instant_book": "yes"}, "instant_book"),
    ({"location": {"address": "x", "lat": 90.1, "lng": 0}}, "location.lat"),
    ({"location": {"address": "x", "lat": 0, "lng": -180.1}}, "location.lng"),
    ({"location": {"address": "x", "lat": "1", "lng": 0}}, "location.lat"),
    ({"service_radius_km": 0.09}, "service_radius_km"),
    ({"service_radius_km": "5"}, "service_radius_km"),
    ({"status": "published"}, "status"),
    ({"provider_id": "bob"}, "provider_id"),
]


async def test_a_payload_that_makes_no_sense_is_422_and_names_the_field(shop: Shop) -> None:
    service_id = await shop.draft()
    for change, field in BAD_FIELDS:
        for answer in (
            await shop.post("/services", "ana", shop.body(**change)),
            await shop.patch(f"/services/{service_id}", "ana", change),
        ):
            assert answer.status_code == 422, change
            assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await shop.service.db["services"].count_documents({"version": 1}) == 1


async def test_numbers_and_texts_that_are_none_are_refused(shop: Shop) -> None:
    service_id = await shop.draft()
    headers = shop.as_("ana") | {"Content-Type": "application/json"}
    for literal in ("NaN", "Infinity", '"\\ud800"'):
        body = f'{{"address": "x", "lat": {literal}, "lng": {literal}}}'
        for content in (f'{{"location": {body}}}', f'{{"title": {literal}}}'):
            answer = await shop.http.patch(f"/catalog/services/{service_id}", content=content, headers=headers)
            assert answer.status_code == 422, content


async def test_who_is_not_approved_cannot_offer_services(shop: Shop) -> None:
    answer = await shop.post("/services", "bob", shop.body(), "user", "provider")
    assert (answer.status_code, answer.json()["code"]) == (403, "provider_not_approved")
    assert "Apply" in answer.json()["detail"]
    await shop.reject("bob")
    answer = await shop.post("/services", "bob", shop.body(), "user", "provider")
    assert "Apply again" in answer.json()["detail"]
    assert (await shop.post("/services", None, shop.body())).status_code == 401


async def test_whoever_has_applied_again_is_not_told_to_and_needs_no_new_token(shop: Shop) -> None:
    await shop.reject("bob", sequence=1)
    await shop.apply("bob", sequence=2)
    await shop.reject("bob", sequence=1)
    answer = await shop.post("/services", "bob", shop.body(), "user", "provider")
    assert (answer.status_code, answer.json()["code"]) == (403, "provider_not_approved")
    assert "has not been decided yet" in answer.json()["detail"]
    assert (await shop.get("/providers/bob")).status_code == 404
    await shop.approve("bob", sequence=3)
    await shop.apply("bob", sequence=2)
    answer = await shop.post("/services", "bob", shop.body(), "user", "provider")
    assert answer.status_code == 201, "with the token of before"


async def test_publish_edit_archive_and_publish_again_each_tell_the_others(shop: Shop, clock: ManualClock) -> None:
    service_id = await shop.draft()
    await shop.patch(f"/services/{service_id}", "ana", {"title": "Hedges"})
    clock.advance(timedelta(minutes=1))
    published = (await shop.post(f"/services/{service_id}/publish", "ana")).json()
    assert (published["status"], published["version"]) == ("published", 3)
    assert published["permissions"] == ["edit", "archive"]
    await shop.patch(f"/services/{service_id}", "ana", {"price": {"amount": 100, "currency": "AUD"}})
    archived = (await shop.post(f"/services/{service_id}/archive", "ana")).json()
    assert archived["permissions"] == ["edit", "publish"]
    await shop.patch(f"/services/{service_id}", "ana", {"title": "Hedges and lawns"})
    again = (await shop.post(f"/services/{service_id}/publish", "ana")).json()
    assert (again["status"], again["version"]) == ("published", 7)

    await shop.service.settle()
    events = [event for event in shop.service.published if event.subject == service_id]
    assert [(event.name, event.sequence) for event in events] == [
        ("service.published", 3),
        ("service.updated", 4),
        ("service.archived", 5),
        ("service.published", 7),
    ]
    first, updated, gone, back = (ServiceChanged.model_validate(event.data) for event in events)
    assert first.model_dump(mode="json") == {
        "service_id": service_id,
        "provider_name": "Ana's Gardens",
        "provider_id": "ana",
        "subcategory": None,
        "buffer_minutes": 0,
        "instant_book": False,
        "service_radius_km": None,
        "status": "published",
        "changed_at": published["updated_at"],
        "image": None,
        "area": {"name": "Auckland", "lat": -36.85, "lng": 174.76},
        **shop.body(title="Hedges"),
    }
    assert (updated.price.amount, updated.price.currency) == (100, "AUD")
    assert (gone.status, back.status, back.title) == ("archived", "published", "Hedges and lawns")

    stored = await shop.service.db["services"].find_one({"_id": service_id})
    assert stored is not None
    moves = [(entry["action"], entry["from"], entry["to"], entry["version"]) for entry in stored["history"]]
    assert moves == [
        ("publish", "draft", "published", 3),
        ("archive", "published", "archived", 5),
        ("publish", "archived", "published", 7),
    ]
    assert stored["outbox"] == []


async def test_others_learn_the_suburb_and_not_the_address(shop: Shop) -> None:
    service_id = await shop.published(
        location={"address": "1 Queen St, Parnell, Auckland", "lat": -36.8567, "lng": 174.7812}
    )
    named = {"address": "The barn", "suburb": "Coatesville", "lat": -36.7, "lng": 174.6}
    other_id = await shop.published(location=named)
    for user in (None, "bob"):
        seen = (await shop.get(f"/services/{service_id}", user)).json()["location"]
        assert seen == {
            "address": None, "suburb": "Parnell, Auckland", "lat": -36.86, "lng": 174.78, "approximate": True,
        }  # fmt: skip
        assert (await shop.get(f"/services/{other_id}", user)).json()["location"]["suburb"] == "Coatesville"
        for path in ("/services", "/providers/ana"):
            text = (await shop.get(path, user)).text
            assert "Queen St" not in text
            assert "36.8567" not in text
    for user, role in (("ana", "user"), ("root", "admin")):
        seen = (await shop.get(f"/services/{service_id}", user, role)).json()["location"]
        assert (seen["address"], seen["lat"], seen["approximate"]) == ("1 Queen St, Parnell, Auckland", -36.8567, False)


async def test_what_is_illegal_now_is_409_and_says_why(shop: Shop) -> None:
    service_id = await shop.draft()

    async def refused(method: str, path: str = "") -> str:
        answer = await shop.http.request(method, f"/catalog/services/{service_id}{path}", headers=shop.as_("ana"))
        assert (answer.status_code, answer.json()["code"]) == (409, "action_not_available")
        return str(answer.json()["detail"])

    assert "draft can be deleted" in await refused("POST", "/archive")
    await shop.post(f"/services/{service_id}/publish", "ana")
    assert "published already" in await refused("POST", "/publish")
    assert "archive a published service instead" in await refused("DELETE")
    await shop.post(f"/services/{service_id}/archive", "ana")
    assert "archived already" in await refused("POST", "/archive")
    assert "kept" in await refused("DELETE")


async def test_a_draft_can_be_deleted(shop: Shop) -> None:
    service_id = await shop.draft()
    assert (await shop.delete(f"/services/{service_id}", "ana")).status_code == 204
    assert (await shop.delete(f"/services/{service_id}", "ana")).status_code == 404
    assert (await shop.get(f"/services/{service_id}", "ana")).status_code == 404


async def test_a_patch_changes_only_what_it_names(shop: Shop) -> None:
    service_id = await shop.draft(subcategory="lawn-mowing", service_radius_km=5)
    before = (await shop.get(f"/services/{service_id}", "ana")).json()
    after = (await shop.patch(f"/services/{service_id}", "ana", {"service_radius_km": None})).json()
    assert after == {**before, "service_radius_km": None, "version": 2}


async def test_a_patch_with_nothing_in_it_is_422(shop: Shop) -> None:
    service_id = await shop.draft()
    nothing: list[dict[str, Any]] = [{}, {"version": 1}, {"title": None}, {"price": None}, {"location": None}]
    for body in nothing:
        assert (await shop.patch(f"/services/{service_id}", "ana", body)).status_code == 422


async def test_a_patch_of_a_stale_version_is_409(shop: Shop) -> None:
    service_id = await shop.draft()
    assert (await shop.patch(f"/services/{service_id}", "ana", {"title": "A", "version": 1})).status_code == 200
    answer = await shop.patch(f"/services/{service_id}", "ana", {"title": "B", "version": 1})
    assert (answer.status_code, answer.json()["code"], answer.json()["version"]) == (409, "version_conflict", 2)


async def test_a_new_category_needs_a_subcategory_of_its_own(shop: Shop) -> None:
    service_id = await shop.published(subcategory="lawn-mowing")
    answer = await shop.patch(f"/services/{service_id}", "ana", {"category": "plumbing"})
    assert [error["field"] for error in answer.json()["errors"]] == ["subcategory"]
    moved = await shop.patch(f"/services/{service_id}", "ana", {"category": "plumbing", "subcategory": "drains"})
    assert (moved.json()["category"], moved.json()["subcategory"]) == ("plumbing", "drains")
    await shop.service.settle()
    assert shop.service.published[-1].data["category"] == "plumbing"


async def test_others_see_what_is_published_and_change_nothing(shop: Shop) -> None:
    await shop.approve("bob")
    draft, published = await shop.draft(), await shop.published()
    calls: list[tuple[str, str, Any]] = [
        ("PATCH", "", {"title": "Mine now"}),
        ("DELETE", "", None),
        ("POST", "/publish", None),
        ("POST", "/archive", None),
    ]
    for user, roles in (("bob", ["user", "provider"]), ("root", ["admin"])):
        hidden = 200 if user == "root" else 404
        assert (await shop.get(f"/services/{draft}", user, *roles)).status_code == hidden
        seen = await shop.get(f"/services/{published}", user, *roles)
        assert (seen.status_code, seen.json()["permissions"]) == (200, [])
        for method, path, body in calls:
            for service_id, status in ((draft, 403 if user == "root" else 404), (published, 403)):
                answer = await shop.http.request(
                    method, f"/catalog/services/{service_id}{path}", json=body, headers=shop.as_(user, *roles)
                )
                assert answer.status_code == status, (user, method, path)
    for method, path, body in calls:
        answer = await shop.http.request(method, f"/catalog/services/{published}{path}", json=body)
        assert answer.status_code == 401
    assert (await shop.get(f"/services/{draft}")).status_code == 404
    assert (await shop.get(f"/services/{published}")).json()["title"] == "Garden clean-up"


async def test_a_provider_who_was_rejected_later_can_archive_but_not_publish(shop: Shop) -> None:
    published, draft = await shop.published(), await shop.draft()
    await shop.reject("ana", sequence=2)
    assert (await shop.get(f"/services/{draft}", "ana")).json()["permissions"] == ["edit", "delete"]
    answer = await shop.post(f"/services/{draft}/publish", "ana")
    assert (answer.status_code, answer.json()["code"]) == (403, "provider_not_approved")
    assert (await shop.post(f"/services/{published}/archive", "ana")).status_code == 200


async def test_the_same_request_twice_makes_one_service(shop: Shop) -> None:
    headers = shop.as_("ana") | {"Idempotency-Key": "key-1"}
    first, second = [await shop.http.post("/catalog/services", json=shop.body(), headers=headers) for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    # As if the first had died before its answer was kept: the second finds what the first made.
    await shop.service.db["idempotency_keys"].delete_many({})
    third = await shop.http.post("/catalog/services", json=shop.body(), headers=headers)
    assert (third.status_code, third.json()["id"]) == (201, first.json()["id"])
    assert await shop.service.db["services"].count_documents({}) == 1
    # A day later the key is kept no more: with another body it is another request.
    await shop.service.db["idempotency_keys"].delete_many({})
    other = await shop.http.post("/catalog/services", json=shop.body(title="Lawns mown"), headers=headers)
    assert (other.status_code, other.json()["title"]) == (201, "Lawns mown")


async def test_of_many_who_publish_at_once_one_does(shop: Shop) -> None:
    service_id = await shop.draft()
    answers = await asyncio.gather(*(shop.post(f"/services/{service_id}/publish", "ana") for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    await shop.service.settle()
    assert shop.service.published_names().count("service.published") == 1


async def test_edits_at_the_same_time_are_all_kept(shop: Shop) -> None:
    service_id = await shop.draft()
    answers = await asyncio.gather(
        shop.patch(f"/services/{service_id}", "ana", {"title": "New title"}),
        shop.patch(f"/services/{service_id}", "ana", {"duration_minutes": 30}),
        shop.patch(f"/services/{service_id}", "ana", {"subcategory": "lawn-mowing"}),
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    now = (await shop.get(f"/services/{service_id}", "ana")).json()
    assert (now["title"], now["duration_minutes"], now["subcategory"]) == ("New title", 30, "lawn-mowing")
    assert now["version"] == 4
