"""A8: pictures that are none, or more than one bargained for. The program that reads them runs as the service runs it,
and how much memory it took the system says, of that process."""

import io
import json
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from gigsta_catalog import pictures
from gigsta_catalog.encoder import PROGRAM

MB = 1024**2
SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">%b</svg>' % SCRIPT


AND_TELL = """
import runpy, sys
program = sys.argv.pop(1)
try:
    runpy.run_path(program, run_name="__main__")
finally:
    with open("/proc/self/status") as status:
        print(next(line.split()[1] for line in status if line.startswith("VmHWM")), file=sys.stderr)
"""


def looked_at(content: bytes, content_type: str) -> tuple[dict[str, Any], bytes, int]:
    """What the program said, the files it made, and the most memory that it had, in bytes."""
    argv = [sys.executable, "-I", "-c", AND_TELL, str(PROGRAM), content_type]
    done = subprocess.run(argv, input=content, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    head, _, files = done.stdout.partition(b"\n")
    return json.loads(head), files, int(done.stderr) * 1024


def refused(content: bytes, content_type: str, memory: int = 100 * MB) -> str:
    said, files, peak = looked_at(content, content_type)
    assert files == b""
    assert peak < memory
    return str(said["refused"])


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, packed: bytes = b"", before: bytes = b"", bits: int = 8, colours: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    data = packed or zlib.compress((b"\0" + b"\x55" * (width * 3)) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def saved(kind: str, size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    image = Image.effect_noise(size, 60) if size[0] < 1_000 else Image.new("L", size, 99)
    image.convert(mode).save(file, kind, **options)
    return file.getvalue()


def jpeg_that_says(width: int, height: int) -> bytes:
    content = bytearray(saved("JPEG"))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def zeros(count: int) -> bytes:
    """So many, packed."""
    pack, block = zlib.compressobj(9), b"\0" * MB
    return b"".join(pack.compress(block) for _ in range(count // MB)) + pack.flush()


@pytest.mark.parametrize(
    "bomb",
    [
        lambda: (png(15_000, 15_000, packed=zeros(30 * MB), bits=1, colours=0), "image/png"),
        lambda: (png(60_000, 60_000, packed=zeros(30 * MB), bits=1, colours=0), "image/png"),
        lambda: (png(2**31 - 1, 2**31 - 1, packed=zeros(MB)), "image/png"),
        lambda: (jpeg_that_says(65_500, 65_500), "image/jpeg"),
        lambda: (saved("WEBP", (8_000, 4_000), lossless=True, method=0, quality=0), "image/webp"),
    ],
)
def test_a_bomb_is_refused_by_what_it_says_of_its_size(bomb: Callable[[], tuple[bytes, str]]) -> None:
    assert "too large" in refused(*bomb()) or "no JPEG" in refused(*bomb())


@pytest.mark.parametrize(
    "bomb",
    [
        png(100, 100, packed=zeros(500 * MB)),
        png(100, 100, before=chunk(b"iCCP", b"x\0\0" + zeros(500 * MB))),
        png(100, 100, before=chunk(b"zTXt", b"x\0\0" + zeros(500 * MB))),
        png(100, 100, before=chunk(b"iTXt", b"x\0\x01\0\0\0" + zeros(500 * MB))),
    ],
    ids=["pixels", "profile", "text", "unicode text"],
)
def test_a_bomb_that_does_not_say_so_goes_off_nowhere(bomb: bytes) -> None:
    _, _, peak = looked_at(bomb, "image/png")
    assert peak < 150 * MB


def test_the_largest_that_is_taken_stays_within_the_memory_of_one() -> None:
    for content, kind in (
        (saved("PNG", (5_000, 4_000), "RGBA", compress_level=1), "png"),
        (saved("JPEG", (8_000, 5_000), progressive=True), "jpeg"),
    ):
        said, _, peak = looked_at(content, f"image/{kind}")
        assert said["large"]["width"] == 1600
        assert peak < pictures.MEMORY_BYTES


def test_an_svg_is_no_picture_whatever_it_is_said_to_be() -> None:
    for kind, content in (
        ("png", SVG), ("webp", SVG[21:]), ("svg+xml", SVG), ("png", b"\x89PNG\r\n\x1a\n" + SVG),
        ("jpeg", b"\xff\xd8\xff" + SVG), ("webp", b"RIFF\0\0\0\0WEBP" + SVG),
    ):  # fmt: skip
        refused(content, f"image/{kind}")


@pytest.mark.parametrize(("kind", "behind"), [("PNG", SCRIPT), ("WEBP", SCRIPT), ("PNG", b"PK\3\4"), ("WEBP", b"%PDF")])
def test_a_second_file_behind_a_picture_is_refused(kind: str, behind: bytes) -> None:
    assert "something else" in refused(saved(kind) + behind, f"image/{kind.lower()}")


@pytest.mark.parametrize("before", [b"GIF89a/*", b"%PDF-1.7\n", b"<!doctype html>", b"MZ", b"PK\3\4", b"#!/bin/sh\n"])
def test_a_picture_behind_another_file_is_refused(before: bytes) -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        refused(before + saved(kind), f"image/{kind.lower()}")


def test_of_a_jpeg_nothing_stays_but_the_picture() -> None:
    """Telephones put a second picture or a film behind it, so that alone is no reason to refuse."""
    comment = saved("JPEG", comment=SCRIPT, exif=b"Exif\0\0" + SCRIPT, xmp=SCRIPT)
    for content in (saved("JPEG") + SCRIPT, saved("JPEG") + b"PK\3\4" + SCRIPT, comment):
        said, files, _ = looked_at(content, "image/jpeg")
        assert set(said) == {"small", "medium", "large"}
        assert SCRIPT not in files
        assert b"EXIF" not in files
        assert b"XMP" not in files


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_not_complete_is_refused(kind: str) -> None:
    content = saved(kind)
    for part in (0.1, 0.5, 0.9):
        refused(content[: int(len(content) * part)], f"image/{kind.lower()}")
    refused(b"", f"image/{kind.lower()}")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    frames = [Image.effect_noise((100, 100), 50).convert("RGB") for _ in range(3)]
    moving = saved_frames(frames, kind)
    assert "Moving" in refused(moving, f"image/{kind.lower()}")


def saved_frames(frames: list[Image.Image], kind: str) -> bytes:
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=50)
    return file.getvalue()


def test_another_type_than_it_was_said_to_be_is_refused() -> None:
    for kind, said in (
        ("JPEG", "png"),
        ("PNG", "webp"),
        ("WEBP", "jpeg"),
        ("GIF", "png"),
        ("BMP", "jpeg"),
        ("TIFF", "png"),
    ):
        refused(saved(kind), f"image/{said}")


def test_whatever_is_wrong_with_a_file_it_is_refused_or_read() -> None:
    """Some hundred files with something changed: none raises anything but a refusal."""
    dice = random.Random(8)
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ]
    whole = [(saved(kind, (80, 70), **options), f"image/{kind.lower()}") for kind, options in kinds]
    read = 0
    for _ in range(400):
        content, content_type = dice.choice(whole)
        changed = bytearray(content)
        for _ in range(dice.randint(1, 6)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        try:
            pictures.remade(bytes(changed), content_type)
            read += 1
        except pictures.RefusedError:
            continue
    assert 0 < read < 400
