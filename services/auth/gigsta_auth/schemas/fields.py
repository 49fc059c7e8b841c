"""The fields that several requests have, and what all requests share."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from gigsta_auth.models import passwords
from gigsta_auth.models.users import normalise_email


def line(longest: int, shortest: int = 1) -> StringConstraints:
    """One line of text, without control characters."""
    return StringConstraints(
        strip_whitespace=True, min_length=shortest, max_length=longest, pattern=r"^[^\x00-\x1f\x7f]+$"
    )


Email = Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(normalise_email)]
NewPassword = Annotated[
    str,
    Field(min_length=passwords.MIN_LENGTH, max_length=passwords.MAX_LENGTH, json_schema_extra={"format": "password"}),
    AfterValidator(passwords.check_choice),
]
AnyEmail = Annotated[str, Field(min_length=1, max_length=254)]
AnyPassword = Annotated[
    str, Field(min_length=1, max_length=passwords.MAX_LENGTH, json_schema_extra={"format": "password"})
]
Secret = Annotated[str, Field(min_length=1, max_length=200)]
FullName = Annotated[str, line(100)]
TradingName = Annotated[str, line(100, shortest=2)]
PhoneNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=32, pattern=r"^\+?[0-9(][0-9 ().-]{4,30}$")
]
Address = Annotated[str, line(300)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")
