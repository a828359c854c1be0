"""Pages that everybody can read, in every look; every app's browser tests use it."""

import os
from pathlib import Path

from playwright.sync_api import Page

from themis.tests.axe import serious_violations
from themis.tests.browser import SIZES, overflow

COLOUR_RULES = ("color-contrast", "link-in-text-block")
# Colours that fade from one scheme to the other are what they will be.
SETTLE = """() => new Promise((done) => requestAnimationFrame(() => {
  for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish();
  done();
}))"""


def assert_accessible(page: Page) -> None:
    """Fail with the list of serious and critical findings of axe-core, if there are any."""
    found = serious_violations(page)
    assert not found, f"{page.url}:\n" + "\n".join(found)


def assert_good_in_every_look(page: Page, name: str = "") -> None:
    """Wide and phone, light and dark: nothing serious by axe-core, and nothing wider than the window.

    The page stays as it is loaded; only window and colour scheme change, and are put back. What depends on colours
    alone is asked again in the dark. Pictures are kept in the folder that SCREENSHOTS names.
    """
    size = page.viewport_size
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    found: list[str] = []
    for window, measures in SIZES.items():
        page.set_viewport_size(measures)  # type: ignore[arg-type]
        for colours, rules in (("light", ()), ("dark", COLOUR_RULES)):
            page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            page.evaluate(SETTLE)
            look = f"{window}, {colours}"
            found += [f"{look}: {violation}" for violation in serious_violations(page, rules=rules)]
            if (beyond := overflow(page)) > 0:
                found.append(f"{look}: {beyond} pixels wider than the window")
            if folder := os.environ.get("SCREENSHOTS"):
                file = f"{name or page.url.split('/', 3)[-1].replace('/', '-')}-{window}-{colours}.png"
                page.screenshot(path=Path(folder) / file, full_page=window == "phone")
    page.emulate_media(color_scheme="dark" if dark else "light")
    if size:
        page.set_viewport_size(size)
    assert not found, f"{page.url} {name}:\n" + "\n".join(found)
