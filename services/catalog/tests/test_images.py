"""Images, from the upload to the page: the same where they lie in a folder and on a real S3 server."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from gigsta_catalog.storage.sigv4 import Credentials, presigned
from gigsta_common.events import ServiceChanged
from gigsta_common.testing.s3 import KEY_ID, SECRET

from .conftest import Shop
from .pictures import HERE, from_a_telephone, jpeg, moving, picture, saved
from .s3_server import S3Server


@pytest.fixture(params=["a folder", "S3"])
def media_settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    if request.param == "a folder":
        return {"media_folder": tmp_path / "media", "media_sweep_interval": 3600.0}
    server: S3Server = request.getfixturevalue("s3")
    server.empty()
    return {**server.settings(), "media_sweep_interval": 3600.0}


@pytest.fixture
def stored(media_settings: dict[str, Any], request: pytest.FixtureRequest) -> Path:
    """Where the files are in truth."""
    if "media_folder" in media_settings:
        return Path(media_settings["media_folder"])
    server: S3Server = request.getfixturevalue("s3")
    return server.folder


def files(folder: Path) -> list[str]:
    return sorted(path.name for kind in ("uploads", "images") for path in folder.glob(f"{kind}/*"))


def read(folder: Path, size: dict[str, Any]) -> Image.Image:
    """The file behind an address."""
    content = (folder / "images" / size["url"].rpartition("/")[2]).read_bytes()
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size) == ("WEBP", (size["width"], size["height"]))
    assert not image.getexif()
    assert HERE not in content
    return image


async def test_a_picture_becomes_an_image_in_three_sizes(shop: Shop, stored: Path) -> None:
    service_id = await shop.published()
    service = await shop.image(service_id, jpeg(2000, 1000), alt_text="A hedge, before and after")
    (image,) = service["images"]
    assert (image["alt_text"], image["width"], image["height"]) == ("A hedge, before and after", 1600, 800)
    sizes = {name: (image[name]["width"], image[name]["height"]) for name in ("small", "medium", "large")}
    assert sizes == {"small": (320, 160), "medium": (800, 400), "large": (1600, 800)}
    for name in sizes:
        read(stored, image[name])
    assert len(files(stored)) == 3, "the upload is gone"
    assert service["version"] == 3
    assert (await shop.get(f"/services/{service_id}")).json()["images"] == service["images"]
    assert (await shop.get("/services")).json()["items"][0]["images"] == service["images"]
    assert (await shop.get("/providers/ana")).json()["services"][0]["images"] == service["images"]


async def test_what_a_telephone_says_of_place_and_position_is_gone_and_the_picture_stands(
    shop: Shop, stored: Path
) -> None:
    service = await shop.image(await shop.draft(), from_a_telephone())
    image = service["images"][0]
    assert (image["width"], image["height"]) == (300, 400)
    turned = read(stored, image["large"]).convert("RGB")
    left, right = turned.getpixel((30, 200)), turned.getpixel((270, 200))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[2] > left[0], "what was below is to the left now"
    assert right[0] > right[2]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
async def test_transparency_stays(shop: Shop, stored: Path, kind: str) -> None:
    clear = picture(mode="RGBA")
    clear.putalpha(0)
    content = saved(clear, kind)
    service = await shop.image(await shop.draft(), content, content_type=f"image/{kind.lower()}")
    assert read(stored, service["images"][0]["small"]).mode == "RGBA"


async def test_a_small_picture_is_not_enlarged(shop: Shop, stored: Path) -> None:
    image = (await shop.image(await shop.draft(), jpeg(200, 100)))["images"][0]
    assert {image[name]["width"] for name in ("small", "medium", "large")} == {200}
    read(stored, image["large"])


async def test_others_are_told_of_the_first_image(shop: Shop) -> None:
    service_id = await shop.published()
    first = (await shop.image(service_id, alt_text="One"))["images"][0]
    both = (await shop.image(service_id, alt_text="Two"))["images"]
    ids = [image["id"] for image in both]
    answer = await shop.http.put(
        f"/catalog/services/{service_id}/media", json={"media_ids": ids[::-1]}, headers=shop.as_("ana")
    )
    assert [image["alt_text"] for image in answer.json()["images"]] == ["Two", "One"]
    await shop.patch(f"/services/{service_id}/media/{ids[1]}", "ana", {"alt_text": "Two hedges"})
    for media_id in ids[::-1]:
        assert (await shop.delete(f"/services/{service_id}/media/{media_id}", "ana")).status_code == 204
    await shop.service.settle()
    told = [ServiceChanged.model_validate(event.data) for event in shop.service.published]
    assert [change.image.alt_text if change.image else None for change in told] == [
        None, "One", "One", "Two", "Two hedges", "One", None,
    ]  # fmt: skip
    assert told[1].image is not None
    assert told[1].image.model_dump() == {**first["small"], "alt_text": "One"}
    assert [event.sequence for event in shop.service.published] == list(range(2, 9))


async def test_to_complete_it_again_changes_nothing(shop: Shop) -> None:
    service_id = await shop.draft()
    media_id = await shop.upload(service_id, jpeg())
    answers = [await shop.complete(service_id, media_id) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json() == answers[2].json()


async def test_nothing_uploaded_yet(shop: Shop) -> None:
    service_id = await shop.draft()
    content = jpeg()
    ticket = (await shop.ask(service_id, size_bytes=len(content))).json()
    answer = await shop.complete(service_id, ticket["media_id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_missing")
    await shop.send(ticket, content)
    assert (await shop.complete(service_id, ticket["media_id"])).status_code == 200


async def test_only_what_was_asked_for_can_be_uploaded(shop: Shop, stored: Path) -> None:
    service_id = await shop.draft()
    content = jpeg()
    ticket = (await shop.ask(service_id, size_bytes=len(content))).json()
    other = (await shop.ask(service_id, size_bytes=len(content))).json()
    refused = [
        await shop.send(ticket, content, **{"Content-Type": "text/html"}),
        await shop.send(ticket, content + b"more"),
        await shop.send(ticket, content[:-1]),
        await shop.send({**ticket, "url": ticket["url"].replace(ticket["media_id"], other["media_id"])}, content),
        await shop.send({**ticket, "url": ticket["url"][:-1] + ("0" if ticket["url"][-1] != "0" else "1")}, content),
        await shop.send({**ticket, "url": ticket["url"].partition("?")[0]}, content),
    ]
    assert [answer.status_code for answer in refused if not 400 <= answer.status_code < 500] == []
    assert files(stored) == []


async def test_the_signature_is_the_one_of_the_standard() -> None:
    """The example of Amazon's own documentation."""
    credentials = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
    url = presigned(
        "GET", "https://examplebucket.s3.amazonaws.com/test.txt", credentials,
        now=datetime(2013, 5, 24, tzinfo=UTC), seconds=86_400, headers={},
    )  # fmt: skip
    assert url.endswith("aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")


async def test_our_s3_server_is_a_strict_one(s3: S3Server) -> None:
    """What the tests above rest on: without a signature, or with an old one, nothing goes."""
    s3.empty()
    credentials = Credentials(KEY_ID, SECRET)

    def url(now: datetime) -> str:
        return presigned("PUT", f"{s3.endpoint}/uploads/x", credentials, now=now, seconds=60, headers={})

    async with httpx2.AsyncClient(trust_env=False) as client:
        assert (await client.put(f"{s3.endpoint}/uploads/x", content=b"x")).is_client_error
        assert (await client.put(url(datetime(2026, 1, 1, tzinfo=UTC)), content=b"x")).is_client_error
        assert (await client.put(url(datetime.now(UTC)), content=b"x")).status_code == 200


async def test_moving_pictures_and_other_files_are_refused_and_leave_nothing(shop: Shop, stored: Path) -> None:
    service_id = await shop.draft()
    bad = [(moving("PNG"), "image/png"), (b"GIF89a" + b"\0" * 100, "image/jpeg"), (jpeg(), "image/png")]
    for content, content_type in bad:
        media_id = await shop.upload(service_id, content, content_type=content_type)
        answer = await shop.complete(service_id, media_id)
        assert (answer.status_code, answer.json()["code"]) == (422, "image_refused")
        assert (await shop.complete(service_id, media_id)).status_code == 404
    await shop.service.app.state.use_cases.files.sweep()
    assert files(stored) == []
    assert (await shop.get(f"/services/{service_id}", "ana")).json()["images"] == []
