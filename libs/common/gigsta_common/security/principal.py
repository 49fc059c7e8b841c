"""The caller, and the dependencies with which a route says who may call it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from gigsta_common.errors import Forbidden, Unauthorized

if TYPE_CHECKING:
    from gigsta_common.security.tokens import TokenVerifier


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller, as the access token names them."""

    user_id: str
    roles: frozenset[str]
    session_id: str
    name: str | None = None
    second_factor: bool = False
    """Whether it was shown in this session (`mfa` of RFC 8176)."""
    owes_second_factor: bool = False
    """Whether they would be an administrator, had they shown one."""
    expires: float | None = field(default=None, compare=False)
    """When the token that named them does, in seconds since 1970: what lasts longer than a request ends then."""

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles and not self.owes_second_factor


_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)


async def optional_user(request: Request, token: Annotated[str | None, Depends(_bearer)]) -> Principal | None:
    """The caller, or None for no token at all. A bad token is refused even where none is needed."""
    if token is None:
        if "authorization" in request.headers:
            raise Unauthorized("Send the access token as `Authorization: Bearer <token>`.", code="invalid_token")
        return None
    verifier: TokenVerifier = request.app.state.runtime.verifier
    return await verifier.verify(token)


async def current_user(caller: Annotated[Principal | None, Depends(optional_user)]) -> Principal:
    if caller is None:
        raise Unauthorized("Log in first: this needs an access token.", code="not_authenticated")
    return caller


async def admin(caller: Annotated[Principal, Depends(current_user)]) -> Principal:
    if caller.owes_second_factor:
        raise Forbidden(
            "Administrators show a second factor: yours by `/auth/reauthenticate`, and refresh your session then. "
            "Where you have none yet, turn one on in your account; an operator permits that.",
            code="second_factor_required",
        )
    if not caller.is_admin:
        raise Forbidden("Only an administrator may do this.", code="admin_only")
    return caller


OptionalUser = Annotated[Principal | None, Depends(optional_user)]
CurrentUser = Annotated[Principal, Depends(current_user)]
Admin = Annotated[Principal, Depends(admin)]
