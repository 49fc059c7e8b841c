"""Who is calling: access tokens, the keys that verify them, and what routes ask of them."""

from gigsta_common.security.jwks import JwksClient, KeySource, StaticKeys
from gigsta_common.security.principal import Admin, CurrentUser, OptionalUser, Principal, optional_user
from gigsta_common.security.tokens import SigningKey, TokenVerifier, issue_token

__all__ = [
    "Admin",
    "CurrentUser",
    "JwksClient",
    "KeySource",
    "OptionalUser",
    "Principal",
    "SigningKey",
    "StaticKeys",
    "TokenVerifier",
    "issue_token",
    "optional_user",
]
