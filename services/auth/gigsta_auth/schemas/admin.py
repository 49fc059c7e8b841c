"""What administrators send and see."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from gigsta_auth.schemas.accounts import UserAccount
from gigsta_auth.schemas.fields import Reason, Request

AppliedAt = Annotated[
    AwareDatetime | None,
    Field(
        description="Of the application that was read. Where the applicant has applied anew since, "
        "nothing is decided: 409 `application_changed`."
    ),
]


class Approval(Request):
    applied_at: AppliedAt = None


class Rejection(Request):
    reason: Reason
    applied_at: AppliedAt = None


class Barring(Request):
    """Suspending an account, or opening it again."""

    reason: Reason


class SubmittedApplication(BaseModel):
    trading_name: str
    phone_number: str
    address: str
    applied_at: datetime


class SuspensionState(BaseModel):
    reason: str
    at: datetime
    admin_id: str


class AdminUserAccount(UserAccount):
    """An account as administrators see it: with what its owner wrote when applying as a provider."""

    application: SubmittedApplication | None
    suspension: SuspensionState | None = None
