"""The pages that links in mails open, and that providers elsewhere send people back to. Opening one does nothing yet:
its button does."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from gigsta_auth.models.identities import ProviderName
from gigsta_auth.models.identity_providers import PROVIDERS
from gigsta_auth.routes.common import PREFIX
from gigsta_common.pages import InlinePage

router = APIRouter(prefix=PREFIX, include_in_schema=False)

_NEW_PASSWORD = """<p><label for="password">New password, at least 10 characters</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="10" maxlength="128" \
required></p>"""


def _page(
    path: str,
    *,
    heading: str,
    before: str,
    button: str,
    done: str,
    fields: str = "",
    names: str = "token",
    incomplete: str = "This link is incomplete. Open it again from the mail.",
) -> InlinePage:
    """A page that sends the `names` of its address, and what is typed into `fields`, to the API at the same path."""
    return InlinePage(
        Path(__file__).parent / "link.html",
        endpoint=f"/api/v1{PREFIX}/{path}",
        heading=heading,
        before=before,
        button=button,
        done=done,
        fields=fields,
        names=names,
        incomplete=incomplete,
    )


_VERIFY = _page(
    "verify-email",
    heading="Confirm your email address",
    before="One click, and your GigSta account is ready.",
    button="Confirm my email address",
    done="Your address is verified, and you are logged in.",
)
_RESET = _page(
    "reset-password",
    heading="Choose a new password",
    before="Wherever you are logged in now, you will have to log in again.",
    button="Set the password",
    done="Your password is set. Log in with it from now on.",
    fields=_NEW_PASSWORD,
)
_CONFIRM = _page(
    "confirm-email",
    heading="Confirm your new email address",
    before="One click, and this is the address of your GigSta account.",
    button="Use this address",
    done="Your address is changed. Log in with it from now on.",
)
_BACK = {
    provider.name: _page(
        f"oauth/{provider.name}/callback",
        heading=f"Log in with {provider.title}",
        before=f"{provider.title} has told us who you are.",
        button="Go on to GigSta",
        done="You are logged in.",
        names="code state iss",
        incomplete=f"{provider.title} has not logged you in. Go back to GigSta and try again.",
    )
    for provider in PROVIDERS.values()
}


@router.get("/verify-email")
async def show_verification_page() -> HTMLResponse:
    return _VERIFY.response()


@router.get("/reset-password")
async def show_reset_page() -> HTMLResponse:
    return _RESET.response()


@router.get("/confirm-email")
async def show_confirmation_page() -> HTMLResponse:
    return _CONFIRM.response()


@router.get("/oauth/{provider}/callback")
async def show_page_of_return(provider: ProviderName) -> HTMLResponse:
    return _BACK[provider].response()
