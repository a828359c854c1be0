"""axe-core in the browser: against a page as it stands. Knows nothing of Django."""

from collections.abc import Sequence
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


def serious_violations(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """What axe calls serious or critical on the page as it stands, one line per element; of all rules or of some."""
    if not page.evaluate("Boolean(window.axe)"):
        # Evaluated by the debugger, so the page's own content security policy stays as it is.
        page.evaluate(_axe_source())
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": RULES}
    result: dict[str, Any] = page.evaluate(
        "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only
    )
    return [
        f"{violation['impact']} {violation['id']}: {node['target'][-1]} - {node['failureSummary']}"
        for violation in result["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
