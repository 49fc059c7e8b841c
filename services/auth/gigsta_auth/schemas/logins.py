"""Tokens, the sessions they belong to, and the keys that verify them."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from gigsta_auth.models.sessions import Session
from gigsta_auth.schemas.accounts import UserAccount
from gigsta_auth.schemas.fields import AnyEmail, AnyPassword, NewPassword, Request, Secret
from gigsta_common.text import PersonName


class EmailVerification(Request):
    token: Secret
    password: NewPassword | None = None
    """The account's from now on. It may be left out in the browser that registered, which gets the one chosen then; and
    by a client that is no browser, where the address was registered once."""
    full_name: PersonName | None = None


class Credentials(Request):
    email: AnyEmail
    password: AnyPassword


class PasswordForm(Request):
    """The password grant of OAuth 2: here `username` is the address. Scopes and clients mean nothing to us."""

    grant_type: Literal["password"] = "password"
    username: AnyEmail
    password: AnyPassword
    scope: Annotated[str, Field(max_length=200)] = ""
    client_id: Annotated[str | None, Field(max_length=200)] = None
    client_secret: Annotated[str | None, Field(max_length=200)] = None


class Refresh(Request):
    """Empty, or left out, where the cookie carries the refresh token."""

    refresh_token: Secret | None = None


class LoginAnswer(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
    """Seconds until the access token expires."""
    refresh_token: str | None
    """Null where the refresh token came by cookie: then it goes back by cookie, out of the reach of scripts."""
    user: UserAccount


class DeviceSession(BaseModel):
    id: str
    device: str
    created_at: datetime
    last_used_at: datetime
    """When the session was last refreshed."""
    expires_at: datetime
    current: bool
    """Whether it is the one this request belongs to."""

    @classmethod
    def of(cls, session: Session, current_id: str) -> Self:
        return cls.model_validate({**session, "id": session["_id"], "current": session["_id"] == current_id})


class PublicSigningKey(BaseModel):
    kid: str
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    use: Literal["sig"]
    alg: Literal["ES256"]


class PublicSigningKeys(BaseModel):
    """A JWK set (RFC 7517)."""

    keys: list[PublicSigningKey]
