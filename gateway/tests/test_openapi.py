"""One description of the whole API."""

import json
from typing import Any

from gigsta_gateway.openapi import merge

from .conftest import Edge
from .standin import Call

BEARER = {"type": "oauth2", "flows": {"password": {"tokenUrl": "/api/v1/auth/token", "scopes": {}}}}


def document(service: str, **more: Any) -> dict[str, Any]:
    """What a service might say of itself."""
    item = {"$ref": "#/components/schemas/Item"}
    operation = {
        "operationId": "get_item",
        "security": [{"Bearer": []}],
        "responses": {"200": {"content": {"application/json": {"schema": item}}}},
    }
    schemas = {
        "Item": {
            "type": "object",
            "properties": {"parent": item, "security": {"type": "string"}, "owner": {"type": "string"}},
        },
        "Either": {
            "oneOf": [item],
            "discriminator": {"propertyName": "kind", "mapping": {"item": "#/components/schemas/Item"}},
        },
    }
    return {
        "openapi": "3.1.0",
        "paths": {f"/{service}/items/{{id}}": {"get": operation, "parameters": []}, "/metrics": {"get": operation}},
        "components": {"schemas": schemas, "securitySchemes": {"Bearer": BEARER}},
        **more,
    }


def references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(references, node))
    if not isinstance(node, dict):
        return set()
    found = set().union(*map(references, node.values()))
    return found | {node["$ref"]} if isinstance(node.get("$ref"), str) else found


def test_paths_get_the_apis_prefix_and_nothing_that_is_not_reachable_is_described() -> None:
    merged = merge({"geo": document("geo"), "auth": document("auth")})
    assert list(merged["paths"]) == ["/api/v1/auth/items/{id}", "/api/v1/geo/items/{id}"]
    assert "servers" not in merged  # they are where the document is


def test_names_are_distinct_and_every_reference_leads_somewhere() -> None:
    merged = merge({"geo": document("geo"), "auth": document("auth")})
    assert set(merged["components"]["schemas"]) == {"auth.Item", "auth.Either", "geo.Item", "geo.Either"}
    known = {f"#/components/schemas/{name}" for name in merged["components"]["schemas"]}
    assert references(merged) == {"#/components/schemas/auth.Item", "#/components/schemas/geo.Item"} <= known
    mapping = merged["components"]["schemas"]["geo.Either"]["discriminator"]["mapping"]
    assert mapping == {"item": "#/components/schemas/geo.Item"}
    ids = [item["get"]["operationId"] for item in merged["paths"].values()]
    assert ids == ["auth_get_item", "geo_get_item"]


def test_a_security_scheme_in_the_same_words_is_one_and_another_stays_apart() -> None:
    other = document("geo")
    other["components"]["securitySchemes"]["Bearer"] = {"type": "http", "scheme": "bearer"}
    merged = merge({"auth": document("auth"), "catalog": document("catalog"), "geo": other})
    assert set(merged["components"]["securitySchemes"]) == {"Bearer", "geo.Bearer"}
    assert merged["paths"]["/api/v1/catalog/items/{id}"]["get"]["security"] == [{"Bearer": []}]
    assert merged["paths"]["/api/v1/geo/items/{id}"]["get"]["security"] == [{"geo.Bearer": []}]


def test_the_services_own_documents_stay_as_they_are() -> None:
    original = document("geo")
    before = json.dumps(original)
    merge({"geo": original})
    assert json.dumps(original) == before


def test_no_service_is_a_document_too() -> None:
    assert merge({})["paths"] == {}


async def test_the_gateway_serves_what_the_services_say_and_remembers_the_absent(edge: Edge) -> None:
    def describe(service: str) -> None:
        async def describes(call: Call) -> None:
            await call.answer(json.dumps(document(service)).encode())

        edge.services[service].handlers["/openapi.json"] = describes

    async def nonsense(call: Call) -> None:
        await call.answer(b'{"paths": 7}')

    async def paths() -> set[str]:
        edge.app._pages._services.openapi._seconds = 0.0
        answer = await edge.http.get("/api/openapi.json")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        return {path.split("/")[3] for path in answer.json()["paths"]}

    describe("auth")
    describe("catalog")
    edge.services["geo"].handlers["/openapi.json"] = nonsense
    await edge.services["ratings"].stop()
    assert await paths() == {"auth", "catalog"}
    await edge.services["catalog"].stop()
    describe("bookings")
    assert await paths() == {"auth", "catalog", "bookings"}


async def test_many_who_ask_at_once_cost_the_services_one_question(edge: Edge) -> None:
    for service in edge.services:
        answers = [edge.http.get("/api/openapi.json") for _ in range(5)]
        for answer in answers:
            assert (await answer).status_code == 200
        assert len(edge.services[service].calls) <= 1
