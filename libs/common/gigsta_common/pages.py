"""Small pages that a link in a mail opens, with everything inline and a policy that allows just that.

Opening one does nothing yet: programs that look at mails follow the links in them. The page is the same for everybody;
its script reads what it needs from the address bar.
"""

import base64
import hashlib
import re
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse


class InlinePage:
    """An HTML file with one inline `<script>` and one inline `<style>`; `words` stand where it has `$name`s.

    Of a `page.html` in which these are empty, what belongs into them stands beside it, in `page.js` and `page.css`.
    """

    def __init__(self, path: Path, **words: str) -> None:
        text = path.read_text(encoding="utf-8")
        for tag, suffix in (("style", ".css"), ("script", ".js")):
            empty = f"<{tag}></{tag}>"
            if empty in text:
                beside = path.with_suffix(suffix).read_text(encoding="utf-8")
                text = text.replace(empty, f"<{tag}>\n{beside}</{tag}>")
        self._html = Template(text).substitute(words) if words else text
        script, style = (_hash_of(tag, self._html, path.name) for tag in ("script", "style"))
        self._headers = {
            "Content-Security-Policy": (
                f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }

    def response(self) -> HTMLResponse:
        return HTMLResponse(self._html, headers=self._headers)


def _hash_of(tag: str, html: str, name: str) -> str:
    """What a Content-Security-Policy calls the one inline element of that kind."""
    content = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    if content is None:
        raise ValueError(f"{name} has no <{tag}>")
    return "'sha256-" + base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode() + "'"
