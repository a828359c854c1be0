#!/usr/bin/env python3
"""Drafting measured on the demonstration's labelled questions, through the product's own services.

    python benchmarks/drafting.py [--keep FOLDER] [--misses]

Starts a stack of its own, loads the demonstration library and workbook into it, drafts every labelled question,
and throws the stack away. --keep names a state folder that is kept, so that a second run need not load again.
--misses lists the questions that went wrong. Prints a table and then the same figures as one JSON line, for each
set of questions: "workbook" and "catalogue", which the drafter's weights were fitted on, "fitted" for both
together, and "held out", which nothing was fitted on and which is full of near misses. Speed is that of a
second pass, when texts and vectors are known. Then a language model on loopback drafts them all: one that quotes, and
one that lies in each of its sentences; of those none may be taken for supported.
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from spelunker.embedded.attach import services_for  # noqa: E402

if TYPE_CHECKING:
    from rfp_manager.demo.trial import Trial
    from rfp_manager.evaluation import Judgement

FITTED = ("workbook", "catalogue")
BARS = {"proven": (">=", 0.80), "unanswerable_answered": ("<=", 0.02), "drafts_per_second": (">=", 10)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="a state folder to load into, and to use again")
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
    with own_state(options.keep), services_for(["manage.py", "load_demo"]):
        import django  # settings are read here, so the stack has to be there

        django.setup()
        evaluate(misses=options.misses)


@contextlib.contextmanager
def own_state(folder: Path | None) -> Iterator[None]:
    """Point the embedded stack at a folder that nobody else uses."""
    with contextlib.ExitStack() as stack:
        path = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spelunker-drafting-")))
        os.environ["SPELUNKER_STATE"] = str(path.absolute())
        yield


def evaluate(*, misses: bool) -> None:
    from rfp_manager.demo.trial import prepare_trial
    from rfp_manager.evaluation import summarise
    from rfp_manager.services.headless import command_line_user

    trial = prepare_trial(command_line_user())
    judged: dict[str, list[Judgement]] = {}
    seconds: dict[str, float] = {}
    for name in trial.sets:
        trial.draft(name)
        started = time.perf_counter()
        judged[name] = trial.draft(name)
        seconds[name] = time.perf_counter() - started
    judged["fitted"] = [judgement for name in FITTED for judgement in judged[name]]
    seconds["fitted"] = sum(seconds[name] for name in FITTED)
    figures = {
        name: summarise(each).as_dict() | {"drafts_per_second": round(len(each) / seconds[name], 1)}
        for name, each in judged.items()
    }
    with_models = {name: ask_model(trial, name) for name in ("quote", "lie")}
    print_partly([judgement for name in trial.sets for judgement in judged[name]])
    if misses:
        print_misses([judgement for name in trial.sets for judgement in judged[name]])
    print_table(figures)
    for name, counts in with_models.items():
        print(f"language model, {name}: " + ", ".join(f"{value} {key}" for key, value in counts.items()))
    print(json.dumps(figures | {f"language model: {name}": counts for name, counts in with_models.items()}))


def ask_model(trial: "Trial", name: str) -> dict[str, int]:
    """Draft every question with a model on loopback, and count what became of its sentences."""
    from django.test import override_settings

    from rag.providers.llm import forget_llm_provider
    from rag.tests import llm_stub

    with llm_stub.running_stub(getattr(llm_stub, name)) as stub, override_settings(**stub.settings()):
        forget_llm_provider()
        judged = [judgement for each in trial.sets for judgement in trial.draft(each)]
        asked = len(stub.asked)
    forget_llm_provider()
    written = [judgement.draft for judgement in judged if judgement.draft.origin == "llm"]
    return {
        "questions": len(judged),
        "asked of the model": asked,
        "sentences marked as unsupported": sum(len(draft.unsupported) for draft in written),
        "sentences taken for supported": sum(len(draft.sentences) for draft in written),
        "drafts called supported": sum(draft.status == "supported" for draft in written),
        "unanswerable answered": sum(
            judgement.answered
            for judgement in judged
            if judgement.draft.origin == "llm" and judgement.question.answerable == "no"
        ),
    }


def print_misses(judgements: "Sequence[Judgement]") -> None:
    for judged in judgements:
        question, draft = judged.question, judged.draft
        wrong = {
            "yes": not judged.proven or judged.choice_right is False,
            "partly": False,
            "no": judged.answered,
        }[question.answerable]
        if wrong:
            print(f"[{question.answerable}, {draft.status}, {draft.confidence:.2f}] {question.text}")
            print(f"    wanted: {question.choice or '-'} | {' / '.join(question.evidence) or '-'}")
            print(f"    given:  {draft.choice or '-'} | {draft.text[:300] or draft.missing[:300]}")


def print_partly(judgements: "Sequence[Judgement]") -> None:
    """What became of the questions that the library answers in part, and of the parts of all others."""
    for judged in judgements:
        question, draft = judged.question, judged.draft
        if question.answerable == "partly" or (judged.answered and draft.parts):
            told = "whole" if judged.called_whole else draft.status
            print(
                f"[{question.answerable}, {told}, {draft.open_parts} of {len(draft.parts)} open] {question.text}"
            )
            for part in draft.parts:
                said = " ".join(draft.sentences[number].text for number in part.sentences)
                print(f"    {'x' if part.covered else '-'} {part.text} | {said[:200]}")


def print_table(figures: dict[str, dict[str, Any]]) -> None:
    print(f"{'':24}" + "".join(f"{name:>12}" for name in figures))
    for key in next(iter(figures.values())):
        values = [figure[key] for figure in figures.values()]
        bar = " ".join(map(str, BARS[key])) if key in BARS else ""
        cells = "".join(f"{'-' if value is None else value:>12}" for value in values)
        print(f"{key:24}{cells}   {bar}")


if __name__ == "__main__":
    main()
