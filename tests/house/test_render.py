"""Render's blueprints: by the JSON schema that Render publishes, where RENDER_SCHEMA says where it is (in the CI on
GitHub; not everybody can reach it, and no licence says that it may be copied here), and by the rules of its reference
(render.com/docs/blueprint-spec), which are written down here and say more."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from deploy.render import deploy
from deploy.render.deploy import concerned, filters, matches
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from gigsta_cli import services
from gigsta_gateway.settings import GatewaySettings

ROOT = Path(__file__).resolve().parents[2]
BLUEPRINTS = {
    path.name: yaml.safe_load(path.read_text())
    for path in (ROOT / "render.yaml", ROOT / "deploy/render/one-instance.yaml")
}
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
ALL = [(blueprint, service) for blueprint, said in BLUEPRINTS.items() for service in said["services"]]
EACH = pytest.mark.parametrize(
    ("blueprint", "service"), ALL, ids=[f"{blueprint}:{service['name']}" for blueprint, service in ALL]
)
MANY = {service["name"].removeprefix("gigsta-"): service for service in BLUEPRINTS["render.yaml"]["services"]}
BUILT = {name: service for name, service in MANY.items() if service["runtime"] == "docker"}
OPERATOR = MANY["operator"]

MANY_FILTERS = filters(ROOT / "render.yaml")
OF_ANY = {"name", "type", "runtime", "plan", "region", "envVars", "maxShutdownDelaySeconds", "numInstances", "disk"}
OF_DOCKER = {"dockerfilePath", "dockerContext", "autoDeployTrigger", "preDeployCommand", "buildFilter"}
PLANS = {"starter", "standard", "pro", "pro plus", "pro max", "pro ultra"}
REGIONS = {"oregon", "ohio", "virginia", "frankfurt", "singapore"}
PROPERTIES = {"host", "port", "hostport"}
NOT_IN_PRIVATE = {"10000", "18012", "18013", "19099"}
"""Ports that no private service can be reached at (render.com/docs/private-network); the first is Render's default."""


def checked(schema: str, *files: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not os.environ.get("RENDER_SCHEMA"), reason="RENDER_SCHEMA does not say where Render's schema is")
def test_it_is_what_renders_own_schema_says(tmp_path: Path) -> None:
    schema = os.environ["RENDER_SCHEMA"]
    done = checked(schema, ROOT / "render.yaml", ROOT / "deploy/render/one-instance.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / "render.yaml"
    wrong.write_text((ROOT / "render.yaml").read_text().replace("autoDeployTrigger:", "deployWhen:"))
    assert checked(schema, wrong).returncode == 1


def test_the_ci_looks_at_renders_own_schema() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    [step] = [step for step in jobs["test"]["steps"] if step.get("run") == "make test"]
    assert step["env"]["RENDER_SCHEMA"].startswith("https://render.com/")


@EACH
def test_a_service_has_the_fields_that_its_kind_may_have(blueprint: str, service: dict[str, Any]) -> None:
    may = OF_ANY | (OF_DOCKER if service["runtime"] == "docker" else {"image"})
    may |= {"healthCheckPath", "domains"} if service["type"] == "web" else set()
    if service["type"] == "cron":
        may = (may | {"schedule", "dockerCommand"}) - {"disk", "preDeployCommand", "maxShutdownDelaySeconds"}
        assert re.fullmatch(r"[\d*/,-]+( [\d*/,-]+){4}", service["schedule"])
    assert set(service) <= may
    assert {"name", "type", "runtime", "envVars"} <= set(service)
    assert service["type"] in ("web", "pserv", "cron")
    assert service["plan"] in PLANS
    assert service["region"] in REGIONS
    assert 1 <= service.get("maxShutdownDelaySeconds", 30) <= 300
    assert service.get("autoDeployTrigger") == (None if service["runtime"] == "image" else "off")
    if service["runtime"] == "image":
        assert set(service["image"]) == {"url"}
    else:
        assert (ROOT / service["dockerfilePath"]).is_file()
        assert service["dockerContext"] == "."
        assert set(service["buildFilter"]) <= {"paths", "ignoredPaths"}
    if "disk" in service:
        assert set(service["disk"]) == {"name", "mountPath", "sizeGB"}
        assert "numInstances" not in service
    if service["type"] == "web":
        assert service["healthCheckPath"] == "/health/ready"


@EACH
def test_a_variable_comes_from_one_place_that_exists(blueprint: str, service: dict[str, Any]) -> None:
    others = {other["name"]: other for other in BLUEPRINTS[blueprint]["services"]}
    groups = {group["name"] for group in BLUEPRINTS[blueprint].get("envVarGroups", [])}
    keys = [variable["key"] for variable in service["envVars"] if "key" in variable]
    assert len(keys) == len(set(keys))
    for variable in service["envVars"]:
        if "fromGroup" in variable:
            assert set(variable) == {"fromGroup"}
            assert variable["fromGroup"] in groups
            continue
        [source] = set(variable) - {"key"}
        assert source in ("value", "generateValue", "sync", "fromService")
        assert source != "value" or isinstance(variable["value"], str)
        assert source != "sync" or variable["sync"] is False
        if source == "fromService":
            said = variable["fromService"]
            assert others[said["name"]]["type"] == said["type"]
            assert set(said) - {"type", "name"} in ({"property"}, {"envVarKey"})
            assert said.get("property", "host") in PROPERTIES
            theirs = {v.get("key"): v for v in others[said["name"]]["envVars"]}
            assert "fromService" not in theirs.get(said.get("envVarKey"), {}), "from whoever is told it"
            assert "envVarKey" not in said or said["envVarKey"] in theirs


@EACH
def test_a_private_service_listens_where_others_reach_it(blueprint: str, service: dict[str, Any]) -> None:
    assert service["type"] != "pserv" or told(blueprint, service)["PORT"] not in NOT_IN_PRIVATE


def test_a_group_has_values_only() -> None:
    for blueprint in BLUEPRINTS.values():
        assert set(blueprint) <= {"services", "envVarGroups"}
        for group in blueprint.get("envVarGroups", []):
            assert set(group) == {"name", "envVars"}
            assert all(set(v) in ({"key", "value"}, {"key", "generateValue"}) for v in group["envVars"])


def test_no_secret_is_written_down() -> None:
    written = [
        variable["key"]
        for said in BLUEPRINTS.values()
        for part in (*said["services"], *said.get("envVarGroups", []))
        for variable in part["envVars"]
        if "value" in variable
    ]
    assert not [key for key in written if re.search(r"SECRET|PASS|_KEY|MONGODB|AMQP_URL|SMTP_URL|OAUTH", key)]


def told(blueprint: str, service: dict[str, Any]) -> dict[str, str]:
    """The variables of a service, with something that may stand there for those that nobody knows yet."""
    groups = {group["name"]: group["envVars"] for group in BLUEPRINTS[blueprint].get("envVarGroups", [])}
    variables: list[dict[str, Any]] = []
    for variable in service["envVars"]:
        variables += groups[variable["fromGroup"]] if "fromGroup" in variable else [variable]
    known = {"KEY_ENCRYPTION_KEY": "A" * 43 + "=", "SMTP_URL": "smtp://mail:587", "MAIL_FROM": "a@gigsta.nz"}
    known |= {"SUPPORT_EMAIL": "b@gigsta.nz"}
    optional = ("OAUTH_", "S3_", "MEDIA_")
    return {
        v["key"]: v.get("value") or known.get(v["key"]) or _something(v)
        for v in variables
        if not v["key"].startswith(optional)
    }


def _something(variable: dict[str, Any]) -> str:
    if "property" in variable.get("fromService", {}):
        return f"{variable['fromService']['name']}-x1:8000"
    return (
        "mongodb+srv://u:p@c/"
        if "MONGODB" in variable["key"]
        else "amqp://u:p@h/"
        if "AMQP" in variable["key"]
        else "s" * 44
    )


@pytest.mark.parametrize("name", [*SERVICES, "gateway"])
def test_a_service_can_start_in_production_with_what_it_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: type[BaseSettings] = GatewaySettings if name == "gateway" else services.module(name, "settings").Settings
    for field in chosen.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    environment = told("render.yaml", BUILT[name])
    known = {field.upper() for field in chosen.model_fields} | {"SERVICE", "MIGRATION_MONGODB_URL"}
    listed = {v["key"] for v in BUILT[name]["envVars"] if "key" in v}
    assert listed <= known, "a variable that nobody reads"
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    settings: Any = chosen()
    assert settings.environment == "production"
    assert settings.jwks_url == "http://gigsta-auth-x1:8000/auth/.well-known/jwks.json"
    required = {field.upper() for field, info in chosen.model_fields.items() if info.is_required()}
    assert required <= set(environment)
    for key in required:
        with monkeypatch.context() as without:
            without.delenv(key)
            with pytest.raises(ValidationError):
                chosen()


# Where the operator's tool runs


def test_the_operator_is_told_all_that_its_tool_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = told("render.yaml", OPERATOR)
    assert environment["SERVICE"] == "all"
    for name in SERVICES:
        for field in services.module(name, "settings").Settings.model_fields:
            monkeypatch.delenv(field.upper(), raising=False)
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    for name in SERVICES:
        assert services.settings(name).environment == "production"
        assert services.database_url(name) == services.database_url(name, migrating=True) == "mongodb+srv://u:p@c/"
    optional = {v["key"] for name in SERVICES for v in BUILT[name]["envVars"] if v.get("key", "").startswith("S3_")}
    assert optional <= {v.get("key") for v in OPERATOR["envVars"]}


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_a_backup_is_made_every_night_where_nothing_of_ours_can_touch_it(blueprint: str) -> None:
    [job] = [service for service in BLUEPRINTS[blueprint]["services"] if service["type"] == "cron"]
    assert job["dockerCommand"] == "gigsta backup bucket:"
    said = {v["key"] for v in job["envVars"] if "key" in v}
    assert {f"MIGRATION_MONGODB_URL_{name.upper()}" for name in SERVICES} <= said
    others = [s for s in BLUEPRINTS[blueprint]["services"] if s is not job]
    assert not [v for s in others for v in s["envVars"] if v.get("key", "").startswith("BACKUP_")]
    assert {"BACKUP_ENDPOINT", "BACKUP_BUCKET", "BACKUP_KEY_ID", "BACKUP_SECRET"} <= said


DOCUMENTED = (ROOT / "docs/operations.md").read_text()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl")
def test_the_documented_way_to_a_key_makes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    [command] = set(re.findall(r"`(openssl rand -base64 .*?)`", DOCUMENTED))
    made = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout.strip()
    monkeypatch.setenv("MONGODB_URL", "mongodb://u:p@h/")
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("KEY_ENCRYPTION_KEY", made)
    assert services.settings("auth").environment == "development"


def test_the_documented_command_gives_both_blueprints_another_name(tmp_path: Path) -> None:
    [command] = re.findall(r"^sed -i .*$", DOCUMENTED, re.MULTILINE)
    (tmp_path / "deploy/render").mkdir(parents=True)
    for path in ("render.yaml", "deploy/render/one-instance.yaml"):
        shutil.copy(ROOT / path, tmp_path / path)
        assert "gigsta.nz" in (tmp_path / path).read_text()
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    for path in ("render.yaml", "deploy/render/one-instance.yaml"):
        said = (tmp_path / path).read_text()
        assert "gigsta.nz" not in said
        assert "https://example.com" in said


def test_every_secret_that_render_asks_for_is_in_the_documentation() -> None:
    asked = {
        v["key"]
        for said in BLUEPRINTS.values()
        for s in said["services"]
        for v in s["envVars"]
        if v.get("sync") is False
    }
    [table] = re.findall(r"\| secret \|.*?\n\n", DOCUMENTED, re.DOTALL)
    rows = [line.split("|")[1] for line in table.split("\n") if line]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    of_one = {f"{url}_{name.upper()}" for url in ("MONGODB_URL", "MIGRATION_MONGODB_URL") for name in SERVICES}
    assert asked == named | of_one


# What is built again


def built_again(path: str) -> set[str]:
    """Which of those that serve; the operator's job has everything in it."""
    return concerned([path], MANY_FILTERS) - {"operator"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_change_in_one_service_builds_only_that_one(name: str) -> None:
    files = tracked(f"services/{name}/gigsta_{name}")
    assert len(files) > 5
    assert {frozenset(built_again(path)) for path in files} == {frozenset({name})}


def test_a_change_in_the_gateway_builds_only_the_gateway() -> None:
    assert {frozenset(built_again(path)) for path in tracked("gateway/gigsta_gateway")} == {frozenset({"gateway"})}


@pytest.mark.parametrize("path", ["libs/common/gigsta_common/app.py", "requirements.lock", "Dockerfile"])
def test_what_all_share_builds_all(path: str) -> None:
    assert built_again(path) == {*SERVICES, "gateway"}


@pytest.mark.parametrize("folder", ["docs", "tests", "web", "benchmarks", "services/geo/tests", "libs/common/tests"])
def test_what_is_in_no_image_builds_nothing(folder: str) -> None:
    files = tracked(folder)
    assert files
    assert {name for path in files for name in built_again(path)} == set()


@pytest.mark.parametrize("name", [*SERVICES, "gateway"])
def test_everything_that_an_image_is_made_of_builds_it(name: str) -> None:
    own = "gateway/gigsta_gateway" if name == "gateway" else f"services/{name}/gigsta_{name}"
    of_all = ["libs/common/gigsta_common", "cli/gigsta_cli", "requirements.lock", "bin/uv.requirements", "Dockerfile"]
    for path in tracked(own, *of_all, ".dockerignore"):
        assert name in built_again(path), path
    for whole in (OPERATOR, *BLUEPRINTS["one-instance.yaml"]["services"]):
        assert all(any(matches(p, path) for p in whole["buildFilter"]["paths"]) for path in tracked(own, *of_all))


def test_one_instance_is_deployed_as_a_whole() -> None:
    of_one = filters(ROOT / "deploy/render/one-instance.yaml")
    assert concerned(["services/geo/gigsta_geo/main.py"], of_one) == {"gigsta", "backup"}
    assert concerned(["docs/tour.md"], of_one) == set()


def tracked(*folders: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "--", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


# Who is asked to deploy


class Hooks(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_render_is_asked_for_what_has_changed_and_only_for_that(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = HTTPServer(("127.0.0.1", 0), Hooks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hooks = {name: f"https://hooks.invalid/{name}?key=x" for name in BUILT if name != "geo"}
    monkeypatch.setenv("RENDER_DEPLOY_HOOKS", json.dumps(hooks))
    monkeypatch.setattr(deploy, "changed", lambda *_: ["services/auth/gigsta_auth/main.py", "docs/tour.md"])
    real = urllib.request.urlopen

    def nearby(request: urllib.request.Request, timeout: float) -> Any:
        request.full_url = request.full_url.replace("https://hooks.invalid", f"http://127.0.0.1:{server.server_port}")
        return real(request, timeout=timeout)

    monkeypatch.setattr(urllib.request, "urlopen", nearby)
    try:
        assert deploy.main("render.yaml", "before", "after") == 0
        assert Hooks.asked == ["/auth?key=x&ref=after", "/operator?key=x&ref=after"]
        monkeypatch.setattr(deploy, "changed", lambda *_: ["services/geo/gigsta_geo/main.py"])
        assert deploy.main("render.yaml", "before", "after") == 1
        assert "geo has no deploy hook" in capsys.readouterr().out
    finally:
        server.shutdown()
        server.server_close()
    assert Hooks.asked[2:] == ["/operator?key=x&ref=after"]


def test_what_changed_between_two_commits_is_known() -> None:
    assert deploy.changed("HEAD", "HEAD") == []
    empty = subprocess.run(
        ["git", "hash-object", "-t", "tree", "/dev/null"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert "render.yaml" in deploy.changed(empty, "HEAD")
