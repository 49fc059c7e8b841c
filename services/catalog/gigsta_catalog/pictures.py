"""One uploaded picture, checked by its content and made anew in our sizes: run as a program of its own for each.

It decodes what strangers send. So it gets a process with little memory and time, from which nothing comes back but
pixels: whatever else the file held (where it was taken, another file behind it, a script) stays behind.

The original comes by standard input. What goes out is a line of JSON, `{"refused": "..."}` or what each size is, and
then the files of the sizes one after the other. Nothing of ours is imported here.
"""

import contextlib
import io
import json
import os
import resource
import sys
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageOps

SIZES = {"large": 1600, "medium": 800, "small": 320}
"""The square that each fits in. No picture is ever enlarged."""
LEAST_SIDE, MOST_SIDE = 64, 16_000
MOST_PIXELS = {"JPEG": 40_000_000, "PNG": 20_000_000, "WEBP": 20_000_000}
"""A JPEG is read at a fraction of its size; the others have to be unpacked whole."""
MEMORY_BYTES = 768 * 1024**2
CPU_SECONDS = 20
_COLOURS = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"}
_END_OF_PNG = b"\0\0\0\0IEND\xaeB`\x82"


class RefusedError(Exception):
    """In words for whoever sent the picture."""


def remade(original: bytes, content_type: str) -> dict[str, tuple[int, int, bytes]]:
    """Width, height and WebP file of each size.

    Raises:
        RefusedError
    """
    image = _opened(original, content_type)
    try:
        image.thumbnail((SIZES["large"],) * 2, reducing_gap=2.0)
        image = _plain(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        raise RefusedError("The picture is damaged or not complete.") from None
    made: dict[str, tuple[int, int, bytes]] = {}
    last = (0, 0, b"")
    for name, side in SIZES.items():
        image.thumbnail((side, side))
        last = made[name] = last if image.size == last[:2] else (*image.size, _webp(image))
    return made


def _webp(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=80, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return file.getvalue()


def _opened(original: bytes, content_type: str) -> Image.Image:
    """The picture, of which nothing but the head has been read yet."""
    try:
        image = Image.open(io.BytesIO(original), formats=["JPEG", "PNG", "WEBP"])
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise RefusedError("This is no JPEG, PNG or WebP picture.") from None
    kind = "JPEG" if image.format == "MPO" else str(image.format)  # a JPEG with another behind it, as telephones make
    if content_type != f"image/{kind.lower()}":
        raise RefusedError(f"It was said to be {content_type} and is {kind}.")
    if min(image.size) < LEAST_SIDE:
        raise RefusedError(f"The picture is too small: {LEAST_SIDE} pixels at least on each side.")
    if max(image.size) > MOST_SIDE or image.width * image.height > MOST_PIXELS[kind]:
        most = MOST_PIXELS[kind] // 1_000_000
        raise RefusedError(f"The picture is too large: {most} megapixels at most, and {MOST_SIDE} on a side.")
    if kind != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise RefusedError("Moving pictures are not taken.")
    if image.mode not in _COLOURS:
        raise RefusedError("The picture has colours of a kind that is not taken.")
    if kind != "JPEG" and not _ends_where_it_says(original, kind):
        raise RefusedError("The picture is not complete, or there is something else behind it.")
    return image


def _ends_where_it_says(original: bytes, kind: str) -> bool:
    if kind == "PNG":
        return original.endswith(_END_OF_PNG) and original.count(_END_OF_PNG) == 1
    return int.from_bytes(original[4:8], "little") + 8 == len(original)


def _plain(image: Image.Image) -> Image.Image:
    """In the colours of the web, with transparency only where there is some."""
    profile = image.info.get("icc_profile")
    transparent = image.has_transparency_data
    if profile and image.mode in ("RGB", "CMYK") and not transparent:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
            image = converted or image
    image = image.convert("RGBA" if transparent else "RGB")
    image.info.clear()
    return image


def limit() -> None:
    """Bounds that nothing in this process can raise again."""
    bounds = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in bounds.items():
        _, allowed = resource.getrlimit(kind)
        least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(kind, (least, least))
    os.nice(5)


def main(content_type: str, given: BinaryIO, out: BinaryIO) -> None:
    head: dict[str, Any]
    try:
        made = remade(given.read(), content_type)
        head = {name: {"width": width, "height": height, "bytes": len(f)} for name, (width, height, f) in made.items()}
    except RefusedError as refused:
        made, head = {}, {"refused": str(refused)}
    except MemoryError:
        made, head = {}, {"refused": "The picture takes more memory than there is for one."}
    out.write(json.dumps(head).encode() + b"\n")
    out.writelines(file for _, _, file in made.values())


if __name__ == "__main__":
    limit()
    main(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
