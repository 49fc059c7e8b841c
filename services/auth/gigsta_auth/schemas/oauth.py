"""Logging in by way of a provider elsewhere."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from gigsta_auth.models.identities import Identity, ProviderName
from gigsta_auth.models.identity_providers import IdentityProvider
from gigsta_auth.models.linking import identity_id
from gigsta_auth.schemas.fields import Request, Secret


class ProvidersAnswer(Request):
    """What the provider has put behind the `?` of the page that it sent the person back to."""

    code: Annotated[str, Field(min_length=1, max_length=4096)]
    state: Secret
    iss: Annotated[str | None, Field(max_length=300)] = None


class OfferedProvider(BaseModel):
    name: ProviderName
    """As it stands in the paths of logging in with it, and of linking it."""
    title: str
    """What people call it."""

    @classmethod
    def of(cls, provider: IdentityProvider) -> Self:
        return cls(name=provider.name, title=provider.title)


class Authorization(BaseModel):
    authorization_url: str
    """Where the browser goes next."""


class LinkedIdentity(BaseModel):
    id: str
    provider: ProviderName
    email: str | None
    """The address that the provider knew when it was linked."""
    linked_at: datetime

    @classmethod
    def of(cls, identity: Identity) -> Self:
        return cls.model_validate({**identity, "id": identity_id(identity)})
