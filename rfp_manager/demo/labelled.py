"""The demonstration's labelled questions: what each asks, and what an answer has to be backed by."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rfp_manager.models import RFP, Question

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class LabelledQuestion:
    """`evidence` are wordings of which at least one stands in a passage that answers the question.

    `partly` answerable: the library says something to the point, and not all that is asked. `trap`
    names what a careless drafter falls for. `choice` is the right one; None where there is none to make.
    """

    text: str
    answerable: Literal["yes", "partly", "no"]
    evidence: tuple[str, ...]
    solution: str
    allowed: tuple[str, ...] = ()
    choice: str | None = None
    trap: str = ""
    wants_text: bool = True


def read_catalogue() -> list[LabelledQuestion]:
    """The questions that drafting was fitted on, with traps; those with a labelled choice allow Yes and No."""
    return _read_questions("questions.json")


def read_held_out() -> list[LabelledQuestion]:
    """Questions of the same kind that nothing was fitted on: keep it so, or they measure nothing."""
    return _read_questions("held_out.json")


def read_workbook(rfp: RFP, *, solution: str) -> list[LabelledQuestion]:
    """The questions of the demonstration's workbook, as they were imported into `rfp`.

    Raises ValueError when a labelled question was not imported.
    """
    imported: Mapping[tuple[str, int], Question] = {
        (question.sheet, question.row): question for question in rfp.questions.all()
    }
    labelled = []
    for entry in _read("labels.json"):
        question = imported.get((entry["sheet"], entry["row"]))
        if question is None:
            raise ValueError(f"Row {entry['row']} of {entry['sheet']} was not imported.")
        labelled.append(
            _labelled(
                entry | {"text": question.text},
                solution=solution,
                allowed=tuple(question.allowed_choices),
                wants_text=question.takes_text,
            )
        )
    return labelled


def _read_questions(name: str) -> list[LabelledQuestion]:
    return [
        _labelled(entry, solution=entry["solution"], allowed=("Yes", "No") if entry["choice"] else ())
        for entry in _read(name)
    ]


def _labelled(entry: dict[str, Any], **more: Any) -> LabelledQuestion:
    return LabelledQuestion(
        text=entry["text"],
        answerable=entry["answerable"],
        evidence=tuple(entry["evidence"]),
        choice=entry["choice"],
        trap=entry.get("trap", ""),
        **more,
    )


def _read(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((_HERE / name).read_text(encoding="utf-8"))["questions"]
    return entries
