#!/usr/bin/env python3
"""Photographs every page, wide and phone-narrow, light and dark, into `screenshots/`: `make screenshots`.

Starts a stack of its own with the demonstration, does the main job in it up to an approved answer and an
export, then follows the links from the dashboard until every kind of page was seen once. Ends with exit code 1
when a page was answered with an error, complained on the console, is wider than its window, or when axe-core finds
something serious in it.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from themis.tests.axe import serious_violations  # noqa: E402

TARGET = ROOT / "screenshots"
EMAIL, PASSWORD = "photographer@example.com", "say cheese to the mountain"
SIZES = {"wide": (1400, 900), "phone": (360, 740)}
SCHEMES = ("light", "dark")
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
# Links that do something, leave us, or give a file.
_NO_PAGE = re.compile(
    r"/(file|download|logout|export\.csv|report|report\.json|admin|api|static)(/|$)|\.(json|csv|docx|xlsx)$"
)
_MOST_PAGES = 120


def main() -> int:
    TARGET.mkdir(exist_ok=True)
    with running_stack() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        pages = sign_in(browser, base, "wide", "light")
        do_the_main_job(pages, base)
        paths = find_pages(pages, base)
        problems = [
            problem
            for size in SIZES
            for scheme in SCHEMES
            for problem in photograph(browser, base, paths, size, scheme)
        ]
    say(f"{len(paths)} pages in {TARGET.name}/")
    for problem in problems:
        say(problem)
    return 1 if problems else 0


@contextlib.contextmanager
def running_stack() -> Iterator[str]:
    """The address of a `make run` on a state folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="spelunker-screenshots-") as folder:
        log = Path(folder) / "run.log"
        environment = {
            **os.environ,
            "SPELUNKER_STATE": f"{folder}/state",
            "SPELUNKER_ADMIN_EMAIL": EMAIL,
            "SPELUNKER_ADMIN_PASSWORD": PASSWORD,
            "PORT": "8600",
        }
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "spelunker.embedded", "run"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield wait_for_address(process, log)
        finally:
            process.terminate()
            process.wait(60)


def wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"Spelunker runs at (\S+)/", log.read_text())
        if found:
            return found[1]
        time.sleep(0.5)
    raise SystemExit(f"The stack did not start:\n{log.read_text()}")


def find_chromium() -> str:
    for path in (os.environ.get("CHROMIUM_PATH", ""), *CHROMIUM):
        if path and Path(path).exists():
            return path
    raise SystemExit("There is no Chromium here. Install it, or set CHROMIUM_PATH.")


def sign_in(browser: Browser, base: str, size: str, scheme: str) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{base}/")
    return page


def do_the_main_job(page: Page, base: str) -> None:
    """Import the demonstration's workbook, draft it, approve its first answer, export it."""
    wait_for_jobs(page, base)
    page.goto(f"{base}/rfps/1/workbooks/1/")
    page.get_by_role("button", name=re.compile(r"^Import \d+ questions")).click()
    page.wait_for_url("**/questions/**")
    page.get_by_role("button", name="Draft all").click()
    page.locator("[data-job-body]").first.wait_for()
    wait_for_jobs(page, base)
    page.goto(f"{base}/rfps/1/questions/")
    page.locator("[data-select-all]").check()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.locator("#question-list .status-badge", has_text="Approved").first.wait_for()
    page.goto(f"{base}/rfps/1/exports/")
    page.get_by_role("button", name="Export", exact=True).first.click()
    page.locator("[data-job-body]").or_(page.get_by_role("link", name="Download")).first.wait_for()
    wait_for_jobs(page, base)


def wait_for_jobs(page: Page, base: str) -> None:
    """Until the list of jobs shows none that waits or runs."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        page.goto(f"{base}/jobs/")
        under_way = page.locator("table .status-badge", has_text=re.compile("^(Queued|Running)"))
        if not under_way.count():
            return
        page.wait_for_timeout(1000)
    raise SystemExit("The jobs did not finish in time.")


def find_pages(page: Page, base: str) -> list[str]:
    """One address of each kind of page that can be reached by links, in the order they were met."""
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(found) < _MOST_PAGES:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f-]{36}|\d+", "#", path)
        if kind in found or _NO_PAGE.search(path):
            continue
        response = page.goto(base + path)
        if response is None or "text/html" not in response.headers.get("content-type", ""):
            continue
        found[kind] = path
        links: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        waiting += [urlsplit(link).path for link in links if link.startswith(f"{base}/")]
    return list(found.values())


def photograph(browser: Browser, base: str, paths: list[str], size: str, scheme: str) -> list[str]:
    """Take the pictures of one size and colour scheme; returns what is wrong, a line each."""
    problems: list[str] = []
    page = sign_in(browser, base, size, scheme)
    page.on(
        "console",
        lambda message: problems.append(f"{page.url}: {message.text}") if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    for path in paths:
        response = page.goto(base + path)
        page.wait_for_timeout(300)
        if response is None or response.status >= 400:
            problems.append(f"{path} was answered with {response.status if response else 'nothing'}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            problems.append(f"{path} is wider than a {size} window")
        problems += [f"{path}, {size}, {scheme}: {violation}" for violation in serious_violations(page)]
        name = re.sub(r"\W+", "-", path).strip("-") or "dashboard"
        page.screenshot(path=TARGET / f"{name}.{size}.{scheme}.png", full_page=size == "phone")
    page.context.close()
    return problems


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
