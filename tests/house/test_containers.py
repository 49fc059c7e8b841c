"""`docker-compose.yml`, as written: what a reader of it would check. `make e2e-compose` shows that it works."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gigsta_cli import services
from gigsta_cli.container_secrets import contents, write
from gigsta_common.localservers import Secrets
from gigsta_common.settings import load
from gigsta_gateway.pages import TAKEN_OVER
from gigsta_gateway.settings import GatewaySettings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
BUILT = sorted(name for name, container in CONTAINERS.items() if "build" in container)
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
SERVING = [*SERVICES, "gateway"]
DASHBOARDS = ROOT / "deploy/observability/grafana/dashboards"


def secrets_shown_to(container: dict[str, Any]) -> set[str]:
    return {volume.split(":")[0] for volume in container.get("volumes", []) if volume.startswith("secrets-")}


def test_every_service_has_a_container_of_its_own_image() -> None:
    assert {name: CONTAINERS[name]["build"]["args"]["SERVICE"] for name in SERVING} == {name: name for name in SERVING}


@pytest.mark.parametrize("name", BUILT)
def test_what_we_build_may_write_nothing_and_is_nobody(name: str) -> None:
    container = CONTAINERS[name]
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert container.get("user") is None or name in ("secrets", "keep")


@pytest.mark.parametrize("name", CONTAINERS)
def test_everything_that_stays_is_started_again_and_nothing_else_forever(name: str) -> None:
    job = CONTAINERS[name].get("image") == "gigsta/all"
    assert CONTAINERS[name]["restart"] == ("no" if name == "seed" else "on-failure:3" if job else "unless-stopped")


@pytest.mark.parametrize("name", SERVING)
def test_a_container_sees_its_own_secrets_read_only_and_no_other(name: str) -> None:
    assert secrets_shown_to(CONTAINERS[name]) == {f"secrets-{name}"}
    assert f"secrets-{name}:/run/secrets:ro" in CONTAINERS[name]["volumes"]


@pytest.mark.parametrize("name", SERVING)
def test_it_can_start_in_production_with_what_it_is_told(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(tmp_path)
    chosen: Any = GatewaySettings if name == "gateway" else services.module(name, "settings").Settings
    for field in chosen.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    for key, value in CONTAINERS[name]["environment"].items():
        monkeypatch.setenv(key, re.sub(r"\$\{\w+:-(.*)\}", r"\1", value))
    given = {"ENVIRONMENT": "production", "PUBLIC_URL": "https://gigsta.nz", "SECRETS_DIR": str(tmp_path / name)}
    given |= {"SMTP_URL": "smtp://mail:25", "MAIL_FROM": "GigSta <mail@gigsta.nz>"} if name == "notifications" else {}
    for key, value in given.items():
        monkeypatch.setenv(key, value)
    assert load(chosen).environment == "production"


def test_no_secret_is_in_the_environment_or_in_the_file() -> None:
    for name, container in CONTAINERS.items():
        for key, value in container.get("environment", {}).items():
            secret = key.endswith(("_SECRET", "_KEY", "MONGODB_URL", "AMQP_URL"))
            assert not secret or value.startswith("${"), f"{name}: {key}"
    assert "://" not in re.sub(r"https?://|smtp://mail:1025", "", (ROOT / "docker-compose.yml").read_text())


def test_every_folder_of_secrets_is_a_volume_that_is_filled(tmp_path: Path) -> None:
    folders = {path.split("/")[0] for path in contents(Secrets(tmp_path / "secrets.json"))}
    filled = {volume.split("/secrets/")[1] for volume in CONTAINERS["secrets"]["volumes"]} - {"kept"}
    shown = set().union(*(secrets_shown_to(c) for name, c in CONTAINERS.items() if name not in ("secrets", "keep")))
    assert folders == filled == {volume.removeprefix("secrets-") for volume in shown}


def test_all_that_has_to_be_kept_is_written_out_by_one_who_can_change_nothing_and_tell_nobody() -> None:
    keep = CONTAINERS["keep"]
    assert {volume.split(":")[0] for volume in keep["volumes"]} == {"backups", "media", "secrets-kept"}
    assert all(volume.endswith(":ro") for volume in keep["volumes"])
    assert keep["network_mode"] == "none"
    assert "backups:/backups" in CONTAINERS["gigsta"]["volumes"]


def test_only_the_edge_is_reached_from_outside_and_the_database_reaches_nobody() -> None:
    reached = {name for name in CONTAINERS if "ports" in CONTAINERS[name] and "profiles" not in CONTAINERS[name]}
    assert reached == {"gateway", "web"}
    assert CONTAINERS["mongo"]["networks"] == CONTAINERS["rabbitmq"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_the_web_container_sends_pages_where_the_gateway_and_vercel_do() -> None:
    rules = (ROOT / "deploy/web/nginx.conf").read_text()
    patterns = re.findall(r'^    (?:"~(\S+)"|(/\S+)) +(/\S+);$', rules, re.MULTILINE)
    assert patterns
    for page, target in TAKEN_OVER.items():
        found = [
            (re.fullmatch(pattern.replace("?<", "?P<"), page), to)
            for regex, exact, to in patterns
            if (pattern := regex or re.escape(exact))
        ]
        targets = [re.sub(r"\$(\w+)", lambda name: match[name[1]], to) for match, to in found if match]  # noqa: B023
        assert targets == [target]


def test_every_metric_that_a_dashboard_shows_exists() -> None:
    shown = set()
    for path in DASHBOARDS.glob("*.json"):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                shown |= set(re.findall(r"gigsta_\w+?(?=_bucket|_count|_sum|[\[{ ])", target["expr"]))
    code = "".join(path.read_text() for path in ROOT.glob("*/**/gigsta_*/**/*.py"))
    assert shown
    assert not [metric for metric in shown if f'"{metric}"' not in code]


def test_an_image_holds_nothing_but_what_it_runs() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {path for line in copied for path in line.split()} == {
        "bin/uv.requirements", "requirements.lock", "libs/common/gigsta_common", "cli/gigsta_cli",
        "gateway/gigsta_gateway", "services", "web", "web/package.json", "web/package-lock.json",
        "deploy/web/nginx.conf", "deploy/web/start.sh",
    }  # fmt: skip
