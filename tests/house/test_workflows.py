"""What runs elsewhere, by the schemas that check-jsonschema brings along: GitHub's workflows, compose, Dependabot."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
CI: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
STEPS = [(name, step) for name, job in CI["jobs"].items() for step in job["steps"]]
SERVICES = {path.name for path in (ROOT / "services").iterdir() if path.is_dir()}
DEPLOYING = {"services", "web"}


def checked(schema: str, *files: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", WORKFLOWS),
        ("dependabot", [ROOT / ".github/dependabot.yml"]),
        ("compose-spec", [ROOT / "docker-compose.yml"]),
    ],
)
def test_it_is_what_its_schema_says(schema: str, files: list[Path]) -> None:
    assert files
    done = checked(schema, *files)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_sees_what_is_wrong(tmp_path: Path) -> None:
    wrong = {**CI, True: {"push": {"branch": ["main"]}}}
    file = tmp_path / "wrong.yml"
    file.write_text(yaml.safe_dump(wrong))
    assert checked("github-workflows", file).returncode == 1


def test_every_action_is_pinned_to_a_version() -> None:
    used = [step["uses"] for _, step in STEPS if "uses" in step]
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w-]+/[\w-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})", one)] == []
    others = {one for one in used if not one.startswith(("actions/", "docker/"))}
    assert all(re.search("@[0-9a-f]{40}$", one) for one in others), "of those whom GitHub does not vouch for, by commit"


def test_every_command_of_ours_is_there() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    runs = [step["run"] for _, step in STEPS if "run" in step]
    assert {name for run in runs for name in re.findall(r"^make (\S+)$", run, re.MULTILINE)} <= targets
    for path in (path for run in runs for path in re.findall(r"python (\S+\.py)", run)):
        assert (ROOT / path).is_file()


def test_each_image_is_built_and_looked_through() -> None:
    assert set(CI["jobs"]["images"]["strategy"]["matrix"]["image"]) == SERVICES | {"gateway", "all", "web"}


def test_nothing_is_deployed_before_it_was_checked_and_no_secret_is_shown_to_strangers() -> None:
    for name in DEPLOYING:
        job = CI["jobs"][name]
        assert set(job["needs"]) == set(CI["jobs"]) - DEPLOYING
        assert "TOKEN" not in json.dumps(job.get("env", {})), "only the steps that need one are shown it"
        assert "event" in job["if"]
        assert "environment" in job
    shown = {name for name, job in CI["jobs"].items() if "secrets." in json.dumps(job)}
    assert shown == DEPLOYING
    assert "pull_request_target" not in CI[True]
    assert CI["permissions"] == {"contents": "read"}
    inlined = [step["run"] for _, step in STEPS if "run" in step and "${{" in step["run"]]
    assert inlined == [], "what comes from outside goes into variables, never into a script"


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js")
@pytest.mark.parametrize("origin", ["https://api.gigsta.nz", "https://preview.gigsta.nz:8443"])
def test_vercel_asks_the_api_that_it_is_told(origin: str) -> None:
    config = json.loads(_vercel(origin).stdout)
    first, last = config["rewrites"]
    assert first == {"source": "/api/:path*", "destination": f"{origin}/api/:path*"}
    assert last["destination"] == "/index.html"
    known = {"framework", "buildCommand", "outputDirectory", "redirects", "rewrites", "headers"}
    assert set(config) == known
    for rule in config["redirects"]:
        assert set(rule) == {"source", "has", "missing", "destination", "statusCode"}
        # Vercel cannot tell methods apart. What is sent has a type (a mail program's one click, a form) and has to
        # reach the service; what is only asked for has none.
        assert rule["missing"] == [{"type": "header", "key": "content-type"}]
    for rule in config["headers"]:
        assert set(rule) == {"source", "headers"}
        assert all(set(header) == {"key", "value"} for header in rule["headers"])


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js")
@pytest.mark.parametrize("origin", ["", "http://api.gigsta.nz", "https://api.gigsta.nz/api", "api.gigsta.nz"])
def test_vercel_builds_nothing_that_would_ask_nobody(origin: str) -> None:
    done = _vercel(origin)
    assert done.returncode != 0
    assert "API_ORIGIN" in done.stderr


def _vercel(origin: str) -> "subprocess.CompletedProcess[str]":
    script = "import('./web/vercel.mjs').then((found) => console.log(JSON.stringify(found.config)))"
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "API_ORIGIN": origin}
    command = [str(shutil.which("node")), "-e", script]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
