"""Password hashes of another application (decision record 24).

A bcrypt hash is not stored: what is, is an argon2id hash of it, followed by `#` and the cost and salt with which
bcrypt makes the same of a password that is typed. So whoever steals the accounts has nothing weaker to guess at.
"""

import re

_MARK = "#"
_BCRYPT = re.compile(r"(\$2[aby]\$\d\d\$[./A-Za-z0-9]{22})[./A-Za-z0-9]{31}")


def is_argon2id(foreign: str) -> bool:
    return foreign.startswith("$argon2id$")


def salt_of(bcrypt_hash: str) -> str:
    """Raises ValueError where it is no hash of bcrypt's."""
    found = _BCRYPT.fullmatch(bcrypt_hash)
    if found is None:
        raise ValueError("neither argon2id nor bcrypt")
    return found[1]


def joined(argon2_hash: str, salt: str) -> str:
    return argon2_hash + _MARK + salt


def parts(stored: str) -> tuple[str, str | None]:
    """The argon2id hash, and the salt of the bcrypt hash inside it, if there is one."""
    outer, _, salt = stored.partition(_MARK)
    return outer, salt or None
