"""Passkeys: what browsers send, and what their owner sees of them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from gigsta_auth.models.passkeys import Created, Passkey, Shown
from gigsta_auth.schemas.fields import Request
from gigsta_common.text import label, line

PasskeyName = Annotated[str, line(60), AfterValidator(label)]
CredentialId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,1400}$")]


def _encoded(longest: int) -> Any:
    """Bytes in base64url."""
    return StringConstraints(min_length=1, max_length=longest, pattern=r"^[A-Za-z0-9_-]+$")


ClientData = Annotated[str, _encoded(4096)]


class AttestationResponse(BaseModel):
    clientDataJSON: ClientData  # noqa: N815 -- as browsers spell it
    attestationObject: Annotated[str, _encoded(8192)]  # noqa: N815


class CreatedCredential(BaseModel):
    """What `toJSON()` makes of a credential that `navigator.credentials.create()` has answered. It belongs to browsers
    and grows with them, so what is not named here is not looked at, and not refused."""

    id: CredentialId
    type: Literal["public-key"]
    response: AttestationResponse

    def as_created(self) -> Created:
        return Created(self.id, self.response.clientDataJSON, self.response.attestationObject)


class AssertionResponse(BaseModel):
    clientDataJSON: ClientData  # noqa: N815
    authenticatorData: Annotated[str, _encoded(4096)]  # noqa: N815
    signature: Annotated[str, _encoded(4096)]
    userHandle: Annotated[str | None, _encoded(128)] = None  # noqa: N815


class ShownCredential(BaseModel):
    """The same for `navigator.credentials.get()`."""

    id: CredentialId
    type: Literal["public-key"]
    response: AssertionResponse

    def as_shown(self) -> Shown:
        given = self.response
        return Shown(self.id, given.clientDataJSON, given.authenticatorData, given.signature, given.userHandle)


class NewPasskey(Request):
    credential: CreatedCredential
    name: PasskeyName = "Passkey"


class PasskeyChange(Request):
    name: PasskeyName


class PasskeyLogin(Request):
    credential: ShownCredential


class PasskeyOptions(BaseModel):
    public_key: dict[str, Any]
    """For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`. Good for ten minutes,
    once, and in this browser."""


class OwnPasskey(BaseModel):
    id: str
    name: str
    added_at: datetime
    last_used_at: Annotated[datetime | None, Field(description="When somebody last logged in with it.")]

    @classmethod
    def of(cls, passkey: Passkey) -> Self:
        return cls.model_validate(passkey)
