"""Every run collects the same tests in the same order: pytest-xdist's workers refuse to start otherwise.

What Python prints of a set of strings differs from process to process, so a set must not become a test's name.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_run_collects_the_same_tests() -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "pytest", "--collect-only", "--no-header"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    one, other = (run.communicate()[0].splitlines() for run in runs)
    assert [run.returncode for run in runs] == [0, 0], one[-20:]
    assert [line for line in one if "::" in line] == [line for line in other if "::" in line]
