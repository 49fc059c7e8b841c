"""The web app is built when its sources have changed, and only then; a small npm stands in for the real one."""

import os
from pathlib import Path

import pytest

from gigsta_cli.web import NoNode, WebApp, WebError

NPM = """#!/bin/sh
echo "$*" >> "$(dirname "$0")/npm.ran"
case "$*" in
  ci*) mkdir -p node_modules ;;
  "run --silent build"*) [ ! -e broken ] || exit 1; mkdir -p "$WEB_OUT"; cp src/main.ts "$WEB_OUT/index.html" ;;
esac
"""


class Place:
    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bin, self.folder = directory / "bin", directory / "web"
        self.bin.mkdir()
        (self.folder / "src").mkdir(parents=True)
        (self.folder / "package-lock.json").write_text("{}")
        (self.folder / "src" / "main.ts").write_text("one")
        self.program("npm", NPM)
        self.program("node", "#!/bin/sh\necho v20.19.4\n")
        monkeypatch.setenv("PATH", f"{self.bin}{os.pathsep}/usr/bin{os.pathsep}/bin")
        self.app = WebApp(directory / "state", folder=self.folder, say=lambda _: None)

    def program(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def runs(self) -> list[str]:
        """What npm was asked for since the last time."""
        record = self.bin / "npm.ran"
        said = [" ".join(line.split()[:3]) for line in record.read_text().splitlines()] if record.exists() else []
        record.unlink(missing_ok=True)
        return said


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(tmp_path, monkeypatch)


def test_a_second_build_has_nothing_to_do(place: Place) -> None:
    place.app.build()
    assert place.runs() == ["ci --no-audit --no-fund", "run --silent build"]
    assert (place.app.dist / "index.html").read_text() == "one"
    place.app.build()
    assert place.runs() == []


def test_changed_sources_are_built_anew_and_changed_packages_installed(place: Place) -> None:
    place.app.build()
    place.runs()
    (place.folder / "src" / "main.ts").write_text("two")
    place.app.build()
    assert place.runs() == ["run --silent build"]
    assert (place.app.dist / "index.html").read_text() == "two"
    (place.folder / "package-lock.json").write_text('{"changed": true}')
    place.app.build()
    assert place.runs() == ["ci --no-audit --no-fund", "run --silent build"]
    (place.folder / "src" / "main.test.ts").write_text("a test is no part of the app")
    place.app.build()
    assert place.runs() == []


def test_a_failed_build_leaves_the_last_one(place: Place) -> None:
    place.app.build()
    (place.folder / "src" / "main.ts").write_text("two")
    (place.folder / "broken").touch()
    with pytest.raises(WebError, match="npm run --silent"):
        place.app.build()
    assert (place.app.dist / "index.html").read_text() == "one"


def test_a_check_runs_the_checks_and_the_tests_and_builds(place: Place) -> None:
    place.app.check()
    assert place.runs() == [
        "ci --no-audit --no-fund",
        "run --silent check",
        "run --silent test",
        "run --silent build",
    ]


def test_an_old_node_is_refused_by_its_version(place: Place) -> None:
    place.program("node", "#!/bin/sh\necho v18.20.4\n")
    with pytest.raises(NoNode, match=r"20\.19 or newer is needed and this is v18\.20\.4"):
        place.app.build()


def test_without_npm_it_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.bin / "npm").unlink()
    monkeypatch.setenv("PATH", str(place.bin))
    with pytest.raises(NoNode, match="is missing here"):
        place.app.build()
