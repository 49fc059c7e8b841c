"""Password hashes of another application (decision record 24).

A bcrypt hash is not stored: what is, is an argon2id hash of it, followed by `#` and the cost and salt with which
bcrypt makes the same of a password that is typed. So whoever steals the accounts has nothing weaker to guess at.

A hash says itself how much work it is to check, and whoever wrote it may have said anything. What is more than ours may
be (`MOST_MEMORY_KIB` and so on) is not adopted, and no password is compared with it: that would keep a thread from
everybody else's login.
"""

import re

MOST_MEMORY_KIB = 128 * 1024
MOST_PASSES = 10
MOST_LANES = 16
_MARK = "#"
_SALT = re.compile(r"\$2[aby]\$(?:0[4-9]|1[0-4])\$[./A-Za-z0-9]{22}")
_BCRYPT = re.compile(rf"({_SALT.pattern})[./A-Za-z0-9]{{31}}")
_ARGON2ID = re.compile(r"\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})(?:\$[+/A-Za-z0-9]{11,128}){2}")


def is_argon2id(foreign: str) -> bool:
    """Whether it is a hash of argon2id's that can be checked, at a cost that can be borne."""
    found = _ARGON2ID.fullmatch(foreign)
    if found is None:
        return False
    memory, passes, lanes = (int(number) for number in found.groups())
    return 8 * lanes <= memory <= MOST_MEMORY_KIB and 1 <= passes <= MOST_PASSES and 1 <= lanes <= MOST_LANES


def can_be_adopted(foreign: str) -> bool:
    return is_argon2id(foreign) or _BCRYPT.fullmatch(foreign) is not None


def can_be_checked(stored: str) -> bool:
    """Whether a password may be compared with what is stored of one."""
    outer, salt = parts(stored)
    return is_argon2id(outer) and (salt is None or _SALT.fullmatch(salt) is not None)


def salt_of(bcrypt_hash: str) -> str:
    """Raises ValueError where it is no hash of bcrypt's, or one that is too dear."""
    found = _BCRYPT.fullmatch(bcrypt_hash)
    if found is None:
        raise ValueError("neither argon2id nor bcrypt, or too dear")
    return found[1]


def joined(argon2_hash: str, salt: str) -> str:
    return argon2_hash + _MARK + salt


def parts(stored: str) -> tuple[str, str | None]:
    """The argon2id hash, and the salt of the bcrypt hash inside it, if there is one."""
    outer, _, salt = stored.partition(_MARK)
    return outer, salt or None
