"""Requests that mean no good, made from what a service says of itself in its OpenAPI document.

Schemathesis makes those that fit the description and those that do not; what no description leads to is added here.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable

CASES = int(os.environ.get("GIGSTA_CASES", "4"))
"""How many of each kind. With more than by default they are others every time."""
SEED = os.environ.get("GIGSTA_SEED") or ("gigsta" if CASES <= 4 else str(random.randrange(10**9)))

Operation = Any
"""Schemathesis's."""
Known = Callable[[], str]
"""Answers the id of something that is there."""


@dataclass(frozen=True)
class Request:
    what: str
    method: str
    path: str
    query: str = ""
    headers: dict[str, bytes] = field(default_factory=dict)
    body: bytes | None = None
    unknown: str | None = None
    """A field that there is none of: it has to be named in the refusal."""

    @property
    def target(self) -> str:
        return self.path + ("?" + self.query if self.query else "")


class Raw(str):
    """JSON as it is to be sent, which no encoder would write."""

    __slots__ = ()


def _nested(depth: int, bracket: str = "[]") -> Raw:
    return Raw(bracket[0] * depth + bracket[1] * depth)


VALUES: dict[str, Any] = {
    "an operator": {"$gt": ""},
    "an operator in a list": [{"$ne": None}],
    "code": {"$where": "sleep(5000)"},
    "a change": {"$set": {"roles": ["admin"]}},
    "a name with a dot": {"roles.0": "admin", "__proto__": {"admin": True}, "": 1},
    "null": None,
    "true": True,
    "nothing": "",
    "a space": " ",
    "a negative number": -1,
    "half": 0.5,
    "more than 64 bits": 2**64,
    "a number of 5000 digits": Raw("9" * 5000),
    "more than a double": Raw("1e999"),
    "not a number": Raw("NaN"),
    "infinity": Raw("-Infinity"),
    "100 000 letters": "a" * 100_000,
    "nul": "a\0b",
    "half of a surrogate pair": Raw('"\\ud800"'),
    "half of a pair as a name": Raw('{"\\udfff": 1}'),
    "text that turns around": "\u202eevil\u2066\ufeff",
    "line breaks": "a\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "a template": "{{7*7}}${7*7}%s%n%(x)s{0.__class__}",
    "a path": "../../../../etc/passwd\0.png",
    "a regular expression": "(a+)+$[\\",
    "1000 deep": _nested(1000),
    "30 000 deep": _nested(30_000),
    "100 000 wide": [0] * 100_000,
    "the last moment": "9999-12-31T23:59:59.999999Z",
    "before the last moment, far west": "9999-12-31T23:59:59-14:00",
    "before the first moment": "0001-01-01T00:00:00+14:00",
    "a moment that is none": "2026-02-30T25:61:61Z",
    "a number as a date": 10**18,
}

BODIES: dict[str, tuple[bytes, bytes]] = {
    "no JSON": (b"{", b"application/json"),
    "nothing": (b"", b"application/json"),
    "bytes that are no text": (b'{"email": "\xff\xfe\xc0\x80"}', b"application/json"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), b"application/json"),
    "another charset": (b'{"a": "\xe9"}', b"application/json; charset=latin-1"),
    "a charset that is none": (b"{}", b"application/json; charset=\xff\x00"),
    "a mark first": (b"\xef\xbb\xbf{}", b"application/json"),
    "null": (b"null", b"application/json"),
    "a list": (b"[[]]", b"application/json"),
    "a text": (b'"$where"', b"application/json"),
    "a number": (b"1e999", b"application/json"),
    "100 000 lists in lists": (_nested(100_000).encode(), b"application/json"),
    "100 000 objects in objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"application/json"),
    "100 000 names": (json.dumps({f"${n}": n for n in range(100_000)}).encode(), b"application/json"),
    "more than a megabyte": (b'{"a": "' + b"a" * 1_100_000 + b'"}', b"application/json"),
    "a form": (b"email[$ne]=a&password[$ne]=b", b"application/x-www-form-urlencoded"),
    "parts without an end": (b'--x\r\nContent-Disposition: form-data; name="a"', b"multipart/form-data; boundary=x"),
    "parts without a boundary": (b"--x--", b"multipart/form-data"),
    "XML": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', b"application/xml"),
    "no type": (b"{}", b""),
    "a type that is none": (b"{}", b"\xff;;=;"),
}

TEXTS = [value for value in VALUES.values() if isinstance(value, str) and not isinstance(value, Raw)]
IN_PATHS = [
    "%00", "%ff%fe", "%ed%a0%80", "$where", quote('{"$gt": ""}', safe=""), "..", "%2e%2e%2f%2e%2e", "a%0d%0ab",
    "a" * 3000, "-1", "9" * 400, "%F0%9F%92%A9", "null", "%2F", "*", "%25%32%65",
]  # fmt: skip
IN_HEADERS = [
    b"",
    b"\xff\xfe",
    b"\xc3\x28",
    b"a" * 8000,
    b'{"$gt": ""}',
    b"*",
    b'W/"',
    b"-1",
    b"\xe2\x80\xae",
    b"a, b;c=d",
]


def operations(document: dict[str, Any]) -> list[Operation]:
    described: Any = schemathesis.openapi.from_dict(document)
    return [found.ok() for found in described.get_all_operations()]


def requests(operation: Operation, known: Known) -> Iterator[Request]:
    dice = random.Random(SEED + operation.label)
    fitting = _generated(operation, schemathesis.GenerationMode.POSITIVE)
    for case in fitting:
        yield _request("fits its description", case, dice, known)
    for case in _generated(operation, schemathesis.GenerationMode.NEGATIVE):
        yield _request("does not fit its description", case, dice, known)
    for case in fitting[-1:]:
        for _ in range(CASES):
            yield from _elsewhere(case, dice, known)
        if case.media_type == "application/json" and isinstance(case.body, dict):
            yield from _with_body(case, dice, known)
        if case.media_type is not None:
            for what, (body, kind) in BODIES.items():
                request = _request(what, case, dice, known)
                headers = {**request.headers, "content-type": kind}
                yield Request(what, request.method, request.path, request.query, headers, body)


def _generated(operation: Operation, mode: schemathesis.GenerationMode) -> list[Any]:
    found: list[Any] = []

    @seed(SEED + operation.label)
    @settings(
        max_examples=CASES,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:
        found.append(case)

    try:
        collect()
    except Unsatisfiable:
        assert mode is schemathesis.GenerationMode.NEGATIVE  # what takes nothing cannot be asked wrongly
    return found


def _request(what: str, case: Any, dice: random.Random, known: Known) -> Request:
    path = case.path
    for name, value in _that_is_there(case.path_parameters or {}, dice, known).items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    query = [
        (name, one if isinstance(one, str) else json.dumps(one))
        for name, value in (case.query or {}).items()
        for one in (value if isinstance(value, list) else [value])
    ]
    headers = {name: str(value).encode("utf-8", "replace") for name, value in (case.headers or {}).items()}
    body = _body(case, _that_is_there(case.body, dice, known) if isinstance(case.body, dict) else case.body)
    if body is not None:
        headers["content-type"] = str(case.media_type).encode()
    return Request(what, case.method, path, urlencode(query, errors="replace"), headers, body)


def _that_is_there(fields: dict[str, Any], dice: random.Random, known: Known) -> dict[str, Any]:
    """Mostly with the id of something in place of one that was made up."""
    return {name: known() if name.endswith("_id") and dice.random() < 0.7 else one for name, one in fields.items()}


def _body(case: Any, body: Any) -> bytes | None:
    if case.media_type is None:
        return None
    if isinstance(body, bytes):
        return body
    if case.media_type == "application/json":
        return encode(body).encode("utf-8", "surrogatepass")
    fields = body if isinstance(body, dict) else {"body": body}
    return urlencode({str(name): str(value) for name, value in fields.items()}, errors="replace").encode()


def encode(value: Any) -> str:
    """JSON, with what is raw in it as it is."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{encode(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(encode, value)) + "]"
    try:
        return json.dumps(value)
    except TypeError:  # schemathesis's mark for nothing at all
        return ""


def _with_body(case: Any, dice: random.Random, known: Known) -> Iterator[Request]:
    request = _request("", case, dice, known)

    def sending(what: str, body: Any, unknown: str | None = None) -> Request:
        sent = encode(body).encode()
        return Request(what, request.method, request.path, request.query, request.headers, sent, unknown)

    for name in ("is_admin", "$where", "_id", "roles.0", "\0"):
        yield sending(f"and {name!r} more", {**case.body, name: True}, name)
    for what in dice.sample(sorted(VALUES), min(len(VALUES), 3 * CASES)):
        yield sending(f"{what} for all of it", VALUES[what])
    places = list(_places(case.body))
    for _ in range(CASES * min(len(places), 8)):
        place, what = dice.choice(places), dice.choice(sorted(VALUES))
        yield sending(f"{what} at {'.'.join(map(str, place))}", _replaced(case.body, place, VALUES[what]))


def _places(value: Any) -> Iterator[tuple[Any, ...]]:
    """Where there is something within."""
    parts = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for name, part in parts:
        yield (name,)
        for rest in _places(part):
            yield (name, *rest)


def _replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    first, *rest = place
    changed: Any = dict(value) if isinstance(value, dict) else list(value)
    changed[first] = _replaced(value[first], tuple(rest), new)
    return changed


def _elsewhere(case: Any, dice: random.Random, known: Known) -> Iterator[Request]:
    """In the path, the query and the headers."""
    definition = case.operation.definition.raw
    named = {(p["name"], p["in"]) for p in definition.get("parameters", ())}
    plain = _request("", case, dice, known)
    for name, where in sorted(named):
        if where == "path":
            bad = dice.choice(IN_PATHS)
            path = case.path.replace("{" + name + "}", bad)
            for other in case.path_parameters:
                path = path.replace("{" + other + "}", "x")
            yield Request(f"{bad[:40]!r} as {name}", plain.method, path, plain.query, plain.headers, plain.body)
        elif where == "query":
            bad = dice.choice(TEXTS)[:8000]
            query = dice.choice(
                [urlencode({name: bad}), urlencode({f"{name}[$ne]": "1"}), f"{name}=%ff%00&{name}={name}"]
            )
            query = "&".join(filter(None, (plain.query, query)))
            yield Request(f"{query[-60:]!r} in the query", plain.method, plain.path, query, plain.headers, plain.body)
        elif where == "header":
            headers = {**plain.headers, name: dice.choice(IN_HEADERS)}
            yield Request(f"{name}: {headers[name][:40]!r}", plain.method, plain.path, plain.query, headers, plain.body)
