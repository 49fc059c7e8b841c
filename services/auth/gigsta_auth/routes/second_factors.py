"""The second factor. Plain routes: their answers hold secrets, and no Idempotency-Key makes them be stored."""

from fastapi import APIRouter, Request, Response

from gigsta_auth.crud import Proof
from gigsta_auth.routes.common import PREFIX, Browser, UseCases, logged_in, refuse_foreign_sites
from gigsta_auth.schemas.logins import LoginAnswer
from gigsta_auth.schemas.second_factors import (
    Confirmation,
    OwnersProof,
    RecoveryCodes,
    SecondFactorShown,
    SecondFactorState,
    TotpSecret,
)
from gigsta_common.security import CurrentUser

router = APIRouter(prefix=PREFIX, tags=["auth"])


@router.post("/login/second-factor")
async def pass_second_factor(
    auth: UseCases, body: SecondFactorShown, request: Request, response: Response, browser: Browser = None
) -> LoginAnswer:
    """The second step of a login that was answered with `second_factor_required`."""
    if body.passkey is None:
        return logged_in(response, await auth.logins.with_second_factor(body.mfa_token, body.code or ""))
    refuse_foreign_sites(request, request.app.state.runtime.settings.public_url)
    shown = body.passkey.as_shown()
    return logged_in(response, await auth.logins.with_second_factor_passkey(body.mfa_token, browser, shown))


@router.get("/me/second-factor")
async def read_second_factor(auth: UseCases, caller: CurrentUser) -> SecondFactorState:
    """Whether a second factor is asked for, and how many recovery codes are left."""
    return SecondFactorState.of(await auth.accounts.get(caller.user_id))


@router.post("/me/totp")
async def begin_totp(auth: UseCases, caller: CurrentUser, response: Response) -> TotpSecret:
    """Get a secret for an authenticator app. Nothing changes until a code confirms it."""
    response.headers["Cache-Control"] = "no-store"
    begun = await auth.second_factors.begin(caller.user_id, caller.session_id)
    return TotpSecret(secret=begun.secret, otpauth_uri=begun.otpauth_uri)


@router.post("/me/totp/confirm")
async def confirm_totp(auth: UseCases, caller: CurrentUser, body: Confirmation, response: Response) -> RecoveryCodes:
    """Turn the second factor on with a first code of the app. The answer has the recovery codes. Every other session
    ends."""
    response.headers["Cache-Control"] = "no-store"
    recovery = await auth.second_factors.confirm(caller.user_id, caller.session_id, body.code)
    return RecoveryCodes(recovery_codes=recovery)


@router.delete("/me/totp", status_code=204)
async def turn_totp_off(auth: UseCases, caller: CurrentUser, body: OwnersProof | None = None) -> None:
    """Turn the second factor off, and forget the recovery codes. Every other session ends."""
    await auth.second_factors.turn_off(caller.user_id, caller.session_id, _proof(body))


@router.post("/me/recovery-codes")
async def renew_recovery_codes(
    auth: UseCases, caller: CurrentUser, response: Response, body: OwnersProof | None = None
) -> RecoveryCodes:
    """New recovery codes; the old ones are worth nothing from now on."""
    response.headers["Cache-Control"] = "no-store"
    renewed = await auth.second_factors.renew_recovery_codes(caller.user_id, caller.session_id, _proof(body))
    return RecoveryCodes(recovery_codes=renewed)


def _proof(body: OwnersProof | None) -> Proof:
    return Proof(body.password, body.code) if body else Proof(None, None)
