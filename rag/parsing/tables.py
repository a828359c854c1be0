"""Tables as Markdown: the one form that people, search and language models all read."""

from collections.abc import Sequence

from rag.parsing.cleaning import one_line


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table, the first row its header; "" when no cell holds text.

    Rows and columns without any text are left out, short rows are filled up. A table of one column
    comes back as plain lines, since bars would only add noise.
    """
    cleaned = [[one_line(cell) for cell in row] for row in rows]
    cleaned = [row for row in cleaned if any(row)]
    if not cleaned:
        return ""
    width = max(len(row) for row in cleaned)
    padded = [row + [""] * (width - len(row)) for row in cleaned]
    used = [column for column in range(width) if any(row[column] for row in padded)]
    if len(used) == 1:
        return "\n".join(row[used[0]] for row in padded if row[used[0]])
    lines = [_line([row[column] for column in used]) for row in padded]
    lines.insert(1, "|" + " --- |" * len(used))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
