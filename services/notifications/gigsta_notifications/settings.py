"""The settings of the notifications service."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from gigsta_common.settings import ServiceSettings, server_url


def _address(value: str) -> str:
    try:
        Address(addr_spec=value)
    except (ValueError, IndexError, HeaderParseError):
        raise ValueError("must be an address such as support@gigsta.nz") from None
    return value


def _mail_from(value: str) -> str:
    try:
        Address(addr_spec=parseaddr(value)[1])
    except (ValueError, IndexError):
        raise ValueError('must be an address such as "GigSta <no-reply@gigsta.nz>"') from None
    return value


class Settings(ServiceSettings):
    smtp_url: Annotated[SecretStr | None, Field(validate_default=True)] = None
    """`smtp://user:password@host:port` (STARTTLS where it is offered) or `smtps://...` (TLS from the first byte).
    Outside production it may be missing: mails then go to the development mailbox."""
    mail_from: Annotated[str, AfterValidator(_mail_from)] = "GigSta <no-reply@gigsta.nz>"
    support_email: Annotated[str, AfterValidator(_address)] = "support@gigsta.nz"
    """Whom people write to: it stands in every mail, and there somebody has to read it."""
    mail_enabled: bool = True
    """False where nobody is to get mails, as while demo data are loaded: deliveries are recorded as skipped."""
    mail_max_attempts: Annotated[int, Field(ge=1, le=100)] = 24
    """After so many failed attempts (about 14 hours) a delivery is given up, visibly."""
    streams_per_user: Annotated[int, Field(ge=1)] = 8
    """How many event streams one user may have open on one instance: a stream for each open tab."""
    mail_poll_interval: Annotated[float, Field(gt=0)] = 1.0
    """Seconds between two looks for mails that are due."""

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if url is None:
            if info.data.get("environment") == "production":
                raise ValueError("is missing: production has no other way to send mails")
            return None
        server_url(url.get_secret_value(), "smtp", "smtps")
        return url
