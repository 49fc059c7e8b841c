"""Has Render deploy what a change concerns: `python deploy/render/deploy.py BLUEPRINT BEFORE AFTER`, two commits.

Which services those are, the blueprint says (`buildFilter`). Their deploy hooks are in RENDER_DEPLOY_HOOKS, as JSON by
the service's name without `gigsta-`.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 30


def filters(blueprint: Path) -> dict[str, list[str]]:
    """The paths that are in each service's image."""
    services: list[dict[str, Any]] = yaml.safe_load(blueprint.read_text())["services"]
    return {s["name"].removeprefix("gigsta-"): s["buildFilter"]["paths"] for s in services if "buildFilter" in s}


def matches(pattern: str, path: str) -> bool:
    """Render's globs: `*` within a name, `**` over folders."""
    parts = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    regex = "".join(parts.get(part, re.escape(part)) for part in re.split(r"(\*\*|\*|\?)", pattern))
    return re.fullmatch(regex, path) is not None


def concerned(paths: Iterable[str], of: Mapping[str, list[str]]) -> set[str]:
    """The services of which one of these paths is a part."""
    changed = list(paths)
    return {name for name, own in of.items() if any(matches(glob, path) for glob in own for path in changed)}


def changed(before: str, after: str) -> list[str]:
    command = ["git", "diff", "--name-only", "--no-renames", before, after, "--"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


def deploy(hook: str, commit: str) -> None:
    """Raises OSError where Render does not take it."""
    if not hook.startswith("https://"):
        raise ValueError("a deploy hook begins with https://")
    url = f"{hook}{'&' if '?' in hook else '?'}ref={commit}"
    with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=TIMEOUT):  # noqa: S310
        pass


def main(blueprint: str, before: str, after: str) -> int:
    hooks = json.loads(os.environ.get("RENDER_DEPLOY_HOOKS") or "{}")
    missing = []
    for name in sorted(concerned(changed(before, after), filters(ROOT / blueprint))):
        if name in hooks:
            deploy(hooks[name], after)
            print(f"{name} is being deployed")
        else:
            missing.append(name)
    for name in missing:
        print(f"{name} has no deploy hook in RENDER_DEPLOY_HOOKS")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
