"""What may be kept of catalog's answers, by whom and for how long."""

import pytest

from .conftest import Shop


@pytest.fixture(params=["/services", "/services/{id}", "/providers/ana", "/categories"])
async def path(request: pytest.FixtureRequest, shop: Shop) -> str:
    return str(request.param).format(id=await shop.published())


async def test_what_everybody_gets_may_be_kept_for_a_moment(shop: Shop, path: str) -> None:
    answer = await shop.get(path)
    assert answer.headers["cache-control"].startswith("public, max-age=")
    assert "s-maxage=" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Authorization"


async def test_what_one_gets_who_is_known_is_theirs(shop: Shop, path: str) -> None:
    answer = await shop.get(path, "ana")
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_whoever_has_it_already_is_told_so(shop: Shop, path: str) -> None:
    for user in (None, "ana"):
        first = await shop.get(path, user)
        tag = first.headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = await shop.http.get(f"/catalog{path}", headers={**shop.as_(user), "If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert again.headers["cache-control"] == first.headers["cache-control"]
    other = await shop.http.get(f"/catalog{path}", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_a_change_makes_it_another(shop: Shop) -> None:
    service_id = await shop.published()
    tags = {(await shop.get(f"/services/{service_id}")).headers["etag"]}
    await shop.patch(f"/services/{service_id}", "ana", {"title": "Hedges"})
    tags.add((await shop.get(f"/services/{service_id}")).headers["etag"])
    await shop.rate(service_id, version=1)
    tags.add((await shop.get(f"/services/{service_id}")).headers["etag"])
    await shop.image(service_id)
    tags.add((await shop.get(f"/services/{service_id}")).headers["etag"])
    tags.add((await shop.get(f"/services/{service_id}", "ana")).headers["etag"])
    assert len(tags) == 5


async def test_what_is_not_there_and_what_is_personal_is_not_kept(shop: Shop) -> None:
    for answer in (await shop.get("/services/none"), await shop.get("/services", mine="true")):
        assert "etag" not in answer.headers
        assert "cache-control" not in answer.headers
    assert (await shop.get("/export", "ana")).headers["cache-control"] == "no-store"
