"""Passkeys (WebAuthn). Plain routes: what they are sent and answer is good once, and no Idempotency-Key makes it be
stored."""

from fastapi import APIRouter, Request, Response

from gigsta_auth.crud import Options
from gigsta_auth.models.users import User
from gigsta_auth.models.ways_in import passkeys_of
from gigsta_auth.routes.common import PREFIX, Browser, UseCases, keep_in_browser, logged_in, refuse_foreign_sites
from gigsta_auth.schemas.logins import LoginAnswer
from gigsta_auth.schemas.passkeys import NewPasskey, OwnPasskey, PasskeyChange, PasskeyLogin, PasskeyOptions
from gigsta_common.pagination import Page
from gigsta_common.security import CurrentUser

router = APIRouter(prefix=f"{PREFIX}/passkeys", tags=["auth"])


@router.post("/request-options")
async def begin_showing_passkey(auth: UseCases, response: Response, browser: Browser = None) -> PasskeyOptions:
    """What the browser has to know to ask for a passkey: to log in, as a second factor, or to show once more who one
    is. The same for everybody; the browser that asks is the only one that can go on."""
    return _options(response, await auth.passkeys.ask_for_one(browser))


@router.post("/login")
async def log_in_with_passkey(
    auth: UseCases, body: PasskeyLogin, request: Request, response: Response, browser: Browser = None
) -> LoginAnswer:
    """Log in with a passkey and nothing else. No other factor is asked for: it is two."""
    refuse_foreign_sites(request, request.app.state.runtime.settings.public_url)
    return logged_in(response, await auth.logins.with_passkey(browser, body.credential.as_shown()))


@router.post("/creation-options")
async def begin_adding_passkey(
    auth: UseCases, caller: CurrentUser, response: Response, browser: Browser = None
) -> PasskeyOptions:
    """What the browser has to know to have a new passkey made. Like the second half, it takes a recent login."""
    return _options(response, await auth.passkeys.ask_for_new(caller.user_id, caller.session_id, browser))


@router.post("", status_code=201)
async def add_passkey(
    auth: UseCases, caller: CurrentUser, body: NewPasskey, request: Request, browser: Browser = None
) -> OwnPasskey:
    """Add the passkey that the browser has had made to one's ways to log in."""
    refuse_foreign_sites(request, request.app.state.runtime.settings.public_url)
    created = body.credential.as_created()
    user = await auth.passkeys.add(caller.user_id, caller.session_id, browser, created, body.name)
    return OwnPasskey.of(passkeys_of(user)[-1])


@router.get("")
async def list_passkeys(auth: UseCases, caller: CurrentUser) -> Page[OwnPasskey]:
    """One's passkeys; never more than ten."""
    return _page(await auth.accounts.get(caller.user_id))


@router.patch("/{passkey_id}")
async def rename_passkey(auth: UseCases, caller: CurrentUser, passkey_id: str, body: PasskeyChange) -> Page[OwnPasskey]:
    """Call a passkey something else. The answer is all of them."""
    return _page(await auth.passkeys.rename(caller.user_id, passkey_id, body.name))


@router.delete("/{passkey_id}", status_code=204)
async def remove_passkey(auth: UseCases, caller: CurrentUser, passkey_id: str) -> None:
    """Log in with it no more. The last way into the account stays; every other session ends. It takes a recent
    login."""
    await auth.passkeys.remove(caller.user_id, caller.session_id, passkey_id)


def _options(response: Response, options: Options) -> PasskeyOptions:
    keep_in_browser(response, options.browser)
    return PasskeyOptions(public_key=options.public_key)


def _page(user: User) -> Page[OwnPasskey]:
    return Page(items=[OwnPasskey.of(passkey) for passkey in passkeys_of(user)], next_cursor=None)
