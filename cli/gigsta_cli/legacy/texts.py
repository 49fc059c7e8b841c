"""What people once wrote, as a request could say it today: nobody is left out for a sign in their name."""

import unicodedata

from pydantic import TypeAdapter, ValidationError

from gigsta_auth.schemas.fields import Address
from gigsta_bookings.schemas import Text
from gigsta_common.text import PersonName, PhoneNumber, TradingName
from gigsta_ratings.schemas import Comment

NAME = TypeAdapter[str](PersonName)
TRADING_NAME = TypeAdapter[str](TradingName)
PHONE_NUMBER = TypeAdapter[str](PhoneNumber)
ADDRESS = TypeAdapter[str](Address)
NOTE = TypeAdapter[str](Text)
COMMENT = TypeAdapter[str](Comment)

_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def fitted(said: str | None, form: TypeAdapter[str], longest: int) -> str | None:
    """Without controls, and cut where it is too long; None where it may not be said even so, or says nothing."""
    seen = "".join(char for char in said or "" if char in "\n\r\t" or not _is_control(char))
    try:
        return form.validate_python(seen.strip()[:longest].strip()) or None
    except ValidationError:
        return None


def one_line(said: str | None, form: TypeAdapter[str], longest: int) -> str | None:
    return fitted(" ".join((said or "").split()), form, longest)


def remarks(**fields: tuple[str | None, str | None]) -> list[str]:
    """On each field that was said in one way and is kept in another."""
    differ = [name for name, (said, kept) in fields.items() if (said or "").split() != (kept or "").split()]
    return [f"{name}: may not be as it was, and is {'changed' if fields[name][1] else 'left out'}" for name in differ]


def _is_control(char: str) -> bool:
    return unicodedata.category(char) == "Cc" or unicodedata.bidirectional(char) in _TURNS
