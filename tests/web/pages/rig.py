"""What the tests of pages are done with: a served town, a visitor without a browser, and eyes that see a page."""

import html
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, ClassVar
from urllib.parse import unquote

import httpx
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Engine

from models import Person, WebSession
from service import store
from service.rules.steps import change, make
from service.web.app import create, serve_from
from service.web.cookies import COOKIE
from tests.service.worlds import counting

SHOTS = Path(__file__).parents[3] / "shots"
LOCALES = ("zh_CN", "en")
DESK, PHONE = 1440, 390
HEIGHTS = {DESK: 900, PHONE: 844}
PAGE_BYTES_MOST = 150_000
# who is who in the sample town
COORDINATOR, LEADER, INSPECTOR, VIEWER = "YJ005", "YJ003", "YJ006", "JY002"
GRID_OFFICER, VILLAGE_HEAD = "WG01", "CW01"
GRAVE = ("serious", "critical")
LOOKED_THROUGH = (("zh_CN", DESK), ("en", PHONE))  # by axe-core: each language and each width
# how everything on a page is dressed: what is dressed alike is coloured alike
DRESSED = """[...new Set([...document.querySelectorAll("body *")].map(
  (one) => `${one.parentElement.className} > ${one.tagName}.${one.getAttribute("class")}`))]"""


def chromium() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@cache
def axe() -> str:
    """axe-core, from the package that carries it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


class Town:
    """A served town: `at` is its address, `now` its clock, `engine` its database."""

    def __init__(self, at: str, engine: Engine, now: datetime) -> None:
        self.at, self.engine, self.now = at, engine, now

    def cookie(self, person: str) -> str:
        """A cookie of somebody who has signed in, without asking for their password."""
        cookie = token_urlsafe(32)
        key = sha256(cookie.encode()).hexdigest()
        values = {"person": person, "expires_at": self.now + timedelta(days=2000)}
        with store.transaction(self.engine) as session:
            store.apply(session, [make(WebSession, key, "opened", values)], now=self.now, by=person, journal=False)
        return cookie

    def visitor(self, person: str | None = None, language: str = "zh-CN") -> "Visitor":
        """Somebody without a browser; nobody where none is named."""
        return Visitor(self, person, language)

    def speaks(self, person: str, locale: str) -> None:
        """The person reads in this language from now on."""
        with store.transaction(self.engine) as session:
            row = session.get(Person, person)
            assert row is not None
            step = change(Person, person, row.version, "language", {"language": locale})
            store.require(session, [step], now=self.now, by="tests")


class Visitor(httpx.Client):
    """A client with somebody's cookie, which follows no redirect by itself."""

    def __init__(self, town: Town, person: str | None, language: str) -> None:
        headers = {"Accept-Language": language, "Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        super().__init__(base_url=town.at, headers=headers, trust_env=False, timeout=30)
        self.town = town
        if person is not None:
            self.cookies.set(COOKIE, town.cookie(person))

    def send_form(self, page: str, action: str, fields: dict[str, Any], **more: Any) -> httpx.Response:
        """Load a page, and send the form on it that goes to `action`, with these fields filled in."""
        loaded = self.get(page)
        assert loaded.status_code == 200, loaded.text[:500]
        hidden = hidden_of(loaded.text, action)
        return self.post(action, data=hidden | fields, headers={"Referer": f"{self.town.at}{page}"}, **more)

    def statements(self, path: str) -> list[str]:
        """The statements that a page asks of the database, but for who is looking."""
        self.get(path)  # what is only learnt once
        with counting(self.town.engine) as sent:
            answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        kept = [text for text, _ in sent if not text.startswith(("BEGIN", "PRAGMA"))]
        return [text for text in kept if "FROM websession" not in text]


def hidden_of(text: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to an address."""
    for form in re.findall(r"<form\b.*?</form>", text, re.S):
        goes = re.search(r'method="post" action="([^"]+)"', form)
        if goes is not None and unquote(html.unescape(goes[1])) == unquote(action):
            found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
            return {name: html.unescape(value) for name, value in found}
    raise AssertionError(f"no form goes to {action}")


@contextmanager
def served(file: Path, now: datetime) -> Iterator[Town]:
    """The real application over a database file, on a loopback port of its own."""
    engine = store.open_engine(f"sqlite:///{file}")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        at = f"http://127.0.0.1:{listener.getsockname()[1]}"
        town = Town(at, engine, now)
        app = create(engine, lambda: town.now)
        serve_from(app, engine)
        config = uvicorn.Config(app, ws="none", lifespan="off", log_level="critical", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield town
        finally:
            server.should_exit = True
            thread.join(timeout=10)
            engine.dispose()


class Eyes:
    """Opens pages as somebody, in a language, at a width; closes all of them at the end."""

    seen_dark: ClassVar[set[str]] = set()  # how things were dressed on pages looked at in the dark before

    def __init__(self, town: Town, browser: Browser) -> None:
        self.town, self.browser = town, browser
        self.opened: list[BrowserContext] = []
        self.windows: dict[str, tuple[Page, list[str]]] = {}
        self.cookies: dict[str, str] = {}

    def close(self) -> None:
        for context in self.opened:
            context.close()

    def page(
        self, person: str | None, locale: str = "zh_CN", width: int = DESK, *, scripts: bool = True, dark: bool = False
    ) -> Page:
        """A page of a new browser window, signed in as `person`; `page.goto("/tasks")` goes on from there."""
        context = self.browser.new_context(
            base_url=self.town.at, locale=locale.replace("_", "-"), java_script_enabled=scripts,
            viewport={"width": width, "height": HEIGHTS[width]}, timezone_id="Asia/Shanghai", has_touch=width == PHONE,
            color_scheme="dark" if dark else "light", reduced_motion="reduce",
        )  # fmt: skip
        self.opened.append(context)
        if person is not None:
            context.add_cookies([{"name": COOKIE, "value": self.town.cookie(person), "url": self.town.at}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    def look_at(self, path: str, person: str | None, name: str, *, status: int = 200) -> None:
        """Look at a page in both languages, on a desk and on a telephone, and in the dark.

        It has no grave fault that axe-core knows, no horizontal scroll, no complaint of the browser's and less than
        150 kB; its picture is in `shots/<name>-<language>-<width>.jpg`. Each language is loaded once, and its window
        made narrow then; axe-core looks through each language once and through each width once.
        """
        for locale in LOCALES:
            page, told = self.window(person, locale)
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == status, f"{path}: {answer.status}"
            assert len(answer.body()) < PAGE_BYTES_MOST, f"{path} weighs {len(answer.body())}"
            self.look_over(page, locale, name)
            assert [line for line in told if status == 200 or "status of" not in line] == []

    def look_over(self, page: Page, locale: str, name: str) -> None:
        """Look over what a window shows, however it came there; it is as wide as a telephone afterwards."""
        assert page.locator("html").get_attribute("lang") == locale.replace("_", "-")
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            shoot(page, f"{name}-{locale}-{width}")
            no_sideways(page)
            if (locale, width) in LOOKED_THROUGH:
                no_grave_fault(page)
        if locale == LOCALES[0]:
            self.in_the_dark(page, f"{name}-{locale}-{DESK}-dark")

    def window(self, person: str | None, locale: str) -> tuple[Page, list[str]]:
        """The one window for looking in a language, now of this person and as wide as a desk; and its complaints."""
        if locale not in self.windows:
            page, told = self.page(None, locale), []
            page.on("console", lambda message: told.append(message.text))
            self.windows[locale] = page, told
        page, told = self.windows[locale]
        told.clear()
        page.set_viewport_size({"width": DESK, "height": HEIGHTS[DESK]})
        page.context.clear_cookies()
        if person is not None:
            page.context.add_cookies([{"name": COOKIE, "value": self.cookie(person), "url": self.town.at}])
        return page, told

    def cookie(self, person: str) -> str:
        """A person's cookie for looking; made once."""
        if person not in self.cookies:
            self.cookies[person] = self.town.cookie(person)
        return self.cookies[person]

    def in_the_dark(self, page: Page, name: str) -> None:
        """The same page in dark colours: the contrast of what is on it, where nothing before was dressed like it."""
        page.set_viewport_size({"width": DESK, "height": HEIGHTS[DESK]})
        dressed = set(page.evaluate(DRESSED))
        if dressed <= self.seen_dark:
            return
        page.emulate_media(color_scheme="dark")
        shoot(page, name)
        no_grave_fault(page, only=["color-contrast"])
        page.emulate_media(color_scheme="light")
        self.seen_dark.update(dressed)


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the whole page, outside git."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.jpg", type="jpeg", quality=85, full_page=True)


def no_sideways(page: Page) -> None:
    """The page is no wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"


def no_grave_fault(page: Page, only: list[str] | None = None) -> None:
    """axe-core finds nothing serious or critical; it needs the page's scripts switched on."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe())
    asked: dict[str, Any] = {"resultTypes": ["violations"], "preload": False, "iframes": False}
    if only:
        asked["runOnly"] = only
    found = page.evaluate("asked => axe.run(document, asked)", asked)
    grave = [
        f"{one['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:160]})"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]
    assert grave == [], f"{page.url}: " + "\n".join(grave)
