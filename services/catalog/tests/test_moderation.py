"""An administrator takes an image off somebody else's service, says why, and leaves a trace."""

from typing import Any

from .conftest import Shop


async def test_an_administrator_removes_an_image_with_a_reason_that_its_provider_reads(shop: Shop) -> None:
    service_id = await shop.published()
    [image] = (await shop.image(service_id))["images"]
    path = f"/services/{service_id}/media/{image['id']}"
    why = "?reason=A telephone number in the picture."
    refused = await shop.delete(path + why, "bob")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_service")
    unsaid = await shop.delete(path, "root", "admin")
    assert (unsaid.status_code, unsaid.json()["errors"][0]["field"]) == (422, "reason")
    assert (await shop.get(f"/services/{service_id}")).json()["images"] == [image]

    assert (await shop.delete(path + why, "root", "admin")).status_code == 204
    again = await shop.delete(path + why, "root", "admin")
    assert (again.status_code, again.json()["code"]) == (404, "image_not_found")
    for who, roles in (("ana", ()), ("root", ("admin",))):
        service: dict[str, Any] = (await shop.get(f"/services/{service_id}", who, *roles)).json()
        [act] = service["moderation"]
        assert (act["action"], act["image_id"]) == ("remove_image", image["id"])
        assert act["reason"] == "A telephone number in the picture."
        assert "admin_id" not in act
    seen = (await shop.get(f"/services/{service_id}")).json()
    assert (seen["images"], seen["moderation"]) == ([], [])
    stored: Any = await shop.service.db["services"].find_one({"_id": service_id})
    assert [act["admin_id"] for act in stored["moderation"]] == ["root"]
    await shop.service.settle()
    told = shop.service.published[-1]
    assert (told.name, told.subject, told.sequence) == ("service.updated", service_id, seen["version"])
    medium: Any = await shop.service.db["media"].find_one({"_id": image["id"]})
    assert medium is None or medium["state"] == "gone"


async def test_of_their_own_service_an_administrator_needs_no_reason(shop: Shop) -> None:
    service_id = await shop.published()
    [image] = (await shop.image(service_id))["images"]
    assert (await shop.delete(f"/services/{service_id}/media/{image['id']}", "ana", "admin")).status_code == 204
    assert (await shop.get(f"/services/{service_id}", "ana")).json()["moderation"] == []
