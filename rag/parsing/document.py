"""What every parser returns: a document as a sequence of blocks that know where they stood."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from rag.parsing.errors import in_words

BlockKind = Literal["paragraph", "list_item", "table", "code"]
_KINDS = frozenset(get_args(BlockKind))


@dataclass(frozen=True)
class Block:
    """One paragraph, list item, table (Markdown, header row first) or code listing.

    `heading_path` runs from the outermost heading inwards and holds no document title of its own.
    `page` counts from 1, or is None where the format knows no pages.
    """

    kind: BlockKind
    text: str
    heading_path: tuple[str, ...] = ()
    page: int | None = None


class Remark:
    """What was not read, or not surely, for the person who uploaded the file.

    English with its values as long as it travels, as a `ParsingError` is.
    """

    def __init__(self, message: str, /, **values: object) -> None:
        self.message, self.values = message, values

    def __str__(self) -> str:
        return in_words(self.message, self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Remark) and (self.message, self.values) == (other.message, other.values)

    def __hash__(self) -> int:
        return hash(self.message)


@dataclass(frozen=True)
class ParsedDocument:
    """The blocks in reading order."""

    title: str | None
    blocks: tuple[Block, ...]
    page_count: int | None = None
    warnings: tuple[Remark, ...] = ()


def document_to_json(document: ParsedDocument) -> dict[str, Any]:
    """The document as plain JSON values, for the pipe between the parser's process and ours."""
    return {
        "title": document.title,
        "page_count": document.page_count,
        "warnings": [[remark.message, remark.values] for remark in document.warnings],
        "blocks": [
            [block.kind, block.text, list(block.heading_path), block.page] for block in document.blocks
        ],
    }


def document_from_json(value: dict[str, Any]) -> ParsedDocument:
    """The inverse of `document_to_json`; raises ValueError, KeyError or TypeError for anything else."""
    blocks = []
    for kind, text, heading_path, page in value["blocks"]:
        if kind not in _KINDS or not isinstance(text, str):
            raise ValueError("not a block")
        blocks.append(Block(kind, text, tuple(str(heading) for heading in heading_path), page))
    return ParsedDocument(
        title=value["title"],
        blocks=tuple(blocks),
        page_count=value["page_count"],
        warnings=tuple(_remark(warning) for warning in value["warnings"]),
    )


def _remark(value: Any) -> Remark:
    """What was stored before remarks had values is a sentence."""
    if isinstance(value, str):
        return Remark(value)
    message, values = value
    return Remark(str(message), **dict(values))
