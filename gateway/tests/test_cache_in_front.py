"""A cache in front of the gateway, as Cloudflare is: public GETs are kept and can be purged, private ones never are.

nginx keeps by the same rule as `deploy/cloudflare/cache.tf`: what is asked with none of three headers, for as long as
the answer says. Debian has it; where it is missing and we may, it is installed.
"""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from gigsta_common.localservers import Child, free_port, state_dir
from gigsta_common.localservers.apt import install
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import eventually

from .conftest import ORIGIN, Edge
from .standin import Call

PUBLIC = "/api/v1/catalog/services?q=hedge"
INSIDE = "/catalog/services"
CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/kept keys_zone=kept:1m use_temp_path=off;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{gateway};
      proxy_http_version 1.1;
      proxy_cache kept;
      proxy_cache_key $host$request_uri;
      proxy_cache_bypass $http_authorization $http_origin $http_booking_key;
      proxy_no_cache $http_authorization $http_origin $http_booking_key;
      proxy_cache_revalidate on;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
"""


@dataclass
class Front:
    """nginx, the gateway behind it, and a service that never says the same twice."""

    http: httpx2.AsyncClient
    edge: Edge
    kept: Path

    async def get(self, path: str = PUBLIC, **headers: str) -> tuple[str, str]:
        """What the cache says of it, and what was answered."""
        answer = await self.http.get(path, headers=headers)
        assert answer.status_code == 200
        return answer.headers["x-cache"], answer.text

    def purge(self) -> None:
        """Throw everything away, as nginx is told to: by removing its files."""
        for file in self.kept.rglob("*"):
            if file.is_file():
                file.unlink()


@pytest.fixture(scope="session")
def nginx() -> Path:
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        install("nginx", log=state_dir() / "logs" / "nginx-install.log")
        found = shutil.which("nginx", path="/usr/sbin")
    assert found is not None
    return Path(found)


@pytest.fixture
async def front(nginx: Path, edge: Edge, tmp_path: Path) -> AsyncIterator[Front]:
    port, made = free_port(), 0

    async def differently(call: Call) -> None:
        nonlocal made
        made += 1
        await call.answer(f"answer {made}".encode(), headers="content-type: application/json\r\n")

    edge.catalog.handlers[INSIDE] = differently
    for path in ("/bookings", "/notifications", "/auth/me"):
        edge.services[path.split("/")[1]].handlers[path] = differently
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "", folder=tmp_path, port=port, gateway=edge.port
        )
    )
    child = Child("nginx", [nginx, "-c", configuration, "-p", tmp_path, "-e", "stderr"], log=tmp_path / "nginx.log")
    child.start()
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as http:

        async def up() -> bool:
            assert child.alive, child.log_tail(20)
            try:
                return (await http.get("/health/live")).status_code == 200
            except httpx2.TransportError:
                return False

        try:
            await eventually(up, within=20)
            yield Front(http, edge, tmp_path / "kept")
        finally:
            child.kill()


async def test_what_is_everybodys_is_kept_and_thrown_away(front: Front) -> None:
    assert await front.get() == ("MISS", "answer 1")
    assert await front.get() == ("HIT", "answer 1")
    assert await front.get(**{"Accept-Language": "mi", "User-Agent": "another"}) == ("HIT", "answer 1")
    assert len(front.edge.catalog.calls) == 1
    assert await front.get(PUBLIC + "s") == ("MISS", "answer 2")
    front.purge()
    assert await front.get() == ("MISS", "answer 3")
    assert await front.get() == ("HIT", "answer 3")


async def test_a_browser_that_has_it_is_told_so_by_the_cache(front: Front) -> None:
    first = await front.http.get(PUBLIC)
    again = await front.http.get(PUBLIC, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.headers["x-cache"]) == (304, "HIT")
    assert first.headers["cache-control"].startswith("public, max-age=0, s-maxage=10")


async def test_what_is_somebodys_own_is_never_kept_and_never_given_to_another(
    front: Front, token_for: TokenFor
) -> None:
    kept = await front.get()
    for headers in ({"Authorization": f"Bearer {token_for('ana')}"}, {"Booking-Key": "a.b"}, {"Origin": ORIGIN}):
        first, second = await front.get(**headers), await front.get(**headers)
        assert {first[0], second[0]} == {"BYPASS"}
        assert len({first[1], second[1], kept[1]}) == 3
    assert await front.get() == ("HIT", kept[1]), "nor does it take the place of what is everybody's"


@pytest.mark.parametrize("path", ["/api/v1/bookings", "/api/v1/notifications", "/api/v1/auth/me"])
async def test_what_is_private_is_not_kept_even_without_a_token(front: Front, path: str) -> None:
    """The rule of the cache would keep it; nothing says that it may."""
    first, second = await front.get(path), await front.get(path)
    assert first[0] == second[0] == "MISS"
    assert first[1] != second[1]
    assert not [file for file in front.kept.rglob("*") if file.is_file()]


async def test_errors_and_writes_are_not_kept(front: Front) -> None:
    async def broken(call: Call) -> None:
        await call.answer(b"{}", status="500 Internal Server Error")

    front.edge.catalog.handlers[INSIDE] = broken
    for _ in range(2):
        answer = await front.http.get(PUBLIC)
        assert (answer.status_code, answer.headers["x-cache"]) == (500, "MISS")
    for _ in range(2):
        answer = await front.http.post("/api/v1/catalog/services", json={})
        assert answer.status_code == 500
    assert len(front.edge.catalog.calls) == 4
