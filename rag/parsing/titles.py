"""Which words name a document: its own metadata, or the one heading that everything stands under."""

from dataclasses import replace

from rag.parsing.cleaning import one_line
from rag.parsing.document import Block


def settle_title(
    blocks: tuple[Block, ...], stated: str | None, *, prefer_heading: bool = False
) -> tuple[str | None, tuple[Block, ...]]:
    """The title, and the blocks without that title at the head of their paths.

    A single outermost heading over the whole document is its title when no other is stated, when it
    says the same, or when `prefer_heading` (a web page's stated title usually drags its site's name along).
    """
    title = one_line(stated or "")
    tops = {block.heading_path[0] for block in blocks if block.heading_path}
    if len(tops) == 1:
        top = tops.pop()
        same = title.casefold() == top.casefold()
        if same or not title or (prefer_heading and any(len(block.heading_path) > 1 for block in blocks)):
            lifted = tuple(
                replace(block, heading_path=block.heading_path[1:]) if block.heading_path else block
                for block in blocks
            )
            return top, lifted
    return title or None, blocks
