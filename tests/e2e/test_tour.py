"""The commands of docs/tour.md, typed one after the other as a person types them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gigsta_common.localservers import apt

TOUR = Path(__file__).resolve().parents[2] / "docs" / "tour.md"

pytestmark = pytest.mark.e2e


def commands(base_url: str) -> str:
    blocks = re.findall(r"```sh\n(.*?)```", TOUR.read_text(), re.DOTALL)
    assert len(blocks) > 8
    return "set -euo pipefail\n" + "\n".join(blocks).replace("http://localhost:8000", base_url)


def test_every_command_of_the_tour_works(base_url: str, tmp_path: Path) -> None:
    missing = [tool for tool in ("curl", "jq") if shutil.which(tool) is None]
    if missing:
        apt.install(*missing, log=tmp_path / "apt.log")
    script = tmp_path / "tour.sh"
    script.write_text(commands(base_url))
    done = subprocess.run(["bash", str(script)], capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    said = done.stdout
    assert '"slot_unavailable"' in said
    assert '"action_not_available"' in said
    assert '"offer_changed"' in said
    for status in (
        "awaiting_verification",
        "pending",
        "approved",
        "published",
        "confirmed",
        "in_progress",
        "awaiting_confirmation",
        "completed",
    ):
        assert f'"{status}"' in said, status
    assert '"note": "Confirmed by customer"' in said
    assert '"unread_count"' in said
    assert "Guest request, awaiting email verification" in said
    assert '"intact": true' in said
    assert said.count('"onboarding_status": "provisional"') == 3, "Carol and Paul in the beginning, and Gus"
    assert said.count("BEGIN:VCALENDAR") == 2
