"""What production is told is the same everywhere: in containers, on Render in eight parts and in one, by `gigsta up`.

That a part can start with what it is told, `test_containers.py` and `test_render.py` show; that nothing is forgotten
which has a default, this does.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gigsta_cli import services
from gigsta_cli.container_secrets import contents
from gigsta_cli.up.plan import GATEWAY, Addresses, Ports, gateway_environment, service_environment
from gigsta_common.localservers import Secrets
from gigsta_gateway.settings import GatewaySettings

ROOT = Path(__file__).resolve().parents[2]
CONTAINERS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
MANY: dict[str, Any] = yaml.safe_load((ROOT / "render.yaml").read_text())
ONE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/render/one-instance.yaml").read_text())
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
PARTS = pytest.mark.parametrize("name", [*SERVICES, GATEWAY])

HERE_AND_THERE = {
    "AMQP_PASSWORD": "elsewhere AMQP_URL says it",
    "PORT": "the image's own but on Render",
    "BEHIND_CLOUDFLARE": "containers are reached through their own web container, which sends the secret as well",
    "RATE_READS": "tests of containers raise them; what production has is the default",
    "RATE_WRITES": "likewise",
    "RATE_OPEN_WRITES": "likewise",
}
"""What need not be said everywhere."""
AMONG_PARTS = {"JWKS_URL", "AMQP_URL", *(f"UPSTREAM_{name.upper()}" for name in SERVICES)}
"""Where parts find each other; one process has no parts."""


def known(name: str) -> set[str]:
    chosen: Any = GatewaySettings if name == GATEWAY else services.module(name, "settings").Settings
    return {field.upper() for field in chosen.model_fields} - set(HERE_AND_THERE)


def keys(variables: list[dict[str, Any]], blueprint: dict[str, Any]) -> set[str]:
    groups = {group["name"]: group["envVars"] for group in blueprint.get("envVarGroups", [])}
    found: set[str] = set()
    for variable in variables:
        found |= keys(groups[variable["fromGroup"]], {}) if "fromGroup" in variable else {variable["key"]}
    return found


def in_containers(name: str, tmp_path: Path) -> set[str]:
    files = {path for path in contents(Secrets(tmp_path / "secrets.json")) if path.startswith(f"{name}/")}
    return set(CONTAINERS[name]["environment"]) | {path.partition("/")[2].upper() for path in files}


def on_render(name: str) -> set[str]:
    (service,) = [service for service in MANY["services"] if service["name"] == f"gigsta-{name}"]
    return keys(service["envVars"], MANY)


def in_one_instance(name: str) -> set[str]:
    (service,) = [service for service in ONE["services"] if service["name"] == "gigsta"]
    return {key.removesuffix(f"_{name.upper()}") for key in keys(service["envVars"], ONE)}


@PARTS
def test_a_part_is_told_the_same_in_containers_and_on_render(name: str, tmp_path: Path) -> None:
    assert in_containers(name, tmp_path) & known(name) == on_render(name) & known(name)


@PARTS
def test_a_part_is_told_the_same_in_one_instance(name: str) -> None:
    assert in_one_instance(name) >= (on_render(name) & known(name)) - AMONG_PARTS


def test_one_instance_is_told_nothing_that_no_part_is_told() -> None:
    told = set().union(*(on_render(name) for name in [*SERVICES, GATEWAY]))
    assert set.intersection(*(in_one_instance(name) for name in SERVICES)) <= told


@PARTS
def test_gigsta_up_passes_on_what_a_person_may_tell_compose(name: str) -> None:
    said = CONTAINERS[name]["environment"].items()
    told = {key for key, value in said if value.startswith(f"${{{key}:-")} - {"PUBLIC_URL"}
    outer = dict.fromkeys(told, "something")
    addresses = Addresses(dict.fromkeys(SERVICES, ""), {}, "", Path("media"))
    secrets = {"key_encryption_key": "", "gateway_secret": "", "mail_link_secret": ""}
    passed = (
        gateway_environment(Ports(), outer, gateway_secret="", web=Path("web"))
        if name == GATEWAY
        else service_environment(name, Ports(), addresses, outer, **secrets)
    )
    assert {key for key in told if passed.get(key) == "something"} == told
