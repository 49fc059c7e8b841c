"""Everything that answers with tokens. Plain routes: no Idempotency-Key makes these answers be stored."""

from typing import Annotated

from fastapi import APIRouter, Cookie, Form, Request, Response

from gigsta_auth.crud import EmailProof
from gigsta_auth.models.keys import PUBLIC_KEYS_MAX_AGE
from gigsta_auth.routes.common import (
    PREFIX,
    REFRESH_COOKIE,
    Registrant,
    UseCases,
    is_browser,
    logged_in,
    login_answer,
    refuse_foreign_sites,
    set_refresh_cookie,
)
from gigsta_auth.schemas.logins import (
    Credentials,
    EmailVerification,
    LoginAnswer,
    PasswordForm,
    PublicSigningKeys,
    Refresh,
)
from gigsta_common.errors import Unauthorized

router = APIRouter(prefix=PREFIX, tags=["auth"])


@router.post("/verify-email")
async def verify_email(
    auth: UseCases, request: Request, body: EmailVerification, response: Response, registrant: Registrant = None
) -> LoginAnswer:
    """Prove an address with the token of the mail (once, within 24 hours) and log in. A 409 (`password_to_choose`)
    where nothing says that whoever follows the link chose the password that it would bring to life: then choose one."""
    proof = EmailProof(**body.model_dump(), browser=registrant, is_browser=is_browser(request))
    return logged_in(response, await auth.logins.with_link(proof))


@router.post("/login")
async def login(auth: UseCases, body: Credentials, response: Response) -> LoginAnswer:
    """Log in with address and password. The refresh token is also set as a cookie."""
    return logged_in(response, await auth.logins.with_password(body.email, body.password))


@router.post("/token")
async def issue_access_token(
    auth: UseCases, request: Request, form: Annotated[PasswordForm, Form()], response: Response
) -> LoginAnswer:
    """Log in by the password form of OAuth 2, so that the documentation page can authorise. Not from another site: a
    form, unlike JSON, needs nobody's leave to be sent there, and would log people in to somebody else's account."""
    refuse_foreign_sites(request, request.app.state.runtime.settings.public_url)
    return logged_in(response, await auth.logins.with_password(form.username, form.password))


@router.post("/refresh")
async def refresh_tokens(
    auth: UseCases,
    request: Request,
    response: Response,
    body: Refresh | None = None,
    cookie: Annotated[str | None, Cookie(alias=REFRESH_COOKIE, max_length=200)] = None,
) -> LoginAnswer:
    """Exchange the refresh token, from the body or the cookie, for new tokens; an old one ends its session.

    This is when changed roles and statuses reach the access token.
    """
    given = body.refresh_token if body else None
    if given is not None:
        return logged_in(response, await auth.logins.refresh(given))
    refuse_foreign_sites(request, request.app.state.runtime.settings.public_url)
    if cookie is None:
        raise Unauthorized("Send the refresh token, in the body or as the cookie.", code="refresh_token_missing")
    login = await auth.logins.refresh(cookie)
    response.headers["Cache-Control"] = "no-store"
    if login.refresh_token.text != cookie:
        # One that stays is not set again: this answer might overtake that of a rotation, and undo it in the browser.
        set_refresh_cookie(response, login.refresh_token.text)
    return login_answer(login).model_copy(update={"refresh_token": None})


@router.get("/.well-known/jwks.json")
async def read_signing_keys(auth: UseCases, response: Response) -> PublicSigningKeys:
    """The public keys that verify access tokens, by `kid`."""
    response.headers["Cache-Control"] = f"public, max-age={int(PUBLIC_KEYS_MAX_AGE.total_seconds())}"
    return PublicSigningKeys.model_validate({"keys": await auth.keyring.public_keys()})
