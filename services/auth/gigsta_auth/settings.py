"""What auth reads from the environment beyond what every service does."""

import base64
import hmac
import os
import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from gigsta_common.settings import SecretOfProduction, ServiceSettings

_STRONG_ENOUGH = {"argon2_memory_kib": 19 * 1024, "argon2_time_cost": 2}


def _key_of_32_bytes(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", value.get_secret_value()):
        raise ValueError(
            "must be 32 random bytes in base64url, as `openssl rand -base64 32 | tr '+/' '-_'` prints them"
        )
    return value


class Settings(ServiceSettings):
    key_encryption_key: Annotated[SecretStr, AfterValidator(_key_of_32_bytes)]
    """The root secret: signing keys are stored encrypted under it. Every instance has the same."""

    gateway_secret: SecretOfProduction = None
    """What the gateway proves itself with. Only with it is its word for a client's address taken (see `client.py`).
    Without it all who come through the gateway would be one client, and be counted as one."""

    argon2_memory_kib: Annotated[int, Field(ge=8)] = _STRONG_ENOUGH["argon2_memory_kib"]
    argon2_time_cost: Annotated[int, Field(ge=1)] = _STRONG_ENOUGH["argon2_time_cost"]
    argon2_parallelism: Annotated[int, Field(ge=1, le=16)] = 1
    password_workers: Annotated[int, Field(ge=1, le=64)] = min(4, os.cpu_count() or 1)
    """Threads that hash passwords, each of them a whole core at times."""
    password_queue: Annotated[int, Field(ge=0)] = 64
    """How many hashes may wait for a thread before callers are told to come again."""

    @field_validator("argon2_memory_kib", "argon2_time_cost")
    @classmethod
    def _cheap_only_outside_production(cls, value: int, info: ValidationInfo) -> int:
        least = _STRONG_ENOUGH[str(info.field_name)]
        if info.data.get("environment") == "production" and value < least:
            raise ValueError(f"must be at least {least} in production")
        return value

    def derived_key(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose only, so that no two uses of the root secret meet."""
        root = base64.urlsafe_b64decode(self.key_encryption_key.get_secret_value()[:43] + "=")
        return hmac.digest(root, purpose.encode(), "sha256")
