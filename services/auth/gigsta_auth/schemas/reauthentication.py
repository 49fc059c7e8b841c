"""Showing once more that an account is one's own."""

from typing import Self

from pydantic import model_validator

from gigsta_auth.schemas.fields import AnyPassword, Request
from gigsta_auth.schemas.passkeys import ShownCredential
from gigsta_auth.schemas.second_factors import AnyCode


class ShownAgain(Request):
    """One of them. `methods` of a `recent_login_required` says which the account has."""

    password: AnyPassword | None = None
    code: AnyCode | None = None
    passkey: ShownCredential | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.password, self.code, self.passkey].count(None) != 2:
            raise ValueError("send one of password, code and passkey")
        return self
