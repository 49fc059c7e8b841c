"""Pictures as people send them, and as they should not."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

HERE = b"36.8485S 174.7633E, 1 Queen Street"


def picture(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (0, height // 2, width, height))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(width: int = 400, height: int = 300, **options: Any) -> bytes:
    return saved(picture(width, height), "JPEG", **options)


def from_a_telephone() -> bytes:
    """Lying on its side, with the place where it was taken, as an EXIF header says."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter
    exif[0x010E] = HERE.decode()
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (36.0, 50.0, 54.6)
    return jpeg(400, 300, exif=exif)


def png_that_says(width: int, height: int) -> bytes:
    """A few bytes that unpack to a picture as large as that."""
    row = b"\0" + b"\0" * ((width + 7) // 8)
    pixels = zlib.compressobj(9)
    packed = b"".join(pixels.compress(row) for _ in range(min(height, 20_000))) + pixels.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, (b"IHDR", b"IDAT", b"IEND"), (head, packed, b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def moving(kind: str) -> bytes:
    frames = [picture(), picture(mode="L").convert("RGB")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><script>alert(1)</script></svg>'
HTML = b"<script>alert(document.domain)</script>"
