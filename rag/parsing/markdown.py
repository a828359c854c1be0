"""Markdown through markdown-it's tokens: headings, paragraphs, list items, tables, listings."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.words import gettext as _
from rag.parsing.decoding import decode_text
from rag.parsing.document import ParsedDocument
from rag.parsing.errors import ParsingError
from rag.parsing.outline import Outline
from rag.parsing.tables import markdown_table
from rag.parsing.titles import settle_title

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)|<[^>]*>", re.DOTALL | re.IGNORECASE
)


def parse_markdown(content: bytes) -> ParsedDocument:
    """CommonMark with tables; YAML front matter gives the title and is left out of the text."""
    text, warnings = decode_text(content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stated = None
    front = _FRONT_MATTER.match(text)
    if front:
        title_line = _TITLE.search(front[1])
        stated = title_line[1].strip("\"'") if title_line else None
        text = text[front.end() :]
    outline = Outline()
    _walk(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text), outline)
    blocks = outline.finish()
    if not blocks:
        raise ParsingError(_("This file holds no text. Check that it is the right file and upload it again."))
    title, blocks = settle_title(blocks, stated)
    return ParsedDocument(title, blocks, None, warnings)


def _walk(tokens: list[Token], outline: Outline) -> None:
    item_depth = 0
    heading_level = 0
    table: list[list[str]] | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                heading_level = int(token.tag[1:])
            case "heading_close":
                heading_level = 0
            case "list_item_open":
                item_depth += 1
            case "list_item_close":
                item_depth -= 1
            case "table_open":
                table = []
            case "tr_open" if table is not None:
                table.append([])
            case "table_close" if table is not None:
                outline.add("table", markdown_table(table))
                table = None
            case "fence" | "code_block":
                outline.add("code", token.content)
            case "html_block":
                outline.add("paragraph", _TAG.sub(" ", token.content))
            case "inline":
                text = _inline_text(token.children or [])
                if table is not None:
                    table[-1].append(text)
                elif heading_level:
                    outline.heading(heading_level, text)
                else:
                    outline.add("list_item" if item_depth else "paragraph", text)


def _inline_text(children: list[Token]) -> str:
    parts = []
    for child in children:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or (
            child.type == "html_inline" and child.content.lower().startswith("<br")
        ):
            parts.append(" ")
        elif child.type == "image":
            parts.append(_inline_text(child.children or []))
    return "".join(parts)
