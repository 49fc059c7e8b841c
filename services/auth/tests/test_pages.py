"""The pages behind links and behind providers elsewhere, with their script running in Node.js against the service."""

import asyncio
import json
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from gigsta_auth.main import create_app
from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import ServiceStarter, TestService

from .conftest import CHEAP, MIGRATIONS, PASSWORD, Json, LogIn, log_in, mailed_token, register
from .openid_browser import BROWSER, Browser
from .test_credentials import forget
from .test_second_factor import turn_on

RUN = Path(__file__).with_name("page_run.mjs")
SECONDS = 60


class OpenPage:
    """A page that is open in a browser, which has one cookie."""

    def __init__(self, service: TestService, node: Process, cookie: str | None) -> None:
        self.service = service
        self.node = node
        self.headers = {"Origin": "http://localhost:8000", **({"Cookie": f"{BROWSER}={cookie}"} if cookie else {})}
        self.said = ""
        self.asked: list[str] = []
        self.open = True
        self.search = ""

    async def go(self, **typed: str) -> None:
        """Type something, press the button, and wait until the page stands still."""
        await self._write(typed)
        await self.stand()

    async def stand(self) -> None:
        while "said" not in (line := await self._read()):
            path = str(line["path"]).removeprefix("/api/v1")
            answer = await self.service.http.request(line["method"], path, json=line["body"], headers=self.headers)
            self.service.http.cookies.clear()
            await self._write({"status": answer.status_code, "text": answer.text})
        self.said, self.asked, self.open, self.search = (line[name] for name in ("said", "asked", "open", "search"))

    async def _write(self, value: Any) -> None:
        assert self.node.stdin is not None
        self.node.stdin.write(json.dumps(value).encode() + b"\n")
        await self.node.stdin.drain()

    async def _read(self) -> Json:
        assert self.node.stdout is not None
        async with asyncio.timeout(SECONDS):
            line = await self.node.stdout.readline()
        assert line, "the script of the page has thrown"
        read: Json = json.loads(line)
        return read


class Pages:
    def __init__(self, service: TestService) -> None:
        self.service = service
        self.nodes: list[Process] = []

    async def open(self, path: str, query: Json, cookie: str | None = None) -> OpenPage:
        html = (await self.service.http.get(f"/auth/{path}")).text
        script = html.partition("<script>")[2].partition("</script>")[0]
        fields = ["password"] if '<input id="password"' in html else []
        program = shutil.which("node")
        assert program is not None, "Node.js is needed, as for `make up`"
        node = await asyncio.create_subprocess_exec(program, str(RUN), stdin=PIPE, stdout=PIPE)
        self.nodes.append(node)
        page = OpenPage(self.service, node, cookie)
        await page._write({"script": script, "search": f"?{urlencode(query)}", "fields": fields})
        await page.stand()
        return page


@pytest.fixture
async def service(start_service: ServiceStarter, oauth_settings: Json) -> TestService:
    return await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP, **oauth_settings)


@pytest.fixture
async def pages(service: TestService) -> AsyncIterator[Pages]:
    found = Pages(service)
    yield found
    for node in found.nodes:
        if node.returncode is None:
            node.kill()
        await node.communicate()


async def test_who_comes_back_from_a_provider_is_logged_in(pages: Pages, browser: Browser) -> None:
    back = await browser.say_yes(await browser.depart())
    page = await pages.open("oauth/google/callback", back, browser.cookie)
    assert (page.asked, page.open) == ([], True)
    await page.go()
    assert (page.said, page.open, page.search) == ("You are logged in.", False, "")


@pytest.mark.parametrize("by", ["app", "recovery code"])
async def test_who_has_a_second_factor_types_a_code_there(
    pages: Pages, browser: Browser, person: LogIn, clock: ManualClock, by: str
) -> None:
    ana = await person("ana@example.com")
    app, recovery = await turn_on(ana, clock)
    back = await browser.say_yes(await browser.depart())
    page = await pages.open("oauth/google/callback", back, browser.cookie)
    await page.go()
    assert (page.asked, page.open, page.search) == (["code"], True, "")
    assert "authenticator app, or a recovery code" in page.said
    await page.go(code="1")
    assert (page.asked, page.open) == (["code"], True)
    await page.go(code=app.wrong_code())
    assert (page.said, page.open) == ("This code is wrong.", True)
    await page.go(code=app.next_code() if by == "app" else recovery[0])
    assert (page.said, page.open) == ("You are logged in.", False)
    [session, *_] = (await ana.get("/auth/sessions")).json()["items"]
    assert not session["current"]


async def test_too_many_wrong_codes_end_it(pages: Pages, browser: Browser, person: LogIn, clock: ManualClock) -> None:
    app, _ = await turn_on(await person("ana@example.com"), clock)
    page = await pages.open("oauth/google/callback", await browser.say_yes(await browser.depart()), browser.cookie)
    await page.go()
    for _ in range(5):
        assert page.open
        await page.go(code=app.wrong_code())
    await page.go(code=app.next_code())
    assert (page.said, page.open) == ("This step of the login is over. Log in again.", False)


async def test_another_browser_is_not_logged_in(pages: Pages, browser: Browser) -> None:
    page = await pages.open("oauth/google/callback", await browser.say_yes(await browser.depart()))
    await page.go()
    assert (page.said, page.open) == (
        "This login was not begun in this browser, or long ago. Begin again.",
        False,
    )


async def test_a_refusal_of_the_provider_is_said(pages: Pages) -> None:
    page = await pages.open("oauth/google/callback", {"error": "access_denied", "state": "x"})
    assert (page.said, page.open) == ("Google has not logged you in. Go back to GigSta and try again.", False)


async def test_an_address_is_verified_once(service: TestService, pages: Pages) -> None:
    """In another browser than that which registered: so a password is chosen."""
    await register(service, "ana@example.com", "chosen-by-a-stranger")
    token = await mailed_token(service, "ana@example.com")
    page = await pages.open("verify-email", {"token": token})
    await page.go()
    assert (page.asked, page.open) == (["full_name", "password"], True)
    await page.go(full_name="Ana", password="short")
    assert (page.asked, page.open) == (["full_name", "password"], True)
    await page.go(full_name="Ana", password=PASSWORD)
    await log_in(service, "ana@example.com")
    assert (page.said, page.search) == ("Your address is verified, and you are logged in.", "")
    again = await pages.open("verify-email", {"token": token})
    await again.go()
    assert (again.said, again.open) == ("This address is verified already. Log in.", False)


async def test_a_new_password_is_typed_until_it_may_be_one(service: TestService, person: LogIn, pages: Pages) -> None:
    ana = await person()
    await forget(service, ana.email)
    page = await pages.open("reset-password", {"token": await mailed_token(service, ana.email)})
    await page.go(password="short")
    assert (page.asked, page.open) == (["password"], True)
    await page.go(password="another-good-one")
    assert page.said == "Your password is set. Log in with it from now on."
    await log_in(service, ana.email, "another-good-one")
