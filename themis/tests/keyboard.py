"""A person without a mouse: Tab, Shift, Enter, Space and letters, and whether one sees where one is."""

from playwright.sync_api import Locator, Page, expect

# What shows the focus: an outline or a ring of the element, of its label or of the frame drawn around it.
# Empty where the focus can be seen, and on the body, where the browser's own controls have it.
_SEEN = """() => {
  const visible = (style) =>
    (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && !/, 0\\)$/.test(style.outlineColor)) ||
    (style.boxShadow !== "none" && !/^rgba\\(0, 0, 0, 0\\)/.test(style.boxShadow));
  let element = document.activeElement;
  if (element === document.body) return "";
  const said = element.getAttribute("aria-label") || element.textContent || element.name || "";
  const name = `${element.tagName.toLowerCase()} “${said.trim().slice(0, 40)}”`;
  for (let level = 0; element && level < 3; level += 1, element = element.parentElement) {
    if (visible(getComputedStyle(element))) return "";
  }
  return name;
}"""


def reach(page: Page, target: Locator, *, back: bool = False, steps: int = 120) -> None:
    """Press Tab until `target` has the focus; fails when it never has, or when a stop on the way does not show it."""
    expect(target).to_be_visible()
    stops: list[str] = []
    for _ in range(steps):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        unseen = page.evaluate(_SEEN)
        assert not unseen, f"{page.url}: the focus on {unseen} cannot be seen"
        # Looked up each time: what the page gets by itself may put another one in its place.
        if target.evaluate("element => element === document.activeElement"):
            return
        stops.append(page.evaluate("document.activeElement.outerHTML.slice(0, 100)"))
    raise AssertionError(f"{page.url}: Tab never reaches {target}, but {stops}")


def press(page: Page, target: Locator, key: str = "Enter", *, back: bool = False) -> None:
    reach(page, target, back=back)
    page.keyboard.press(key)


def skip_to_content(page: Page) -> None:
    """The first stop of every page leads past the navigation."""
    press(page, page.get_by_role("link", name="Skip to the content"))
