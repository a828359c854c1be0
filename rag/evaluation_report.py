"""Two measurements side by side, and many of them as a drawing. Pure functions over rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from rag.answer_quality import answer_figures
from rag.own_library import mean_figures
from solution_library.models import RetrievalEvaluation

ANSWER_FIGURES = (
    ("answered", gettext_lazy("Answered")),
    ("sourced", gettext_lazy("From an approved source")),
    ("agreement", gettext_lazy("Agreement")),
)
FIGURES = (("ndcg", "nDCG@10"), ("recall", "Recall@10"), ("mrr", "MRR@10"))
MOST_LISTED = 50
MOST_DRAWN = 20
WIDTH, HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 16, 16, 28


@dataclass(frozen=True)
class FigureChange:
    """One figure before and after, over the questions that both measurements have."""

    label: str
    before: float
    after: float

    @property
    def change(self) -> float:
        return round(self.after - self.before, 6)


@dataclass(frozen=True)
class QuestionChange:
    """A question that is found better or worse; the ranks are of its first source, None: not found."""

    key: str
    before: int | None
    after: int | None
    change: float


@dataclass(frozen=True)
class Comparison:
    """`tuned` are the settings that differ: name, before, after; `drafted` of the `shared` questions both drafted."""

    figures: list[FigureChange]
    shared: int
    drafted: int
    worse: list[QuestionChange]
    better: list[QuestionChange]
    tuned: list[tuple[str, object, object]]


def compare(before: RetrievalEvaluation, after: RetrievalEvaluation) -> Comparison:
    """What changed between the two; the largest changes first."""
    shared = [key for key in after.results if key in before.results]
    first = mean_figures(before.results[key] for key in shared)
    second = mean_figures(after.results[key] for key in shared)
    changes = [
        QuestionChange(
            key,
            before.results[key]["rank"],
            after.results[key]["rank"],
            round(after.results[key]["ndcg"] - before.results[key]["ndcg"], 6),
        )
        for key in shared
    ]
    drafted = [
        key for key in shared if "agreement" in before.results[key] and "agreement" in after.results[key]
    ]
    drafts = [answer_figures(row.results[key] for key in drafted) for row in (before, after)]
    answers = [
        FigureChange(str(label), getattr(drafts[0], name), getattr(drafts[1], name))
        for name, label in (ANSWER_FIGURES if drafted else ())
    ]
    names = sorted({*before.settings, *after.settings})
    tuned = [(name, before.settings.get(name), after.settings.get(name)) for name in names]
    return Comparison(
        [*(FigureChange(label, first[name], second[name]) for name, label in FIGURES), *answers],
        len(shared),
        len(drafted),
        sorted((c for c in changes if c.change < 0), key=lambda c: (c.change, c.key)),
        sorted((c for c in changes if c.change > 0), key=lambda c: (-c.change, c.key)),
        [entry for entry in tuned if entry[1] != entry[2]],
    )


@dataclass(frozen=True)
class Line:
    """A figure over time: its points as SVG has them, which no language writes otherwise."""

    label: str
    points: str
    marks: list[tuple[str, str]]
    css: str
    dashes: str


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    lines: list[Line]
    levels: list[tuple[str, str]]
    left: int
    right: int


def draw(evaluations: Sequence[RetrievalEvaluation]) -> Drawing | None:
    """The figures of the newest measurements, oldest left; None for fewer than two."""
    shown = list(evaluations)[:MOST_DRAWN][::-1]
    if len(shown) < 2:
        return None
    step = (WIDTH - _LEFT - _RIGHT) / (len(shown) - 1)
    looks = (("text-primary", ""), ("text-success", "8 4"), ("text-error", "2 4"))
    lines = []
    for (name, label), (css, dashes) in zip(FIGURES, looks, strict=True):
        marks = [
            (f"{_LEFT + number * step:.1f}", _height(getattr(row, name))) for number, row in enumerate(shown)
        ]
        lines.append(Line(label, " ".join(f"{x},{y}" for x, y in marks), marks, css, dashes))
    levels = [(_height(level), f"{level:.2f}") for level in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return Drawing(WIDTH, HEIGHT, lines, levels, _LEFT, WIDTH - _RIGHT)


def _height(value: float) -> str:
    return f"{HEIGHT - _BOTTOM - value * (HEIGHT - _TOP - _BOTTOM):.1f}"
