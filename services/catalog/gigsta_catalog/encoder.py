"""Has `pictures.py` do its work, off the event loop, for a few pictures at a time."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from gigsta_common.errors import Unavailable, Unprocessable

PROGRAM = Path(__file__).with_name("pictures.py")
SECONDS = 25.0
MOST_WAITING = 16


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    content: bytes


class PictureRefused(Unprocessable):
    code = "image_refused"


class Encoder:
    def __init__(self, at_once: int) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._waiting = 0

    async def remade(self, original: bytes, content_type: str) -> dict[str, Picture]:
        """The picture in each of our sizes.

        Raises:
            PictureRefused: says why.
            Unavailable: too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise Unavailable("Many pictures are being worked on: try again in a moment.", code="busy", retry_after=5)
        self._waiting += 1
        try:
            async with self._slots:
                answer = await _run(original, content_type)
        finally:
            self._waiting -= 1
        head, _, files = answer.partition(b"\n")
        said = json.loads(head)
        if "refused" in said:
            raise PictureRefused(said["refused"])
        pictures = {}
        for name, one in said.items():
            pictures[name] = Picture(one["width"], one["height"], files[: one["bytes"]])
            files = files[one["bytes"] :]
        return pictures


async def _run(original: bytes, content_type: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(PROGRAM), content_type,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.defpath}, start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            answer, _ = await process.communicate(original)
    except TimeoutError:
        raise PictureRefused("The picture takes longer than there is time for one.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not answer:
        # Killed for the memory or the time that it took, or brought down by what was in the file.
        raise PictureRefused("The picture cannot be read.")
    return answer
