"""The page that the link in a verification mail opens.

Opening it does nothing yet: programs that look at mails follow the links in them, and must not use the token up. The
page is the same for everybody; its script reads the token from the address bar.
"""

import base64
import hashlib
import re
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from gigsta_auth.routes.common import PREFIX

router = APIRouter(prefix=PREFIX, include_in_schema=False)

_PAGE = (Path(__file__).parent / "verify_email.html").read_text(encoding="utf-8")


def _hash_of(tag: str) -> str:
    """What a Content-Security-Policy calls the one inline element of that kind."""
    content = re.search(rf"<{tag}>(.*?)</{tag}>", _PAGE, re.DOTALL)
    if content is None:
        raise ValueError(f"verify_email.html has no <{tag}>")
    return "'sha256-" + base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode() + "'"


_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; script-src {_hash_of('script')}; style-src {_hash_of('style')}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@router.get("/verify-email")
async def show_verification_page() -> HTMLResponse:
    return HTMLResponse(_PAGE, headers=_HEADERS)
