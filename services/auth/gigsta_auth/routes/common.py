"""What the routes share: the use cases, the refresh cookie, and the two kinds of router."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Request, Response

from gigsta_auth.client import DEVICE_COOKIE
from gigsta_auth.crud import Auth, Login
from gigsta_auth.models import ceremonies, devices, registrations
from gigsta_auth.models.keys import ACCESS_TOKEN_LIFETIME
from gigsta_auth.models.sessions import SLIDING_LIFETIME
from gigsta_auth.schemas.accounts import UserAccount
from gigsta_auth.schemas.logins import LoginAnswer
from gigsta_common import idempotency
from gigsta_common.errors import Forbidden
from gigsta_common.security import Admin, Principal

PREFIX = "/auth"
REFRESH_COOKIE = "__Host-gigsta_refresh"
BROWSER_COOKIE = "__Host-gigsta_browser"

Browser = Annotated[str | None, Cookie(alias=BROWSER_COOKIE, max_length=200, include_in_schema=False)]
"""The secret that a browser keeps between the two halves of whatever has two."""

REGISTRANT_COOKIE = "__Host-gigsta_registrant"

Registrant = Annotated[str | None, Cookie(alias=REGISTRANT_COOKIE, max_length=200, include_in_schema=False)]
"""The secret of a browser that has registered an address."""


def use_cases(request: Request) -> Auth:
    auth: Auth = request.app.state.use_cases
    return auth


UseCases = Annotated[Auth, Depends(use_cases)]


async def acting_admin(auth: UseCases, caller: Admin) -> Principal:
    await auth.administration.refuse_former(caller.user_id)
    return caller


ActingAdmin = Annotated[Principal, Depends(acting_admin)]
"""One still: a token outlives a suspension by some minutes."""


def idempotent_router() -> APIRouter:
    """For POSTs whose answer may be kept. Answers with tokens in them are never made by one of these."""
    return APIRouter(
        prefix=PREFIX,
        tags=["auth"],
        route_class=idempotency.IdempotentRoute,
        dependencies=[Depends(idempotency.documented)],
    )


def logged_in(response: Response, login: Login) -> LoginAnswer:
    """The tokens as a body, and the refresh token as a cookie too. Nobody on the way may keep the answer."""
    response.headers["Cache-Control"] = "no-store"
    set_refresh_cookie(response, login.refresh_token.text)
    if login.known_device is not None:
        set_device_cookie(response, login.known_device)
    return login_answer(login)


def login_answer(login: Login) -> LoginAnswer:
    return LoginAnswer(
        access_token=login.access_token,
        expires_in=int(ACCESS_TOKEN_LIFETIME.total_seconds()),
        refresh_token=login.refresh_token.text,
        user=UserAccount.of(login.user),
    )


def set_refresh_cookie(response: Response, token: str) -> None:
    _set_cookie(response, REFRESH_COOKIE, token, SLIDING_LIFETIME)


def set_device_cookie(response: Response, token: str) -> None:
    """It outlives logging out: it lets nobody in."""
    _set_cookie(response, DEVICE_COOKIE, token, devices.LIFETIME)


def _set_cookie(response: Response, name: str, value: str, lifetime: timedelta) -> None:
    """The prefix `__Host-` obliges browsers to Secure, to Path=/ and to this very host. On localhost they take Secure
    cookies over plain http, so development needs no other rule."""
    max_age = int(lifetime.total_seconds())
    response.set_cookie(name, value, max_age=max_age, path="/", secure=True, httponly=True, samesite="lax")


def clear_refresh_cookie(response: Response) -> None:
    response.delete_cookie(REFRESH_COOKIE, path="/", secure=True, httponly=True, samesite="lax")


def keep_in_browser(response: Response, secret: str) -> None:
    response.headers["Cache-Control"] = "no-store"
    _set_strict_cookie(response, BROWSER_COOKIE, secret, ceremonies.LIFETIME)


def set_registrant_cookie(response: Response, secret: str) -> None:
    _set_strict_cookie(response, REGISTRANT_COOKIE, secret, registrations.LINK_LIFETIME)


def _set_strict_cookie(response: Response, name: str, secret: str, lifetime: timedelta) -> None:
    """No other site can make a browser send this cookie, and no script can read it."""
    max_age = int(lifetime.total_seconds())
    response.set_cookie(name, secret, max_age=max_age, path="/", secure=True, httponly=True, samesite="strict")


def is_browser(request: Request) -> bool:
    """Whether a page sent this. Browsers say so in one of these with every POST, and no page can leave them out."""
    return "sec-fetch-site" in request.headers or "origin" in request.headers


def refuse_foreign_sites(request: Request, own_origin: str) -> None:
    """Whoever uses the cookie, or is given one, must be one of our own pages, or no browser at all (curl with a jar).

    SameSite=Lax keeps the cookie out of other sites' POSTs already; this holds where a browser does not. Browsers say
    where a request comes from in `Sec-Fetch-Site`, old ones only in `Origin`, and scripts cannot change either.

    Raises:
        Forbidden: the request was made by a page of another site.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = site in ("same-origin", "same-site") if site is not None else origin in (None, own_origin)
    if not ours:
        raise Forbidden("Another site's page may not do this.", code="cross_site_request")
