"""The walls between the packages, as `pyproject.toml` draws them."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_the_contracts_on_imports_are_kept() -> None:
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS
