"""What the contracts say, as JSON Schema and AsyncAPI, and whether a change of them would break somebody."""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel

from gigsta_common.events import CONTRACTS, Envelope
from gigsta_common.events.envelope import TYPE_PREFIX, EventData

Schema = dict[str, Any]

_WORDS = {"title", "description", "default", "examples"}
"""What may change in a schema without a message becoming another."""


def schemas() -> dict[str, str]:
    """The text of each contract's snapshot, by file name (`BookingChanged.v1.json`)."""
    files = {"Envelope.v1.json": _text(schema_of(Envelope))}
    for contract in CONTRACTS:
        schema = schema_of(contract) | {"x-events": list(contract.names)}
        files[f"{contract.__name__}.v{contract.version}.json"] = _text(schema)
    return files


def schema_of(contract: type[BaseModel]) -> Schema:
    return contract.model_json_schema()


def breaks(old: Schema, new: Schema) -> list[str]:
    """Why `new` may not replace `old`, in words; empty where it only adds.

    A consumer of yesterday reads what a publisher of today sends, and the other way round. So what was there stays as
    it was, and what is new may be missing.
    """
    found = [f"{name}: is no longer published" for name in old.get("x-events", ()) if name not in new["x-events"]]
    return found + _compare("", old, old, new, new)


def _compare(path: str, old: Schema, old_root: Schema, new: Schema, new_root: Schema) -> list[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    if "properties" in old and "properties" in new:
        return _compare_objects(path, old, old_root, new, new_root)
    if "anyOf" in old and len(old["anyOf"]) == len(new.get("anyOf", ())):
        pairs = zip(old["anyOf"], new["anyOf"], strict=True)
        return [problem for a, b in pairs for problem in _compare(path, a, old_root, b, new_root)]
    if "items" in old and "items" in new:
        return _compare(f"{path}[]", old["items"], old_root, new["items"], new_root)
    same = _meaning(old) == _meaning(new)
    return [] if same else [f"{path or 'the whole'}: its type has changed"]


def _compare_objects(path: str, old: Schema, old_root: Schema, new: Schema, new_root: Schema) -> list[str]:
    found: list[str] = []
    before, after = set(old.get("required", ())), set(new.get("required", ()))
    for name, schema in old["properties"].items():
        place = f"{path}.{name}" if path else name
        if name not in new["properties"]:
            found.append(f"{place}: was removed")
            continue
        found += _compare(place, schema, old_root, new["properties"][name], new_root)
        if name in before - after:
            found.append(f"{place}: is no longer always there")
    found += [f"{path}.{name}".strip(".") + ": is now required" for name in sorted(after - before)]
    return found


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema


def _meaning(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in _WORDS}


def asyncapi(hears: Mapping[str, Iterable[str]] | None = None) -> Schema:
    """Every event, who sends it and what it holds, as an AsyncAPI 3 document.

    `hears` has the routing keys that each service's queue is bound to, as `booking.*`: this package knows no services.
    """
    document: Schema = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "GigSta events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in JSON on one topic exchange; a channel's address is the routing key.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {},
        "operations": {},
        "components": {"messages": {}, "schemas": {}},
    }
    _add_schema(document, Envelope)
    for contract in CONTRACTS:
        _add_contract(document, contract)
    for service, bindings in (hears or {}).items():
        _add_listener(document, service, sorted(bindings))
    return document


def _add_listener(document: Schema, service: str, bindings: Iterable[str]) -> None:
    for channel, about in document["channels"].items():
        event = about["address"].replace("{what}", "*")
        # `booking.verified` is one event of the channel `booking.*`; `service.*` is several channels.
        if any(fnmatchcase(event, binding) or fnmatchcase(binding, event) for binding in bindings):
            document["operations"][f"{service}.hears.{channel}"] = {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{channel}"},
                "summary": f"Heard by {service}.",
                "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in about["messages"]],
            }


def _add_contract(document: Schema, contract: type[EventData]) -> None:
    name = contract.__name__
    publisher = contract.__module__.rpartition(".")[2]
    _add_schema(document, contract)
    data = {"type": "object", "properties": {"data": {"$ref": f"#/components/schemas/{name}"}}}
    document["components"]["messages"][name] = {
        "name": name,
        "summary": (contract.__doc__ or name).strip().splitlines()[0],
        "payload": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, data]},
    }
    for event in contract.names:
        channel = event.replace(".*", ".any")
        reference = {"$ref": f"#/channels/{channel}"}
        document["channels"][channel] = {
            "address": event.replace("*", "{what}"),
            "description": f"Type `{TYPE_PREFIX}{event}.v{contract.version}`.",
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        }
        if "*" in event:
            document["channels"][channel]["parameters"] = {"what": {"description": "What happened, in one word."}}
        document["operations"][f"{publisher}.{channel}"] = {
            "action": "send",
            "channel": reference,
            "summary": f"Sent by {publisher}.",
            "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"}],
        }


def _add_schema(document: Schema, model: type[BaseModel]) -> None:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    parts: Schema = document["components"]["schemas"]
    parts |= schema.pop("$defs", {}) | {model.__name__: schema}


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
