"""Showing once more that an account is one's own."""

from typing import Self

from pydantic import model_validator

from gigsta_auth.schemas.fields import AnyPassword, Request
from gigsta_auth.schemas.second_factors import AnyCode


class ShownAgain(Request):
    """One of them. `methods` of a `recent_login_required` says which the account has."""

    password: AnyPassword | None = None
    code: AnyCode | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.password is None) == (self.code is None):
            raise ValueError("send one of password and code")
        return self
