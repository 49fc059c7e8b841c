"""A10: no secret was ever committed, not even one that was taken out again.

Known advisories of the dependencies are not looked up here: that takes a list from elsewhere, which tests do without.
"""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|\s|[+-])*[A-Za-z0-9+/]{20}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}"
    r"|\bglpat-[A-Za-z0-9_-]{20}"
    r"|\bxox[abprs]-[0-9A-Za-z-]{10}"
    r"|\b[rs]k_live_[0-9A-Za-z]{10}"
    r"|\bAIza[0-9A-Za-z_-]{35}"
    r"|\bGOCSPX-[A-Za-z0-9_-]{20}"
    r"|\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20}"
    r"|\b(?:mongodb(?:\+srv)?|amqps?)://[^:@/\s\"'{}]+:[^@/\s\"'<{}*]{12,}@"
    r"|\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{40,}"
)
EXAMPLES = {
    "AKIA" + "IOSFODNN7EXAMPLE",
    "mongodb://geo:" + "of-this-machine@",
    "amqp://gigsta:" + "a%2Fb%2Bc%3D@",
}
"""Published as such by those whose keys look like that; and what tests of ours said once, of no server."""


def test_no_secret_was_ever_committed() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    everything = ["git", "log", "--all", "--patch", "--no-color", "--no-textconv", "--format=%H%n%B"]
    history = subprocess.run(everything, cwd=ROOT, capture_output=True, check=True).stdout.decode(errors="replace")
    assert "\ndiff --git " in history
    assert {found[0] for found in SECRETS.finditer(history)} - EXAMPLES == set()


@pytest.mark.parametrize(
    "secret",
    [
        "-----BEGIN EC PRIVATE " + "KEY-----\nMHcCAQEEIBkg4LVWM9nuwNSk3y",
        "-----BEGIN PRIVATE " + "KEY-----\\nMIGHAgEAMBMGByqGSM49AgEG",
        "AKIA" + "Z7QWERTYUIOPASDF",
        "ghp_" + "a1B2" * 9,
        "sk_live_" + "51Habcdefghij",
        "mongodb+srv://gigsta:" + "Zx81kfQpLw02mNvT@cluster0.example.net",
        "amqps://gigsta:" + "Zx81kfQpLw02mNvT@broker.example.net",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ" + ".eyJzdWIiOiJhbmEiLCJyb2xlcyI6WyJhIl19." + "c2ln" * 12,
    ],
)
def test_it_knows_one_when_it_sees_one(secret: str) -> None:
    assert SECRETS.search(f'+    key = "{secret}"')
