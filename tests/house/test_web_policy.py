"""What the web app's pages may load: `web/public/policy.json` says it, and whatever serves them says the same."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from gigsta_gateway.settings import GatewaySettings
from gigsta_gateway.web import content_security_policy

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "web/public/policy.json"
SAID: dict[str, str] = json.loads(FILE.read_text())
NOTHING: dict[str, str] = {}
R2 = {"MEDIA_URL": "https://media.gigsta.nz/of-services", "S3_ENDPOINT": "https://account.r2.cloudflarestorage.com"}
OWN = {"MEDIA_URL": "/api/v1/catalog/images", "S3_ENDPOINT": ""}
NODE = shutil.which("node")


def sources(policy: str, directive: str) -> list[str]:
    return next(words[1:] for part in policy.split(";") if (words := part.split())[0] == directive)


def from_gateway(elsewhere: dict[str, str]) -> str:
    return content_security_policy(SAID["Content-Security-Policy"], elsewhere)


def vercel(elsewhere: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    script = "import('./web/vercel.mjs').then((found) => console.log(JSON.stringify(found.config.headers)))"
    environment = {"PATH": os.environ["PATH"], "API_ORIGIN": "https://api.gigsta.nz", **elsewhere}
    return subprocess.run(
        [NODE or "node", "-e", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def container(elsewhere: dict[str, str], tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    """`deploy/web/start.sh` with something in nginx's place that shows what it would read."""
    nginx = tmp_path / "nginx"
    nginx.write_text('#!/bin/sh\ncat "$2"\n')
    nginx.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", **elsewhere}
    command = ["sh", "deploy/web/start.sh", "deploy/web/nginx.conf", str(FILE), str(tmp_path / "made.conf")]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("elsewhere", [NOTHING, OWN])
def test_without_other_hosts_everything_comes_from_the_site_itself(elsewhere: dict[str, str]) -> None:
    policy = from_gateway(elsewhere)
    assert sources(policy, "default-src") == sources(policy, "connect-src") == ["'self'"]
    assert sources(policy, "img-src") == ["'self'", "data:", "blob:"]
    assert "{" not in policy
    assert "unsafe" not in policy


def test_pictures_come_from_one_other_host_and_uploads_go_to_another() -> None:
    policy = from_gateway(R2)
    assert sources(policy, "img-src")[3:] == ["https://media.gigsta.nz/of-services/"]
    assert sources(policy, "connect-src") == ["'self'", "https://account.r2.cloudflarestorage.com/"]
    assert policy.replace(" https://media.gigsta.nz/of-services/", "").replace(
        " https://account.r2.cloudflarestorage.com/", ""
    ) == from_gateway(NOTHING)


@pytest.mark.skipif(NODE is None, reason="there is no Node.js")
@pytest.mark.parametrize("elsewhere", [NOTHING, OWN, R2])
def test_vercel_says_the_same(elsewhere: dict[str, str]) -> None:
    (everywhere, *_) = json.loads(vercel(elsewhere).stdout)
    assert everywhere["source"] == "/(.*)"
    assert {"key": "Content-Security-Policy", "value": from_gateway(elsewhere)} in everywhere["headers"]


@pytest.mark.parametrize("elsewhere", [NOTHING, OWN, R2])
def test_so_does_the_container(elsewhere: dict[str, str], tmp_path: Path) -> None:
    done = container(elsewhere, tmp_path)
    assert done.returncode == 0, done.stderr
    said = re.findall(r'add_header Content-Security-Policy "([^"]+)";', done.stdout)
    assert said == [from_gateway(elsewhere)] * 2, "of pages and of assets, some of which are workers"
    assert "{POLICY}" not in done.stdout


@pytest.mark.parametrize("wrong", ["https://media.nz; script-src *", "https://media.nz 'unsafe-inline'"])
def test_an_address_that_would_say_more_than_a_host_is_refused(wrong: str, tmp_path: Path) -> None:
    upstreams = dict.fromkeys(("auth", "catalog", "bookings", "ratings", "geo", "notifications"), "http://x:1")
    settings = {f"upstream_{name}": url for name, url in upstreams.items()} | {"jwks_url": "http://x:1/jwks"}
    assert GatewaySettings(environment="test", **settings, media_url=R2["MEDIA_URL"])  # type: ignore[arg-type]
    for name in ("media_url", "s3_endpoint"):
        with pytest.raises(ValidationError, match=name):
            GatewaySettings.model_validate({"environment": "test", **settings, name: wrong})
        done = container({name.upper(): wrong}, tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        if NODE is not None:
            refused = vercel({name.upper(): wrong})
            assert refused.returncode != 0
            assert name.upper() in refused.stderr


@pytest.mark.skipif(shutil.which("nginx", path="/usr/sbin:/usr/bin") is None, reason="there is no nginx")
def test_nginx_understands_it(tmp_path: Path) -> None:
    made = container(R2, tmp_path).stdout
    made = made.replace("include /run/secrets/gateway.conf;", "")
    (tmp_path / "nginx.conf").write_text(re.sub(r"/tmp/", f"{tmp_path}/", made))
    command = [str(shutil.which("nginx", path="/usr/sbin:/usr/bin")), "-t", "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
