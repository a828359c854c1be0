#!/usr/bin/env python3
"""Fits the weights of a draft's confidence, and measures them on questions that they were not fitted on.

    python benchmarks/calibrate_drafting.py [--keep FOLDER]

A logistic regression over `rag.services.evidence.WEIGHTS`' features: sentences that hold the labelled evidence
against those found for questions that the library does not answer. Each set of questions is left out in turn,
then an eighth of all, and the rest is fitted on. Prints a line for each: weights, and at the usual threshold the
share of answerable questions answered with proof and the number of unanswerable ones answered. The last line
has the weights fitted on all fitted sets, as JSON; they are copied into the module by hand.
"""

import argparse
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.drafting import FITTED, own_state  # noqa: E402
from spelunker.embedded.attach import services_for  # noqa: E402

if TYPE_CHECKING:
    from rfp_manager.demo.trial import Trial

CANDIDATES = 6
# A sentence found for an answerable question without its evidence may answer too; it counts less against.
DOUBTFUL = 0.3
RIDGE = 1.0
THRESHOLD = 0.5
FOLDS = 8


@dataclass(frozen=True)
class Example:
    """One candidate sentence; those of a part come best first. `bears`: it, or its passage, has the evidence."""

    set: str
    question: str
    answerable: str
    part: int
    features: tuple[float, ...]
    bears: bool
    passage_bears: bool

    @property
    def weight(self) -> float:
        if self.answerable == "no" or self.bears:
            return 1.0
        return 0.0 if self.passage_bears else DOUBTFUL


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="a state folder to load into, and to use again")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
    with own_state(options.keep), services_for(["manage.py", "load_demo"]):
        import django  # settings are read here, so the stack has to be there

        django.setup()
        from rag.services.evidence import WEIGHTS
        from rfp_manager.demo.trial import prepare_trial
        from rfp_manager.services.headless import command_line_user

        examples = collect(prepare_trial(command_line_user()), list(WEIGHTS))
    fitted = [example for example in examples if example.set in FITTED]
    for name in FITTED:
        report(f"without {name}", fitted, lambda example, name=name: example.set == name)
    report("held out", examples, lambda example: example.set not in FITTED)
    folds = [report("", fitted, lambda e, k=k: fold_of(e) == k, quiet=True) for k in range(FOLDS)]
    print(f"{FOLDS} folds: {describe(np.sum(folds, axis=0))}")
    weights = fit(fitted)
    print(
        json.dumps(
            {**dict(zip(WEIGHTS, weights.round(2).tolist(), strict=False)), "bias": round(weights[-1], 2)}
        )
    )


def fold_of(example: Example) -> int:
    return zlib.crc32(example.question.encode()) % FOLDS


def collect(trial: "Trial", features: list[str]) -> list[Example]:
    from rag.services.evidence import gather_evidence
    from rag.services.filters import SearchFilters
    from rfp_manager.evaluation import bears_evidence

    return [
        Example(
            set=name,
            question=question.text,
            answerable=question.answerable,
            part=number,
            features=tuple(float(getattr(found, feature)) for feature in features),
            bears=bears_evidence(question, [found.sentence.quote]),
            passage_bears=bears_evidence(question, [found.passage.text]),
        )
        for name, questions in trial.sets.items()
        for question in questions
        for number, part in enumerate(
            gather_evidence(
                question.text, filters=SearchFilters(solutions=trial.scopes[question.solution])
            ).parts
        )
        for found in part.found[:CANDIDATES]
        if found.fits
    ]


def fit(examples: Iterable[Example]) -> np.ndarray:
    """Weights of the features, the bias last: ridge-penalised logistic regression by Newton's method."""
    chosen = list(examples)
    x = np.array([(*example.features, 1.0) for example in chosen])
    y = np.array([float(example.bears and example.answerable != "no") for example in chosen])
    sample = np.array([example.weight for example in chosen])
    penalty = np.diag([RIDGE] * (x.shape[1] - 1) + [1e-6])
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (sample * (likely - y)) + penalty @ weights
        weights -= np.linalg.solve((x * (sample * likely * (1 - likely))[:, None]).T @ x + penalty, gradient)
    return weights


def report(
    name: str, examples: list[Example], left_out: Callable[[Example], bool], *, quiet: bool = False
) -> np.ndarray:
    """(answerable, proven, unanswerable, answered) of what is left out, under weights fitted on the rest."""
    weights = fit(example for example in examples if not left_out(example))
    counts = count([example for example in examples if left_out(example)], weights)
    if not quiet:
        print(f"{name}: weights {weights.round(2).tolist()}, {describe(counts)}")
    return counts


def count(examples: list[Example], weights: np.ndarray) -> np.ndarray:
    best: dict[tuple[str, str], Example] = {}
    for example in examples:
        best.setdefault((example.question, str(example.part)), example)
    passed = [e for e in best.values() if 1 / (1 + np.exp(-np.dot((*e.features, 1.0), weights))) >= THRESHOLD]
    asked: Mapping[str, set[str]] = {
        kind: {e.question for e in examples if e.answerable == kind} for kind in ("yes", "no")
    }
    proven = {e.question for e in passed if e.passage_bears and e.answerable == "yes"}
    fooled = {e.question for e in passed if e.answerable == "no"}
    return np.array([len(asked["yes"]), len(proven), len(asked["no"]), len(fooled)])


def describe(counts: np.ndarray) -> str:
    answerable, proven, unanswerable, fooled = counts.tolist()
    return f"proven {proven} of {answerable}, unanswerable answered {fooled} of {unanswerable}"


if __name__ == "__main__":
    main()
