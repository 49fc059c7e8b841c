"""What is generated and committed is what the code says today: `make snapshots` writes it anew."""

import json

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
        assert all(operation.get("description") for operation in operations), path
