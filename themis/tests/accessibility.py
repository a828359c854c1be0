"""axe-core against a page in the browser; every app's browser tests use it."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe-core" / "4.14.1" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def serious_violations(page: Page) -> list[str]:
    """What axe calls serious or critical on the page as it stands, one line per element."""
    # Evaluated by the debugger, so the page's own content security policy stays as it is.
    page.evaluate(_axe_source())
    result: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    return [
        f"{violation['impact']} {violation['id']}: {node['target'][-1]} - {node['failureSummary']}"
        for violation in result["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fail with the list of serious and critical findings of axe-core, if there are any."""
    found = serious_violations(page)
    assert not found, f"{page.url}:\n" + "\n".join(found)
