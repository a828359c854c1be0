"""What a finger can hit: targets of 24 by 24 pixels at least (WCAG 2.2 AA, 2.5.8), measured in the browser."""

from playwright.sync_api import Page

# The standard's exceptions: links within a sentence, and what stands far enough from everything else. A box and its
# label are one target. Boxes, buttons and breadcrumbs are to be large enough whatever stands beside them.
_MEASURE = """() => {
  const LEAST = 24, SLACK = 0.5;
  const chosen = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=option]';
  const shown = [...document.querySelectorAll(chosen)].filter((target) => {
    const box = target.getBoundingClientRect();
    const seen = target.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    return seen && box.width > 1 && box.height > 1;
  });
  const size = (target) => {
    const box = target.getBoundingClientRect();
    return { target, box, small: Math.min(box.width, box.height) < LEAST - SLACK };
  };
  const all = shown.map(size);
  const inSentence = (target) => getComputedStyle(target).display === 'inline'
    && [...target.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const strict = (target) => target.matches('button, .btn, input, select, summary, .breadcrumbs a');
  const middle = ({ box }) => [box.x + box.width / 2, box.y + box.height / 2];
  const alone = (one) => all.every((other) => {
    if (other.target === one.target) return true;
    const [x, y] = middle(one);
    if (other.small) return Math.hypot(middle(other)[0] - x, middle(other)[1] - y) >= LEAST;
    const beyond = (at, start, length) => Math.max(start - at, 0, at - start - length);
    return Math.hypot(beyond(x, other.box.x, other.box.width), beyond(y, other.box.y, other.box.height)) >= LEAST / 2;
  });
  return all
    .filter((one) => one.small && !inSentence(one.target) && (strict(one.target) || !alone(one)))
    .map(({ target, box }) => `${target.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`);
}"""


def small_targets(page: Page) -> list[str]:
    """The targets of the page as it stands that are too small, a line each."""
    return list(page.evaluate(_MEASURE))
