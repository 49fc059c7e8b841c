"""What becomes of one old document, and why nothing does."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from bson import ObjectId
from pydantic import ValidationError

from gigsta_cli.legacy.shapes import Kind
from gigsta_common.mongo import Document


class LegacyError(Exception):
    """In words for the operator."""


class Broken(ValueError):
    """An old document cannot be taken over; the text says why."""


ODD = (ValueError, ArithmeticError, TypeError, LookupError)
"""What an odd document may bring about where nobody has thought of it: it is broken, and the others go on."""


@dataclass(frozen=True)
class Target:
    """A document of one of the six databases."""

    service: str
    collection: str
    document: Document
    changes: frozenset[str] = frozenset()
    """Fields that the services themselves fill in or keep up to date, without it being anybody's change."""


@dataclass(frozen=True)
class Made:
    """The new documents of an old one, in the order in which they are written: where the first is refused, none is."""

    old_id: Any
    targets: tuple[Target, ...]
    words: frozenset[str] = frozenset()
    """For catalog's vocabulary."""
    password: str | None = None
    """As it was hashed."""
    remarks: tuple[str, ...] = ()

    @property
    def main(self) -> Document:
        return self.targets[0].document


@dataclass
class Batch:
    made: list[Made] = field(default_factory=list)
    broken: dict[Any, str] = field(default_factory=dict)


def new_id(kind: Kind, key: Any) -> str:
    """The id here of what had that one: of the same form as all (UUID version 7), and always the same.

    An ObjectId says when it was made, so that lists in order of ids are in order of time.
    """
    raw = key.binary if isinstance(key, ObjectId) else repr(key).encode()  # the text "5" is not the number 5
    milliseconds = int(key.generation_time.timestamp() * 1000) if isinstance(key, ObjectId) else 0
    digest = int.from_bytes(sha256(f"{kind}:".encode() + raw).digest()[:10])
    number = (milliseconds & (2**48 - 1)) << 80 | digest
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=number))


def because(error: Exception) -> Broken:
    """In a sentence, without the value where it may be a password."""
    if isinstance(error, Broken):
        return error
    if not isinstance(error, ValidationError):
        return Broken(f"cannot be read ({type(error).__name__}: {error})")
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return Broken(f"{where}: {first['msg']}" if where else first["msg"])
