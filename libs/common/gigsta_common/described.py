"""FastAPI whose OpenAPI document says what each operation does; FastAPI itself says what its function is called."""

import re
from typing import Any

from fastapi import FastAPI

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z`])")


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence in one line and without its full stop, and what comes after it."""
    paragraph, _, below = text.strip().partition("\n\n")
    first, *rest = _SENTENCE.split(paragraph, maxsplit=1)
    return " ".join(first.split()).removesuffix("."), "\n\n".join(part for part in (*rest, below.strip()) if part)


class DescribedApp(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The first sentence of a docstring is the operation's summary, the rest its description."""
        known, document = self.openapi_schema, super().openapi()
        if known is None:
            for item in document.get("paths", {}).values():
                for method in _METHODS & item.keys():
                    _say(item[method])
        return document


def _say(operation: dict[str, Any]) -> None:
    if text := operation.pop("description", None):
        operation["summary"], rest = first_sentence(text)
        if rest:
            operation["description"] = rest
