"""The fields that several requests have, and what all requests share."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gigsta_auth.models import passwords
from gigsta_auth.models.users import normalise_email
from gigsta_common.text import label, line, prose

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
Address = Annotated[str, line(300), AfterValidator(label)]
Reason = Annotated[str, line(500), AfterValidator(prose)]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")
