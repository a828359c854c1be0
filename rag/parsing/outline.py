"""Collects blocks under the headings that are open while a document is read from top to bottom."""

from rag.parsing.cleaning import clean_code, clean_lines, one_line
from rag.parsing.document import Block, BlockKind

MAX_HEADING_CHARS = 200


class Outline:
    """Turns a stream of headings and texts into blocks that know their heading path.

    A heading that nothing follows (a slide with a title only, a sentence set as a heading) becomes a
    paragraph, so that no text of the document is lost.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.page: int | None = None
        self._open: list[tuple[int, str]] = []
        self._heading_is_bare = False
        self._bare_page: int | None = None

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._open)

    def heading(self, level: int, text: str, *, made_up: bool = False) -> None:
        """Open a heading; it closes those of the same or a deeper level (1 is the outermost).

        One that the document itself does not have (`made_up`) is never kept as text.
        """
        text = one_line(text)
        if not text:
            return
        if len(text) > MAX_HEADING_CHARS:
            # A whole paragraph set in a heading style is content, not a signpost.
            self.add("paragraph", text)
            return
        if self._heading_is_bare and level <= self._open[-1][0]:
            self._keep_bare_heading()
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        self._open.append((level, text))
        self._heading_is_bare = not made_up
        self._bare_page = self.page

    def add(self, kind: BlockKind, text: str) -> None:
        """Add a block under the open headings; text without a visible character is dropped."""
        if kind == "code":
            text = clean_code(text)
        elif kind == "table":
            text = clean_lines(text)
        else:
            text = one_line(text)
        if not text:
            return
        self._heading_is_bare = False
        self.blocks.append(Block(kind, text, self.path, self.page))

    def finish(self) -> tuple[Block, ...]:
        """All blocks, in reading order."""
        if self._heading_is_bare:
            self._keep_bare_heading()
        return tuple(self.blocks)

    def _keep_bare_heading(self) -> None:
        _, text = self._open[-1]
        self._heading_is_bare = False
        self.blocks.append(Block("paragraph", text, self.path[:-1], self._bare_page))
