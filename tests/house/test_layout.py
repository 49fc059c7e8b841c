"""Where things stand, and how long they may grow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 400
OURS = ("libs", "services", "gateway", "cli", "benchmarks", "tests", "web/src", "web/tests")
SOURCE = {".py", ".ts", ".vue", ".js", ".css"}
GENERATED = {"node_modules", "__pycache__", ".mypy_cache", "dist", "generated"}
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())


def sources() -> Iterator[Path]:
    for folder in OURS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SOURCE and path.is_file() and not GENERATED & set(path.parts):
                yield path


def test_no_file_is_longer_than_a_person_likes_to_read() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert lengths
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_the_services_are_those_of_the_architecture() -> None:
    assert SERVICES == ["auth", "bookings", "catalog", "geo", "notifications", "ratings"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_shape(service: str) -> None:
    package = ROOT / "services" / service / f"gigsta_{service}"
    modules = {"main", "settings", "routes", "schemas", "models", "crud", "consumers"}
    missing = {name for name in modules if not _is_module(package, name)}
    assert missing == set()
    assert list((package / "migrations").glob("0001_*.py"))
    assert list((ROOT / "services" / service / "tests").glob("test_*.py"))
    assert (ROOT / "services" / service / "openapi.json").is_file()


def _is_module(package: Path, name: str) -> bool:
    return (package / f"{name}.py").is_file() or (package / name / "__init__.py").is_file()
