"""No file is forgotten, whatever happens in between; and how many there may be."""

import asyncio
import errno
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gigsta_catalog.crud.files import GRACE, UPLOAD_WITHIN, WORK_WITHIN, Files
from gigsta_catalog.main import create_app
from gigsta_catalog.settings import Settings
from gigsta_catalog.storage import StorageAway
from gigsta_common.clock import ManualClock
from gigsta_common.events import UserClosed
from gigsta_common.testing.service import ServiceStarter

from .conftest import MIGRATIONS, Shop
from .pictures import jpeg

OVER = UPLOAD_WITHIN + GRACE


class Disk:
    def __init__(self, shop: Shop, folder: Path, clock: ManualClock) -> None:
        self._shop, self._folder, self._clock = shop, folder, clock

    @property
    def files(self) -> list[str]:
        return [path.name for kind in ("uploads", "images") for path in self._folder.glob(f"{kind}/*")]

    @property
    def use_case(self) -> Files:
        found: Files = self._shop.service.app.state.use_cases.files
        return found

    async def sweep(self, after: timedelta = timedelta()) -> None:
        self._clock.advance(after)
        await self.use_case.sweep()

    async def known(self) -> int:
        return await self._shop.service.db["media"].count_documents({})


@pytest.fixture
def disk(shop: Shop, media_settings: dict[str, Any], clock: ManualClock) -> Disk:
    return Disk(shop, media_settings["media_folder"], clock)


async def test_an_upload_that_is_never_completed_is_swept(shop: Shop, disk: Disk) -> None:
    service_id = await shop.draft()
    media_id = await shop.upload(service_id, jpeg())
    await disk.sweep(OVER - timedelta(seconds=1))
    assert disk.files == [media_id]
    await disk.sweep(timedelta(seconds=1))
    assert (disk.files, await disk.known()) == ([], 0)
    assert (await shop.complete(service_id, media_id)).status_code == 404


async def test_the_address_of_an_upload_expires(shop: Shop, disk: Disk, clock: ManualClock) -> None:
    ticket = (await shop.ask(await shop.draft(), size_bytes=5)).json()
    clock.advance(UPLOAD_WITHIN + timedelta(seconds=1))
    answer = await shop.send(ticket, b"12345")
    assert (answer.status_code, answer.json()["code"]) == (403, "upload_expired")
    assert disk.files == []


async def test_what_is_completed_takes_no_other_upload(shop: Shop, disk: Disk) -> None:
    service_id = await shop.draft()
    content = jpeg()
    ticket = (await shop.ask(service_id, size_bytes=len(content))).json()
    for _ in range(2):
        assert (await shop.send(ticket, content)).status_code == 204, "until then it may be sent again"
    images = (await shop.complete(service_id, ticket["media_id"])).json()["images"]
    again = await shop.send(ticket, b"x" * len(content))
    assert (again.status_code, again.json()["code"]) == (404, "image_not_found")
    assert ticket["media_id"] not in disk.files
    assert (await shop.complete(service_id, ticket["media_id"])).json()["images"] == images
    await disk.sweep(OVER)
    assert len(disk.files) == 3
    await disk.sweep(timedelta(days=365))
    assert (len(disk.files), await disk.known()) == (3, 1), "what is kept stays"


async def test_a_deleted_image_leaves_no_file_and_takes_none(shop: Shop, disk: Disk) -> None:
    service_id = await shop.draft()
    content = jpeg()
    ticket = (await shop.ask(service_id, size_bytes=len(content))).json()
    await shop.send(ticket, content)
    await shop.complete(service_id, ticket["media_id"])
    path = f"/services/{service_id}/media/{ticket['media_id']}"
    assert (await shop.delete(path, "ana")).status_code == 204
    assert (await shop.delete(path, "ana")).status_code == 404
    await disk.sweep()
    assert disk.files == []
    assert (await shop.send(ticket, content)).status_code == 404, "the address is signed and not yet over"
    assert disk.files == []
    await disk.sweep(OVER)
    assert (disk.files, await disk.known()) == ([], 0)


async def test_a_deleted_draft_and_a_closed_account_leave_no_file(shop: Shop, disk: Disk, clock: ManualClock) -> None:
    draft, published, begun = await shop.draft(), await shop.published(), await shop.draft()
    for service_id in (draft, published):
        await shop.image(service_id)
    await shop.upload(begun, jpeg())
    assert len(disk.files) == 7
    assert (await shop.delete(f"/services/{draft}", "ana")).status_code == 204
    await disk.sweep()
    assert len(disk.files) == 4
    closed = UserClosed(user_id="ana", closed_at=clock.now())
    await shop.service.receive("user.closed", closed, subject="ana", sequence=9)
    await disk.sweep()
    assert disk.files == []
    seen = (await shop.get(f"/services/{published}", "root", "admin")).json()
    assert seen["images"] == []
    assert shop.service.published[-1].data["image"] is None
    await disk.sweep(OVER)
    assert await disk.known() == 0


@pytest.mark.parametrize("step", ["uploaded", "remade", "published", "kept"])
async def test_a_crash_while_images_are_made_leaves_nothing_for_ever(
    shop: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The process dies at that step: what it does when something fails is not done either."""
    service_id = await shop.draft()
    media_id = await shop.upload(service_id, jpeg())
    images = shop.service.app.state.use_cases.images

    async def dies(*_: Any) -> None:
        raise KeyError("killed")

    async def does_nothing(*_: Any) -> None:
        return None

    if step == "published":
        real = images._storage.publish

        async def one_and_dies(name: str, content: bytes) -> None:
            await real(name, content)
            raise KeyError("killed")

        monkeypatch.setattr(images._storage, "publish", one_and_dies)
    else:
        owner = {"uploaded": images._storage, "remade": images._encoder, "kept": images._files}[step]
        monkeypatch.setattr(owner, {"kept": "keep"}.get(step, step), dies)
    monkeypatch.setattr(images._files, "put_back", does_nothing)
    assert (await shop.complete(service_id, media_id)).status_code == 500
    monkeypatch.undo()
    assert (await shop.complete(service_id, media_id)).json()["code"] == "upload_in_progress"
    await disk.sweep(WORK_WITHIN)
    assert disk.files == []
    await disk.sweep(OVER)
    assert await disk.known() == 0
    assert (await shop.get(f"/services/{service_id}", "ana")).json()["images"] == []


async def test_while_the_storage_is_away_nothing_is_lost(
    shop: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    service_id = await shop.draft()
    kept = (await shop.image(service_id))["images"][0]["id"]
    media_id = await shop.upload(service_id, jpeg())
    storage = shop.service.app.state.use_cases.storage

    async def away(*_: Any) -> None:
        raise StorageAway("It is away.")

    for name in ("uploaded", "publish", "remove_image", "remove_upload"):
        monkeypatch.setattr(storage, name, away)
    answer = await shop.complete(service_id, media_id)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert (await shop.delete(f"/services/{service_id}/media/{kept}", "ana")).status_code == 204
    with pytest.raises(StorageAway):
        await disk.sweep()
    monkeypatch.undo()
    assert (await shop.complete(service_id, media_id)).status_code == 200, "it can be tried again"
    await disk.sweep()
    assert len(disk.files) == 3


async def test_a_full_disk_is_an_absence_of_the_storage(
    shop: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    service_id = await shop.draft()
    content = jpeg()
    ticket = (await shop.ask(service_id, size_bytes=len(content))).json()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("gigsta_catalog.storage.local._create", full)
    assert (await shop.send(ticket, content)).json()["code"] == "storage_unavailable"
    monkeypatch.undo()
    assert (await shop.send(ticket, content)).status_code == 204
    monkeypatch.setattr("gigsta_catalog.storage.local._save", full)
    assert (await shop.complete(service_id, ticket["media_id"])).status_code == 503
    monkeypatch.undo()
    assert (await shop.complete(service_id, ticket["media_id"])).status_code == 200
    assert len(disk.files) == 3


@pytest.mark.parametrize("swept", [True, False])
async def test_an_upload_that_breaks_off_or_is_given_up_meanwhile(shop: Shop, disk: Disk, *, swept: bool) -> None:
    service_id = await shop.draft()
    content = jpeg()
    ticket = (await shop.ask(service_id, size_bytes=len(content))).json()
    url, headers = ticket["url"].removeprefix("/api/v1"), ticket["headers"]
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def parts() -> AsyncIterator[bytes]:
        yield content[:100]
        begun.set()
        await go_on.wait()
        yield content[100:]

    sending = asyncio.create_task(shop.http.put(url, content=parts(), headers=headers))
    await begun.wait()
    assert (await shop.send(ticket, content)).json()["code"] == "upload_in_progress"
    await shop.delete(f"/services/{service_id}/media/{ticket['media_id']}", "ana")
    if swept:
        await disk.sweep()
    go_on.set()
    answer = await sending
    assert (answer.status_code, disk.files) == (404, [])
    await disk.sweep(OVER)
    assert (disk.files, await disk.known()) == ([], 0)


async def test_of_many_who_complete_it_at_once_one_does(shop: Shop, disk: Disk) -> None:
    service_id = await shop.draft()
    media_id = await shop.upload(service_id, jpeg())
    answers = await asyncio.gather(*(shop.complete(service_id, media_id) for _ in range(6)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert (await shop.complete(service_id, media_id)).status_code == 200
    assert len((await shop.get(f"/services/{service_id}", "ana")).json()["images"]) == 1
    assert len(disk.files) == 3


OVERTAKEN = ("upload_missing", "upload_in_progress")
"""The deletion came between two steps of the completion."""


async def test_to_complete_and_to_delete_at_once(shop: Shop, disk: Disk) -> None:
    for what in ("image", "draft"):
        service_id = await shop.draft()
        media_id = await shop.upload(service_id, jpeg())
        path = f"/services/{service_id}" + (f"/media/{media_id}" if what == "image" else "")
        completed, deleted = await asyncio.gather(shop.complete(service_id, media_id), shop.delete(path, "ana"))
        assert deleted.status_code == 204
        assert completed.status_code in (200, 404) or completed.json()["code"] in OVERTAKEN
        if what == "image":
            await shop.delete(path, "ana")  # where the image came on the service right after
        await disk.sweep(WORK_WITHIN)
        assert disk.files == []
        await disk.sweep(OVER)
        assert await disk.known() == 0


async def test_a_service_has_eight_images_at_most(shop: Shop) -> None:
    service_id = await shop.draft()
    answers = await asyncio.gather(*(shop.ask(service_id, size_bytes=1000) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [201] * 8 + [409] * 4
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["code"] == "too_many_images"
    given_up = next(answer for answer in answers if answer.status_code == 201).json()["media_id"]
    await shop.delete(f"/services/{service_id}/media/{given_up}", "ana")
    assert (await shop.ask(service_id)).status_code == 201


async def test_a_provider_has_few_uploads_open(shop: Shop) -> None:
    services = [await shop.draft() for _ in range(4)]
    answers = [await shop.ask(service_id) for service_id in services for _ in range(7)]
    assert [answer.status_code for answer in answers] == [201] * 24 + [409] * 4
    assert answers[-1].json()["code"] == "too_many_uploads"


async def test_an_upload_that_is_deleted_counts_until_its_address_expires(
    shop: Shop, disk: Disk, clock: ManualClock
) -> None:
    service_id = await shop.draft()
    for _ in range(24):
        media_id = (await shop.ask(service_id)).json()["media_id"]
        assert (await shop.delete(f"/services/{service_id}/media/{media_id}", "ana")).status_code == 204
        await disk.sweep()
    assert (await shop.ask(service_id)).json()["code"] == "too_many_uploads"
    clock.advance(UPLOAD_WITHIN)
    assert (await shop.ask(service_id)).status_code == 201


async def test_edits_of_images_at_the_same_time_are_all_kept(shop: Shop) -> None:
    service_id = await shop.published()
    uploads = [await shop.upload(service_id, jpeg(200, 100 + n)) for n in range(4)]
    answers = await asyncio.gather(
        *(shop.complete(service_id, media_id) for media_id in uploads),
        shop.patch(f"/services/{service_id}", "ana", {"title": "Hedges"}),
    )
    assert [answer.status_code for answer in answers] == [200] * 5
    service = (await shop.get(f"/services/{service_id}")).json()
    assert {image["id"] for image in service["images"]} == set(uploads)
    assert (service["title"], service["version"]) == ("Hedges", 7)


async def test_a_second_instance_takes_what_the_first_has_signed(
    shop: Shop, start_service: ServiceStarter, media_settings: dict[str, Any]
) -> None:
    content = jpeg()
    service_id = await shop.draft()
    ticket = (await shop.ask(service_id, size_bytes=len(content))).json()
    other = await start_service(create_app, Settings, MIGRATIONS, **media_settings)
    answer = await other.http.put(ticket["url"].removeprefix("/api/v1"), content=content, headers=ticket["headers"])
    assert answer.status_code == 204
    assert (await shop.complete(service_id, ticket["media_id"])).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content_type": "image/svg+xml"}, "content_type"),
        ({"content_type": "image/gif"}, "content_type"),
        ({"size_bytes": 0}, "size_bytes"),
        ({"size_bytes": 10_000_001}, "size_bytes"),
        ({"size_bytes": "many"}, "size_bytes"),
        ({"alt_text": "x" * 251}, "alt_text"),
        ({"url": "http://elsewhere"}, "url"),
    ],
)
async def test_what_cannot_be_asked_for(shop: Shop, body: dict[str, Any], field: str) -> None:
    answer = await shop.ask(await shop.draft(), **body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_an_order_names_each_image_once(shop: Shop) -> None:
    service_id = await shop.draft()
    one = (await shop.image(service_id))["images"][0]["id"]
    two = (await shop.image(service_id))["images"][1]["id"]
    for ids in ([], [one], [one, one], [one, two, "other"], [one, two, two]):
        answer = await shop.http.put(
            f"/catalog/services/{service_id}/media", json={"media_ids": ids}, headers=shop.as_("ana")
        )
        assert answer.status_code == 422, ids
    assert [image["id"] for image in (await shop.get(f"/services/{service_id}", "ana")).json()["images"]] == [one, two]


async def test_an_image_is_given_to_everybody_for_ever_and_nothing_else_of_the_folder_is(
    shop: Shop, disk: Disk
) -> None:
    service_id = await shop.draft()
    large = (await shop.image(service_id))["images"][0]["large"]["url"].removeprefix("/api/v1/catalog")
    answer = await shop.get(large)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    for name in ("upload-key", "..%2Fupload-key", "%2e%2e%2fupload-key", "x" * 22 + "-large.webp", large[8:-5]):
        assert (await shop.get(f"/images/{name}")).status_code in (404, 422), name
    assert b"RIFF" not in (await shop.get("/images/..%2Fuploads")).content


async def test_others_do_nothing_with_anothers_images(shop: Shop) -> None:
    await shop.approve("bob")
    service_id = await shop.published()
    image = (await shop.image(service_id))["images"][0]
    waiting = await shop.upload(service_id, jpeg())
    own = await shop.published("bob")
    before = (await shop.get(f"/services/{service_id}")).json()
    path = f"/catalog/services/{service_id}/media"
    for user, roles in (("bob", ["user", "provider"]), ("root", ["admin"])):
        calls: list[tuple[str, str, Any]] = [
            ("POST", path, {"content_type": "image/png", "size_bytes": 5}),
            ("PUT", path, {"media_ids": [image["id"]]}),
            ("POST", f"{path}/{waiting}/complete", None),
            ("PATCH", f"{path}/{image['id']}", {"alt_text": "Mine"}),
            ("DELETE", f"{path}/{image['id']}", None),
        ]
        for method, url, body in calls:
            answer = await shop.http.request(method, url, json=body, headers=shop.as_(user, *roles))
            moderates = (user, method) == ("root", "DELETE")  # and has not said why
            refused = (422, "validation_failed") if moderates else (403, "not_your_service")
            assert (answer.status_code, answer.json()["code"]) == refused, (user, method, url)
    for media_id in (image["id"], waiting):
        assert (await shop.complete(own, media_id, "bob")).status_code == 404
        assert (await shop.delete(f"/services/{own}/media/{media_id}", "bob")).status_code == 404
    assert (await shop.ask(service_id, None)).status_code == 401  # type: ignore[arg-type]
    assert (await shop.get(f"/services/{service_id}")).json() == before
