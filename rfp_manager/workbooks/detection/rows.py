"""Which rows of a table are questions: each row is compared with the rows that surely are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rfp_manager.workbooks.detection.requests import follows_up
from rfp_manager.workbooks.detection.text_shape import (
    are_asking,
    are_statements,
    asks,
    has_empty_boxes,
    identifier_shape,
    is_identifier,
    is_statement,
    leading_identifier,
    without_digits,
)
from rfp_manager.workbooks.reading.grid import Grid, picked


@dataclass
class RowModel:
    """What sure questions of this table have in common."""

    grid: Grid
    question: int
    identifier: int | None
    choices: tuple[int, ...]
    answers: tuple[int, ...]
    written: tuple[int, ...]
    lists_tell: float
    shapes: frozenset[str]
    identified: float
    looks: Counter[tuple[object, ...]]
    answer_looks: frozenset[tuple[object, ...]]
    chosen: frozenset[str]
    companions: tuple[int, ...]
    merged: bool
    asking: float
    parents: frozenset[int] = frozenset()

    def score(self, row: int) -> float:
        """Above zero where the row is rather a question than a section, a hint or a note."""
        grid = self.grid
        text = grid.text(row, self.question)
        score = 0.3
        has_list = any(grid.has_list(row, column) for column in self.choices)
        if self.choices:
            score += 2.5 * self.lists_tell if has_list else -2.5 * self.lists_tell
        score += self._identifier_score(row)
        score += self._look_score(row)
        score += self._shape_score(row)
        score += self._answer_score(row, has_list=has_list)
        score -= 3.0 if row in self.parents else 0.0
        if any(has_empty_boxes(grid.text(row, column)) for column in self.answers):
            score += 2.0
        if asks(text):
            score += 1.0
        elif is_statement(text):
            score += 0.5
        else:
            score -= 0.4 + 0.6 * self.asking
        return score

    def questions_among(self, rows: list[int]) -> set[int]:
        """The rows that score above zero. Rows alike in all that the score looks at are judged once."""
        merged = self.grid.merged_rows
        self.parents = self._parents(rows)
        verdicts: dict[tuple[object, ...], bool] = {}
        found = set()
        for row, likeness in zip(rows, zip(*self._likenesses(rows), strict=True), strict=True):
            if row in merged:
                is_question = self.score(row) > 0
            elif (known := verdicts.get(likeness)) is not None:
                is_question = known
            else:
                is_question = verdicts[likeness] = self.score(row) > 0
            if is_question:
                found.add(row)
        return found

    def _likenesses(self, rows: list[int]) -> list[Sequence[object]]:
        """For each thing that `score` looks at in a row without merged cells, what it finds, row by row."""
        grid, texts = self.grid, self.grid.texts(self.question, rows)
        asking = are_asking(texts)
        styled = (self.question, *(self.answers if grid.facts.protected else self.answers[:1]))
        found: list[Sequence[object]] = [asking, are_statements(texts, asking)]
        found += [grid.style_indexes(column, rows) for column in styled]
        if grid.facts.editable:  # whether a cell is open is then no matter of its style alone
            found += [[grid.is_writable(row, column) for row in rows] for column in self.answers]
        if self.identifier is not None and self.identifier != self.question:
            # Whether a text is an identifier, and of which shape, does not depend on its digits.
            names = grid.texts(self.identifier, rows)
            found.append(without_digits(names))
            if not all(names):
                pairs = zip(rows, names, texts, strict=True)
                found.append(
                    [self._unnamed_score(row, text) if not name else 0.0 for row, name, text in pairs]
                )
            if self.parents:
                found.append([row in self.parents for row in rows])
        found += [grid.filled(column, rows) for column in self.companions]
        for column in self.answers:
            boxed = list(map(has_empty_boxes, grid.texts(column, rows)))
            found += [boxed] if any(boxed) else []
        for column in self.choices:
            found += [picked(grid.has_lists(column), rows), grid.texts(column, rows)]
        for column in self.answers:
            formulas = grid.formula_rows(column, rows)
            if formulas:
                found.append([row in formulas for row in rows])
        return found

    def _parents(self, rows: list[int]) -> frozenset[int]:
        """Rows numbered above the next one ("2", then "2.1") and drawn otherwise, over the answer too: sections."""
        if self.identifier in (None, self.question) or not self.answers:
            return frozenset()
        grid, total = self.grid, sum(self.looks.values())
        names = grid.texts(self.identifier or 0, rows)
        found = set()
        for row, below, name, under in zip(rows, rows[1:], names, names[1:], strict=False):
            if not name or len(under) <= len(name) or not under.startswith(name.rstrip(".")):
                continue
            places = [(row, self.answers[0]), (below, self.answers[0])]
            look = grid.style(row, self.question).look
            if self.looks[look] * 2 < total and grid.style(*places[0]).look != grid.style(*places[1]).look:
                found.add(row)
        return frozenset(found)

    def has_identifier(self, row: int) -> bool:
        return self._identifier_score(row) > 0

    def _identifier_score(self, row: int) -> float:
        if self.identifier is None or self.identifier == self.question:
            return 0.0
        found = self.grid.text(row, self.identifier)
        if not found:
            # An identifier merged over several rows serves each of them.
            anchor = self.grid.anchor(row, self.identifier)
            found = self.grid.text(*anchor) if anchor[0] != row else ""
        if not found:
            return self._unnamed_score(row, self.grid.text(row, self.question))
        if is_identifier(found) and identifier_shape(found) in self.shapes:
            return 1.5
        return -1.0 * self.identified

    def _unnamed_score(self, row: int, text: str) -> float:
        if leading_identifier(text) is not None:
            return 0.0  # "b) Attach a copy." is numbered all the same.
        if follows_up(text) and any(
            self.grid.style(row, column).look in self.answer_looks for column in self.written
        ):
            return 1.5  # it is part of the question above, with a place of its own to write
        return -2.2 * self.identified

    def _look_score(self, row: int) -> float:
        total = sum(self.looks.values())
        if not total:
            return 0.0
        share = self.looks[self.grid.style(row, self.question).look] / total
        return 0.8 if share >= 0.2 else 0.0 if share >= 0.03 else -1.4

    def _shape_score(self, row: int) -> float:
        score = 0.0
        area = self.grid.merge(row, self.question)
        if area is not None and area.last_column > area.first_column and not self.merged:
            covers = any(area.first_column <= column <= area.last_column for column in self.answers)
            score -= 4.5 if covers else 1.5
        if self.companions:
            missing = sum(not self.grid.text(*self.grid.anchor(row, column)) for column in self.companions)
            score -= 1.6 * missing / len(self.companions)
        return score

    def _answer_score(self, row: int, *, has_list: bool) -> float:
        grid = self.grid
        if not self.answers:
            return 0.0
        score = 0.0
        if grid.facts.protected:
            writable = any(grid.is_writable(*grid.anchor(row, column)) for column in self.answers)
            score += 1.5 if writable else -4.0
        formulas = grid.facts.formula_columns(row)
        if formulas and all(column in formulas for column in self.answers):
            score -= 3.0
        if self.identifier is not None and self._shares_answers(row):
            score -= 3.0
        if not has_list:
            look = grid.style(row, self.answers[0]).look
            if self.answer_looks and look not in self.answer_looks:
                score -= 0.7
            chosen = [text for column in self.choices if (text := grid.text(row, column))]
            if chosen:
                # Words where others choose from a list are an answer that lost its list, or a missed title.
                score += 2.0 if all(text in self.chosen for text in chosen) else -1.5
        return score

    def _shares_answers(self, row: int) -> bool:
        """A row without an identifier, whose answer cells are merged into those above, tells more about that row."""
        grid = self.grid
        return not grid.text(row, self.identifier or 0) and all(
            grid.anchor(row, column)[0] < row for column in self.answers
        )


def question_rows(model: RowModel, rows: list[int]) -> list[int]:
    """The rows among `rows` (those with question text) that are questions."""
    found: list[int] = []
    questions = model.questions_among(rows)
    for block in _blocks(model.grid, rows):
        kept = [row for row in block if row in questions]
        if found and model.identified > 0.7 and len(kept) <= len(found):
            # A legend or a note far below the table has text in the same columns, but none of its identifiers.
            named = sum(model.has_identifier(row) for row in kept)
            kept = kept if named * 2 >= len(kept) else []
        found += kept
    return found


def _blocks(grid: Grid, rows: list[int]) -> list[list[int]]:
    """The rows, cut where two or more wholly blank rows part them."""
    if rows and rows[-1] - rows[0] + 1 == len(rows):
        return [rows]
    blocks: list[list[int]] = []
    for row in rows:
        if blocks and (row - blocks[-1][-1] < 3 or _blank_between(grid, blocks[-1][-1], row) < 2):
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def _blank_between(grid: Grid, upper: int, lower: int) -> int:
    return lower - upper - 1 - len(grid.rows_with_values(upper + 1, lower - 1))
