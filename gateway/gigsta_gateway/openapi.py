"""One OpenAPI document made of the services' own."""

from collections.abc import Mapping
from typing import Any

from gigsta_gateway.routes import API

Document = dict[str, Any]
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_COMPONENTS = "#/components/"

_ABOUT = """Every service of the marketplace, in one place.

To try calls that need a login, press Authorize and give an address and a password; leave client_id and client_secret
empty."""


def merge(documents: Mapping[str, Document]) -> Document:
    """The documents, by the name of their service, as one that is true of the gateway.

    Paths get the API's prefix, components and operation ids that of their service. A security scheme that several
    services describe in the same words is one.
    """
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    for service, document in sorted(documents.items()):
        schemes = _schemes(service, document, components.setdefault("securitySchemes", {}))
        for kind, entries in document.get("components", {}).items():
            if kind != "securitySchemes":
                renamed = {f"{service}.{name}": _renamed(entry, service, schemes) for name, entry in entries.items()}
                components.setdefault(kind, {}).update(renamed)
        for path, item in document.get("paths", {}).items():
            if path.split("/")[1:2] == [service]:
                paths[API + path] = _path_item(item, service, schemes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "GigSta",
            "version": "1",
            "description": _ABOUT,
        },
        "paths": paths,
        "components": {kind: entries for kind, entries in components.items() if entries},
    }


def _schemes(service: str, document: Document, known: dict[str, Any]) -> dict[str, str]:
    """Add the service's security schemes to those `known`; returns the names under which they stand there."""
    names = {}
    for name, scheme in document.get("components", {}).get("securitySchemes", {}).items():
        names[name] = name if known.get(name, scheme) == scheme else f"{service}.{name}"
        known[names[name]] = scheme
    return names


def _path_item(item: Document, service: str, schemes: Mapping[str, str]) -> Document:
    renamed: Document = _renamed(item, service, schemes)
    for method, operation in renamed.items():
        if method in _METHODS and "operationId" in operation:
            operation["operationId"] = f"{service}_{operation['operationId']}"
    return renamed


def _renamed(node: Any, service: str, schemes: Mapping[str, str]) -> Any:
    """A copy in which every reference to a component has the component's new name."""
    if isinstance(node, list):
        return [_renamed(part, service, schemes) for part in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _renamed(value, service, schemes) for key, value in node.items()}
    if isinstance(node.get("$ref"), str):
        copy["$ref"] = _reference(node["$ref"], service)
    if isinstance(node.get("mapping"), dict) and "propertyName" in node:
        copy["mapping"] = {key: _reference(str(value), service) for key, value in node["mapping"].items()}
    if isinstance(node.get("security"), list):
        copy["security"] = [
            {schemes.get(name, name): scopes for name, scopes in requirement.items()}
            for requirement in node["security"]
        ]
    return copy


def _reference(reference: str, service: str) -> str:
    if not reference.startswith(_COMPONENTS):
        return reference
    kind, _, name = reference.removeprefix(_COMPONENTS).partition("/")
    return f"{_COMPONENTS}{kind}/{service}.{name}"
