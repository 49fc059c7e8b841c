"""What people write, as fields of requests: names, single lines, and longer text.

A name is shown to others who trust it, in subjects and greetings of mails as well: so nothing in it may turn the rest
of the line around, hide, or be made a link of.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from gigsta_common.lookalikes import is_of_two_alphabets, is_the_platforms

_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
"""Unicode's categories of controls, formats (which turn text around or hide in it), line ends and what is nothing."""
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs, as Unicode has it, that nobody sees."""
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINKED = re.compile(r"://|@|\bwww\b|\b[a-z]{2,}:\S|\w\.[^\W\d_]{2,}|\d\.\d+\.\d+\.\d", re.IGNORECASE)
"""What mail programs make a link of. `J.R. Smith`, `No. 1` and `$24.99` are not of it."""
_FULL_STOP = str.maketrans({"\u3002": "."})
"""What browsers take for the dot of a domain besides those that NFKC makes one."""
_JOINERS = "\u200c\u200d"
"""What is not seen and yet spells: the same letters are another word without it in Persian or Sinhala."""
_MARK = "\u0301"
_PERSON = re.compile(rf"(?:\w{_MARK}{{0,4}}|[ .,'’‘ʻ()-])+")
"""Of a name in which every mark (vowel sign, accent, tone) is `_MARK`. No script has more than four on a letter."""


def line(longest: int, shortest: int = 1) -> StringConstraints:
    """How long a line may be; what may stand in it the validators say."""
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


def one_line(text: str) -> str:
    seen = "".join(text[at] for at in range(len(text)) if not _joins(text, at))
    if any(unicodedata.category(char) in _UNSEEN or char in _BLANKS for char in seen):
        raise ValueError("may not have line breaks or characters that cannot be seen")
    return text


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands between letters that are joined: those of Latin, Greek and Cyrillic are not."""
    if text[at] not in _JOINERS or not 0 < at < len(text) - 1:
        return False
    return unicodedata.category(text[at - 1]) in ("Lo", "Mn", "Mc") and unicodedata.category(text[at + 1]) == "Lo"


def label(text: str) -> str:
    """A line that says something."""
    return _says_something(one_line(text))


def _says_something(text: str) -> str:
    if not any(char.isalnum() for char in text):
        raise ValueError("must have a letter or a digit")
    return text


def name(text: str) -> str:
    """A label that leads nowhere, whichever characters stand for its letters and dots, and passes for nobody else's."""
    if _LINKED.search(unicodedata.normalize("NFKC", label(text)).translate(_FULL_STOP)):
        raise ValueError(
            "may not have the address of a web page or a mailbox in it; after a full stop or a colon, put a space"
        )
    if is_the_platforms(text):
        raise ValueError("may not have the name GigSta in it, which is the platform's own")
    if is_of_two_alphabets(text):
        raise ValueError("may not mix the letters of two alphabets in one word")
    return text


def person_name(text: str) -> str:
    whole = unicodedata.normalize("NFC", one_line(text))
    shape = "".join(_MARK if unicodedata.category(char).startswith("M") else char for char in whole)
    if not _PERSON.fullmatch(re.sub(f"[{_JOINERS}]", "", shape)):
        raise ValueError("may have letters, digits, spaces and . , ' ( ) - in it, and nothing else")
    return name(whole)


def plain_lines(text: str) -> str:
    """Lines that hide nothing: an address."""
    for part in text.split("\n"):
        one_line(part.removesuffix("\r"))
    return text


def prose(text: str) -> str:
    """Some lines of text."""
    if any(char in _TURNS or (unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t") for char in text):
        raise ValueError("may not have control characters in it")
    return text


def statement(text: str) -> str:
    """Prose that says something."""
    return _says_something(prose(text))


@dataclass(frozen=True)
class Form:
    """A pattern that says in words what does not match it."""

    pattern: str
    words: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": self.pattern}

    def _check(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.words)
        return text


PersonName = Annotated[str, line(100), AfterValidator(person_name)]
TradingName = Annotated[str, line(100, 2), AfterValidator(name)]
PhoneNumber = Annotated[
    str,
    line(32),
    Form(
        r"^\+?[0-9(][0-9 ().-]{4,30}$",
        "must be a phone number, such as +64 21 555 0100: digits, with spaces and ( ) . - between them",
    ),
]
Slug = Annotated[
    str,
    StringConstraints(max_length=60),
    Form(r"^[a-z0-9]+(-[a-z0-9]+)*$", "may have small letters and digits, with single hyphens between them"),
]
"""The id of a category."""
