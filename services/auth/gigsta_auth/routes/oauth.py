"""Logging in by way of a provider elsewhere, and linking. Plain routes: no Idempotency-Key makes answers be stored."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from starlette.responses import RedirectResponse

from gigsta_auth.crud import Departure, Return
from gigsta_auth.models.ways_in import identities_of
from gigsta_auth.routes.common import PREFIX, Browser, UseCases, keep_in_browser, logged_in, refuse_foreign_sites
from gigsta_auth.schemas.logins import LoginAnswer
from gigsta_auth.schemas.oauth import Authorization, LinkedIdentity, OfferedProvider, ProvidersAnswer
from gigsta_common.pagination import Page
from gigsta_common.security import CurrentUser

router = APIRouter(prefix=PREFIX, tags=["auth"])

Accept = Annotated[str, Header(include_in_schema=False)]


@router.get("/oauth")
async def list_providers_elsewhere(auth: UseCases) -> Page[OfferedProvider]:
    """The providers elsewhere that one can log in with here: those that are set up."""
    return Page(items=[OfferedProvider.of(provider) for provider in auth.oauth.offered()], next_cursor=None)


@router.get(
    "/oauth/{provider}/authorize",
    response_model=Authorization,
    responses={303: {"description": "The same for a browser that opens this as a page: it is sent on."}},
)
async def begin_login_elsewhere(
    auth: UseCases, provider: str, response: Response, browser: Browser = None, accept: Accept = "*/*"
) -> Authorization | Response:
    """Begin to log in with a provider elsewhere. The browser that does is the only one that can end it."""
    departure = await auth.oauth.depart(provider, browser)
    if "text/html" in accept:
        return _departing(RedirectResponse(departure.url, status_code=303), departure)
    _departing(response, departure)
    return Authorization(authorization_url=departure.url)


@router.post("/oauth/{provider}/callback")
async def log_in_elsewhere(
    auth: UseCases,
    provider: str,
    body: ProvidersAnswer,
    request: Request,
    response: Response,
    browser: Browser = None,
) -> LoginAnswer:
    """Log in with what the provider sent back, once. The answer is that of a login."""
    refuse_foreign_sites(request, request.app.state.runtime.settings.public_url)
    return logged_in(response, await auth.oauth.log_in(provider, _back(body, browser)))


@router.post("/me/identities/{provider}/authorize")
async def begin_linking(
    auth: UseCases, caller: CurrentUser, provider: str, response: Response, browser: Browser = None
) -> Authorization:
    """Begin to add a provider elsewhere to one's ways to log in. Like the second half, it takes a recent login."""
    departure = await auth.oauth.depart_to_link(provider, browser, caller.user_id, caller.session_id)
    _departing(response, departure)
    return Authorization(authorization_url=departure.url)


@router.post("/me/identities/{provider}/callback")
async def link_identity(
    auth: UseCases,
    caller: CurrentUser,
    provider: str,
    body: ProvidersAnswer,
    request: Request,
    browser: Browser = None,
) -> Page[LinkedIdentity]:
    """Add what one is there to one's ways to log in here, once. The answer is all of them."""
    refuse_foreign_sites(request, request.app.state.runtime.settings.public_url)
    user = await auth.oauth.link(provider, _back(body, browser), caller.user_id, caller.session_id)
    return Page(items=[LinkedIdentity.of(identity) for identity in identities_of(user)], next_cursor=None)


@router.get("/me/identities")
async def list_identities(auth: UseCases, caller: CurrentUser) -> Page[LinkedIdentity]:
    """The providers elsewhere that one can log in with; never more than ten."""
    user = await auth.accounts.get(caller.user_id)
    return Page(items=[LinkedIdentity.of(identity) for identity in identities_of(user)], next_cursor=None)


@router.delete("/me/identities/{identity_id}", status_code=204)
async def unlink_identity(auth: UseCases, caller: CurrentUser, identity_id: str) -> None:
    """Log in with it no more. The last way into the account stays. It takes a recent login."""
    await auth.oauth.unlink(caller.user_id, caller.session_id, identity_id)


def _departing(response: Response, departure: Departure) -> Response:
    keep_in_browser(response, departure.browser)
    return response


def _back(body: ProvidersAnswer, browser: str | None) -> Return:
    return Return(code=body.code, state=body.state, issuer=body.iss, browser=browser)
