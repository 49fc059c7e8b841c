"""House rules that a linter does not know: read from the syntax, so that words in comments do not count."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("libs/common/gigsta_common", "services", "gateway", "cli", "benchmarks")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "tests" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imported(tree: ast.AST) -> set[str]:
    """The top-level packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def names(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name.split(".")[-1])
    return found


def reads_the_machines_clock(tree: ast.AST) -> bool:
    """`datetime.now()`, `utcnow()`, `date.today()`, `time.time()`."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    dotted = {f"{_last(f.value)}.{f.attr}" for f in calls if isinstance(f, ast.Attribute)}
    return bool(dotted & {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"})


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def offenders(offends: Callable[[ast.Module], object], *but: str) -> list[str]:
    return [path for path, tree in modules() if offends(tree) and not path.startswith(but)]


def test_the_machines_clock_is_read_behind_its_port_only() -> None:
    common = "libs/common/gigsta_common/"
    logs = "gateway/gigsta_gateway/access_log.py"  # when a line was written, as the logging module has it
    allowed = (f"{common}clock.py", f"{common}localservers/", logs, "cli/", "benchmarks/")
    assert offenders(reads_the_machines_clock, *allowed) == []


def test_tokens_are_handled_in_one_place() -> None:
    assert offenders(lambda tree: "jose" in imported(tree), "libs/common/gigsta_common/security/") == []


def test_passwords_are_hashed_in_one_place() -> None:
    """Which bounds how many at once: each takes a lot of memory."""
    assert offenders(lambda tree: {"argon2", "bcrypt"} & imported(tree), "services/auth/gigsta_auth/hashing.py") == []


@pytest.mark.parametrize("package", ["motor", "beanie", "httpx", "requests", "aiohttp"])
def test_what_was_left_behind_is_not_imported(package: str) -> None:
    assert offenders(lambda tree: package in imported(tree), "benchmarks/") == []


def test_middleware_is_plain_asgi() -> None:
    assert offenders(lambda tree: "BaseHTTPMiddleware" in names(tree), "benchmarks/") == []


def test_problems_are_raised_and_not_http_exceptions() -> None:
    def raises(tree: ast.AST) -> bool:
        raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc is not None]
        return any("HTTPException" in names(error) for error in raised)

    assert offenders(raises, "benchmarks/") == []


def test_nothing_waits_in_the_event_loop() -> None:
    def sleeps(tree: ast.AST) -> bool:
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        return any(isinstance(f, ast.Attribute) and f"{_last(f.value)}.{f.attr}" == "time.sleep" for f in calls)

    common = "libs/common/gigsta_common/"
    assert offenders(sleeps, f"{common}localservers/", f"{common}testing/waiting.py", "cli/", "benchmarks/") == []


@pytest.mark.parametrize(
    ("text", "offends"),
    [
        ("datetime.now(UTC)", True),
        ("dt.datetime.now()", True),
        ("time.time()", True),
        ("runtime.clock.now()", False),
        ("# datetime.now()", False),
        ("time.monotonic()", False),
    ],
)
def test_the_rule_about_the_clock_knows_what_it_looks_for(text: str, offends: bool) -> None:
    assert reads_the_machines_clock(ast.parse(text)) is offends


def test_the_rules_look_at_something() -> None:
    assert len(list(modules())) > 50
    assert "jose" in imported(ast.parse("def f():\n    from jose import jwt"))
    assert "BaseHTTPMiddleware" in names(ast.parse("from starlette.middleware.base import BaseHTTPMiddleware"))
