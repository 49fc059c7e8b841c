"""The walls between the packages, as `pyproject.toml` draws them."""

import os
import subprocess
import sys


def test_the_contracts_on_imports_are_kept() -> None:
    """In a process of its own, because import-linter sets up logging for itself and silences everybody else's."""
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", lint], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
