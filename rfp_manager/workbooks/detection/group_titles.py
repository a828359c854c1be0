"""Titles of groups of columns that stand above a heading without merged cells: each over the first of its columns."""

from rfp_manager.workbooks.detection.text_shape import word_count
from rfp_manager.workbooks.reading.grid import Grid

# At most so many in a row, of so many words.
MOST_GROUPS, GROUP_WORDS = 6, 8


def names_groups(grid: Grid, upper: int, lower: int) -> bool:
    """True where the texts of `upper` are such titles over those of `lower`, and drawn as heavily."""
    cells, under = grid.row_texts(upper), grid.row_texts(lower)
    titled = {column for column, _ in under}
    if not MOST_GROUPS >= len(cells) >= 2 or 2 * len(cells) > len(under):
        return False
    for column, text in cells:
        style, other = grid.style(upper, column), grid.style(lower, column)
        drawn = (style.bold or style.filled) and (other.bold or other.filled)
        if column not in titled or not drawn or word_count(text) > GROUP_WORDS or text.endswith(":"):
            return False
        if not any(character.isalpha() for character in text) or grid.merge(upper, column) is not None:
            return False
    return all(any(character.isalpha() for character in text) or text == "#" for _, text in under)


def ends_of_groups(grid: Grid, cells: list[tuple[int, str]], lower: int) -> dict[int, int]:
    """Up to which column each title reaches: while titles stand below it, up to the next group."""
    if not cells or not names_groups(grid, lower - 1, lower):
        return {}
    groups, titled = {column for column, _ in cells}, {column for column, _ in grid.row_texts(lower)}
    ends = {}
    for column in groups:
        last = column
        while last + 1 in titled - groups:
            last += 1
        ends[column] = last
    return ends
