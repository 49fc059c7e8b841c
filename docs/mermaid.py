"""Mermaid's script lies beside the pages, out of its npm package: the theme itself would load it from a public address.

Where there is no npm, diagrams are shown as the text that they are drawn from, and nothing is loaded.
"""

import base64
import hashlib
import io
import logging
import os
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

PACKAGE = "mermaid@11.17.2"
SHA512 = "V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg=="
"""As `npm view mermaid@11.17.2 dist.integrity` says it."""
WITHIN = "package/dist/mermaid.min.js"
URI = "assets/mermaid.min.js"
KEPT = Path(__file__).resolve().parents[1] / ".gigsta" / "mermaid" / f"{PACKAGE}.js"
SECONDS = 120

log = logging.getLogger("mkdocs.hooks.mermaid")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    if (path := script()) is not None:
        files.append(File.generated(config, URI, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    return markdown if script() is not None else markdown.replace("```mermaid", "```text")


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Only what has a diagram loads it, and before the theme looks for it."""
    if 'class="mermaid"' not in output:
        return output
    return output.replace("</body>", f'<script src="{get_relative_url(URI, page.url)}"></script></body>')


@cache
def script() -> Path | None:
    """Where it is kept, fetched once; None where it cannot be had."""
    if KEPT.exists():
        return KEPT
    npm = shutil.which("npm")
    packed = _packed(npm) if npm else None
    if packed is None:
        log.info("%s cannot be had from npm: diagrams are shown as text.", PACKAGE)
        return None
    if base64.b64encode(hashlib.sha512(packed).digest()).decode() != SHA512:
        raise RuntimeError(f"{PACKAGE} is not what it was")
    with tarfile.open(fileobj=io.BytesIO(packed)) as package:
        member = package.extractfile(WITHIN)
        if member is None:
            raise RuntimeError(f"{PACKAGE} has no {WITHIN}")
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        part = KEPT.with_suffix(f".{os.getpid()}")
        part.write_bytes(member.read())
        part.rename(KEPT)
    return KEPT


def _packed(npm: str) -> bytes | None:
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", "--pack-destination", folder, PACKAGE]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)  # noqa: S603
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None
        [packed] = Path(folder).iterdir()
        return packed.read_bytes()
