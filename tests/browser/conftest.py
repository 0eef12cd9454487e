"""The system's Chromium for tests: one browser, a fresh page a test, and no fault goes unseen.

A test fails on any console error, Content-Security-Policy violation, script error or request that leaves
the machine.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, Route, ViewportSize, sync_playwright

from cases.records.centre import Centre
from consult.shell import roles
from consult.shell.accounts import Account
from tests import builders

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Belt and braces: what the watch below would report cannot be reached either.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@dataclass
class Watch:
    """What went wrong on a page; `tolerated`: addresses whose 4xx answer is part of the product's talk."""

    console: list[ConsoleMessage] = field(default_factory=list)
    thrown: list[str] = field(default_factory=list)
    abroad: list[str] = field(default_factory=list)
    tolerated: set[str] = field(default_factory=set)

    def attach(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.thrown.append(str(error)))
        page.on("request", lambda request: self._on_request(request.url))
        page.on("response", self._on_response)

    def faults(self) -> list[str]:
        messages = [
            f"{message.text} ({message.location.get('url', '')})"
            for message in self.console
            if not (
                message.text.startswith("Failed to load resource")
                and message.location.get("url", "") in self.tolerated
            )
        ]
        return [*messages, *self.thrown, *(f"left the machine: {url}" for url in self.abroad)]

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium files some CSP reports as "info" or "warning".
        if message.type == "error" or "Content Security Policy" in message.text:
            self.console.append(message)

    def _on_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOOPBACK:
            self.abroad.append(url)

    def _on_response(self, response: Response) -> None:
        """A refused page (403, 404) or an htmx answer (409, 422) is an answer; a failing server is not."""
        request = response.request
        asked = request.is_navigation_request() or "hx-request" in request.headers
        if asked and 400 <= response.status < 500:
            self.tolerated.add(response.url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("no chromium on PATH")
    # Playwright's loop runs in the test's own thread; without this Django refuses the database beside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        started.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def page(browser: Browser, watch: Watch) -> Iterator[Page]:
    """A page in a context of its own (cookies, storage), Japanese, 1280 x 900."""
    context = browser.new_context(viewport=DESKTOP, locale="ja-JP", timezone_id="Asia/Tokyo")
    context.set_default_timeout(10_000)
    opened = context.new_page()
    watch.attach(opened)
    yield opened
    context.close()
    assert watch.faults() == []


@pytest.fixture
def everybody(db: None) -> Account:
    """Somebody who may open every page."""
    account = builders.account(at=Centre.objects.first())
    account.role_codes = list(roles.ROLES)
    account.save()
    return account


@pytest.fixture
def shown(page: Page) -> "Shown":
    return Shown(page)


class Shown:
    """Shows HTML at http://localhost/ with the product's static files and policy; no server, no database.

    `sent` holds what the page posted; a POST is answered with the same HTML. `answers` gives other paths
    their own status and HTML.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.html = ""
        self.sent: list[str] = []
        # Nobody calls for help: what the header asks for again and again is empty.
        self.answers: dict[str, tuple[int, str]] = {"/help/waiting": (200, "")}
        page.route("http://localhost/**", self._answer)

    def __call__(self, html: str) -> Page:
        self.html = html
        self.page.goto("http://localhost/")
        return self.page

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith(settings.STATIC_URL):
            found = finders.find(path.removeprefix(settings.STATIC_URL))
            route.fulfill(path=str(found)) if found else route.fulfill(status=404)
            return
        if route.request.method == "POST":
            self.sent.append(route.request.post_data or "")
        policy = "; ".join(
            f"{name} {' '.join(sources)}"
            for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
        )
        headers = {"Content-Security-Policy": policy}
        status, html = self.answers.get(path, (200, self.html))
        route.fulfill(status=status, body=html, content_type="text/html; charset=utf-8", headers=headers)
