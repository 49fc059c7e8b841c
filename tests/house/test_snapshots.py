"""What is generated and committed is what the code says today: `make snapshots` writes it anew."""

import json
from collections.abc import Iterator
from typing import Any

from gigsta_cli.snapshots import ROOT, generate


def test_every_snapshot_is_up_to_date() -> None:
    stale = [
        str(path.relative_to(ROOT))
        for path, text in generate().items()
        if not path.exists() or path.read_text() != text
    ]
    assert not stale, f"run make snapshots and look at what it changes in {', '.join(stale)}"


def test_every_operation_can_become_a_method_of_a_client() -> None:
    """Operation ids are unique within a service, and every operation says what it does."""
    for path, text in generate().items():
        if path.name != "openapi.json":
            continue
        operations = [
            operation
            for item in json.loads(text)["paths"].values()
            for method, operation in item.items()
            if method in ("get", "post", "put", "patch", "delete")
        ]
        ids = [operation["operationId"] for operation in operations]
        assert len(ids) == len(set(ids)), path
        bare = [o["operationId"] for o in operations if o["summary"] == o["operationId"].replace("_", " ").title()]
        assert bare == [], f"{path}: their functions need a docstring"


def test_every_number_that_a_client_may_send_has_a_bound() -> None:
    """MongoDB holds none above 2^63, and what it cannot hold would be a 500."""
    unbounded = []
    for path, text in generate().items():
        if path.name == "openapi.json":
            document = json.loads(text)
            for place, item in document["paths"].items():
                for method, operation in item.items():
                    for name, schema in _sent(operation, document["components"]["schemas"], frozenset()):
                        if schema.get("type") == "integer" and "maximum" not in schema:
                            unbounded.append(f"{method} {place}: {name}")
    assert [one for one in unbounded if not one.startswith("put /bookings/policy: bounds")] == [], (
        "`bounds` is not kept"
    )


def _sent(operation: dict[str, Any], models: dict[str, Any], above: frozenset[str]) -> Iterator[tuple[str, Any]]:
    for parameter in operation.get("parameters", ()):
        yield from _parts(parameter["name"], parameter["schema"], models, above)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _parts("", content["schema"], models, above)


def _parts(name: str, schema: Any, models: dict[str, Any], above: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """A schema and all that are within it, each with the name of its field."""
    yield name, schema
    model = schema.get("$ref", "").rpartition("/")[2]
    if model and model not in above:
        yield from _parts(name, models[model], models, above | {model})
    for inner in (*schema.get("anyOf", ()), *schema.get("allOf", ()), schema.get("items")):
        if isinstance(inner, dict):
            yield from _parts(name, inner, models, above)
    for field, inner in schema.get("properties", {}).items():
        yield from _parts(f"{name}.{field}".lstrip("."), inner, models, above)
