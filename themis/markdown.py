"""Markdown that a person or a language model wrote, as HTML that is safe to show.

Two walls: the parser knows no HTML and fetches no picture, and what it makes is cleaned against a list all the same.
"""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# The page's own headings come before these.
_HEADINGS_BELOW = 3
# A line that begins with spaces is a line here, no listing; a single line end stays one, as in a cell.
_PARSER = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable(["table", "strikethrough"])
    .disable(["image", "code"])
)


def render_markdown(text: str) -> SafeString:
    """The text's HTML: headings as h4 to h6, links that lend nobody our name, no HTML of its own, no pictures."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _HEADINGS_BELOW)}"
    html = nh3.clean(
        _PARSER.renderer.render(tokens, _PARSER.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # noqa: S308 - cleaned in the line above
