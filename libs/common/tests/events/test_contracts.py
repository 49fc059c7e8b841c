"""Event contracts match their snapshots, and only grow."""

import copy
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict

from gigsta_common import context
from gigsta_common import events as contracts
from gigsta_common.events import CONTRACTS, Envelope, EventData, UserClosed, envelope, snapshots
from gigsta_common.events.snapshots import asyncapi, breaks, schema_of, schemas

FOLDER = Path(contracts.__file__).parent / "schemas"
GENERATED = schemas()


def test_there_is_a_snapshot_of_each_contract_and_no_other() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == set(GENERATED)


@pytest.mark.parametrize("name", GENERATED)
def test_a_contract_breaks_nothing_that_its_snapshot_promises(name: str) -> None:
    assert breaks(json.loads((FOLDER / name).read_text()), json.loads(GENERATED[name])) == []


@pytest.mark.parametrize("name", GENERATED)
def test_a_contract_is_what_its_snapshot_says(name: str) -> None:
    assert (FOLDER / name).read_text() == GENERATED[name], "run `gigsta snapshots`"


@pytest.mark.parametrize("name", GENERATED)
def test_no_version_that_was_ever_committed_is_broken(name: str) -> None:
    for old in committed_versions(FOLDER / name):
        assert breaks(json.loads(old), json.loads(GENERATED[name])) == []


def committed_versions(path: Path) -> list[str]:
    """Each text that the file has had, as far as the history is here; nothing outside of a repository."""
    top = _git(path.parent, "rev-parse", "--show-toplevel")
    if top is None:
        return []
    place = path.relative_to(top.strip()).as_posix()
    commits = (_git(path.parent, "log", "--format=%H", "--diff-filter=AM", "--", path.name) or "").split()
    return [text for commit in commits if (text := _git(path.parent, "show", f"{commit}:{place}")) is not None]


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


class Place(BaseModel):
    lat: float


class Thing(EventData):
    names: ClassVar[tuple[str, ...]] = ("thing.made", "thing.lost")

    id: str
    count: int
    place: Place
    note: str | None = None
    parts: tuple[Place, ...] = ()


OLD = schema_of(Thing) | {"x-events": ["thing.made", "thing.lost"]}
Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    change(new)
    return new


@pytest.mark.parametrize(
    "change",
    [
        lambda s: None,
        lambda s: s["properties"].update(more={"type": "string", "default": ""}),
        lambda s: s["$defs"]["Place"]["properties"].update(lng={"type": "number", "default": 0}),
        lambda s: s["properties"]["count"].update(description="How many.", title="Number"),
        lambda s: s["x-events"].append("thing.found"),
    ],
)
def test_what_adds_is_allowed(change: Change) -> None:
    assert breaks(OLD, changed(change)) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda s: s["properties"].pop("note"), "note: was removed"),
        (lambda s: s["required"].append("note"), "note: is now required"),
        (lambda s: s["required"].remove("count"), "count: is no longer always there"),
        (lambda s: s["properties"]["count"].update(type="string"), "count: its type has changed"),
        (lambda s: s["properties"]["count"].update(maximum=10), "count: its type has changed"),
        (lambda s: s["properties"]["id"].update(enum=["a"]), "id: its type has changed"),
        (lambda s: s["properties"]["note"].update(anyOf=[{"type": "string"}]), "note: its type has changed"),
        (lambda s: s["properties"]["note"]["anyOf"][0].update(maxLength=5), "note: its type has changed"),
        (lambda s: s["$defs"]["Place"]["properties"].pop("lat"), "place.lat: was removed"),
        (
            lambda s: s["$defs"]["Place"]["properties"]["lat"].update(type="integer"),
            "parts[].lat: its type has changed",
        ),
        (lambda s: s["$defs"]["Place"]["required"].append("lng"), "place.lng: is now required"),
        (lambda s: s["properties"]["place"].update({"$ref": None, "type": "string"}), None),
        (lambda s: s["x-events"].remove("thing.lost"), "thing.lost: is no longer published"),
    ],
)
def test_what_breaks_somebody_is_named(change: Change, complaint: str | None) -> None:
    new = changed(change)
    if complaint is None:
        new["properties"]["place"].pop("$ref")
        complaint = "place: its type has changed"
    assert complaint in breaks(OLD, new)


def test_every_contract_can_be_named() -> None:
    names = [name for contract in CONTRACTS for name in contract.names]
    assert len(names) == len(set(names))
    assert all(len(name.split(".")) == 2 for name in names)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_ignores_what_it_does_not_know_and_does_not_change(contract: type[EventData]) -> None:
    for model in [contract, *_models_within(contract)]:
        config: ConfigDict = model.model_config
        assert config.get("extra") == "ignore"
        assert config.get("frozen") is True


def _models_within(model: type[BaseModel]) -> list[type[BaseModel]]:
    kinds = [field.annotation for field in model.model_fields.values()]
    flat = [part for kind in kinds for part in (kind, *getattr(kind, "__args__", ()))]
    return [part for part in flat if isinstance(part, type) and issubclass(part, BaseModel)]


def test_an_envelope_is_a_cloud_event() -> None:
    context.enter("request-0001")
    data = UserClosed(user_id="u", closed_at=datetime(2026, 1, 1, tzinfo=UTC))
    event = envelope(
        "user.closed", data, publisher="auth", subject="u", sequence=3, time=datetime(2026, 1, 1, tzinfo=UTC)
    )
    wire = json.loads(event.model_dump_json())
    assert wire["specversion"] == "1.0"
    assert wire["type"] == "nz.gigsta.user.closed.v1"
    assert (wire["source"], wire["subject"], wire["time"]) == ("/gigsta/auth", "u", "2026-01-01T00:00:00Z")
    assert wire["requestid"] == "request-0001"
    assert all(name.isalnum() and name.islower() for name in wire)
    assert Envelope.model_validate_json(event.model_dump_json()) == event
    assert (event.name, event.version) == ("user.closed", 1)
    assert Envelope.model_validate(wire | {"fromtomorrow": 1}) == event


class TestAsyncApi:
    def test_every_event_has_a_channel_and_a_sender(self) -> None:
        document = asyncapi()
        addresses = {channel["address"] for channel in document["channels"].values()}
        names = {name.replace("*", "{what}") for contract in CONTRACTS for name in contract.names}
        assert addresses == names
        assert {key.split(".")[0] for key in document["operations"]} == {"auth", "catalog", "bookings", "ratings"}
        assert len(document["operations"]) == len(document["channels"])

    def test_every_reference_leads_somewhere(self) -> None:
        document = asyncapi()
        references = list(_references(document))
        assert len(references) > 20
        for reference in references:
            here: Any = document
            for part in reference.removeprefix("#/").split("/"):
                here = here[part]

    def test_who_hears_what_follows_from_the_bindings(self) -> None:
        hears = {"geo": ("service.*", "rating.hidden"), "auth": ("booking.verified",), "catalog": ()}
        operations = asyncapi(hears)["operations"]
        assert {key for key, operation in operations.items() if operation["action"] == "receive"} == {
            "geo.hears.service.published",
            "geo.hears.service.updated",
            "geo.hears.service.archived",
            "geo.hears.rating.hidden",
            "auth.hears.booking.any",
        }

    def test_every_message_and_what_it_carries_says_what_it_is(self) -> None:
        document = asyncapi()
        bare = [name for name, message in document["components"]["messages"].items() if message["summary"] == name]
        bare += [name for name, schema in document["components"]["schemas"].items() if not schema.get("description")]
        assert bare == []

    def test_it_is_plain_json(self) -> None:
        assert json.loads(json.dumps(asyncapi())) == asyncapi()
        assert snapshots.schemas() == GENERATED


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for part in value.values() for found in _references(part)]
    if isinstance(value, list):
        return [found for part in value for found in _references(part)]
    return []
