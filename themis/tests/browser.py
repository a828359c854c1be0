"""Help for browser tests of every app: a signed-in page in a chosen size and colour scheme."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from core.models import User

SIZES = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}


@dataclass
class Surfer:
    """Opens pages of the live server; `problems` collects what the browser complained about."""

    browser: Browser
    base_url: str
    problems: list[str]

    def open(
        self,
        path: str,
        *,
        user: User | None = None,
        size: str = "wide",
        colours: Literal["light", "dark"] = "light",
        scripts: bool = True,
    ) -> Page:
        """A new window at `path`, signed in as `user`."""
        viewport: Any = SIZES[size]
        context = self.browser.new_context(
            viewport=viewport, color_scheme=colours, java_script_enabled=scripts, base_url=self.base_url
        )
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.base_url}]
            )
        page = context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", self._note_request)
        page.goto(path)
        return page

    def _note_console(self, message: Any) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def _note_request(self, request: Any) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:")):
            self.problems.append(f"asked another host: {request.url}")


OpenPage = Callable[..., Page]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
