#!/usr/bin/env python3
"""What comparing a sentence's meaning with its source adds to the rules of verification, and the threshold for it.

    python benchmarks/semantic_support.py [--keep FOLDER] [--show N]

From the passages that bear the demonstration's labelled evidence it makes sentences that are true (a half of one, two
joined, words replaced by others that mean the same, asides left out) and some that are false although every word and
number of theirs stands in the passage: the subject of one sentence with what another says, and a number of another
sentence. Only those that the rules let pass are counted. The threshold is the highest at which 98.5 % of the true ones
pass; it is chosen on seven eighths of the documents and measured on the last, eight times over. Prints a line for each
kind, and the figures as one JSON line. `adopted` is what passes in the product: its threshold is copied into
rag/services/meaning.py by hand, rounded down, for models reword more freely than this; a verbatim half always passes.
"""

import argparse
import itertools
import json
import os
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.drafting import FITTED, own_state  # noqa: E402
from spelunker.embedded.attach import services_for  # noqa: E402

if TYPE_CHECKING:
    from rag.services.passages import Passage
    from rfp_manager.demo.trial import Trial

FOLDS = 8
PASSING = 0.985
SAME = {
    "kept": "retained", "made": "created", "shown": "displayed", "begins": "starts", "ends": "finishes",
    "customer": "client", "customers": "clients", "allowed": "permitted", "needed": "required", "people": "persons",
    "every": "each", "at least": "no less than", "about": "roughly", "yearly": "annual", "told": "informed",
    "can be": "may be", "deleted": "removed", "checked": "verified", "run": "operated", "given": "granted",
    "available": "offered", "sent": "transmitted", "changed": "modified", "staff": "personnel", "use": "employ",
}  # fmt: skip
_VERB = re.compile(
    r"\s(?=(?:is|are|was|were|can|may|must|has|have|takes|runs|uses|needs|holds|keeps|begins|ends|lasts)\s)"
)
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:[.,]\d+)*(?![\w/-])")


@dataclass(frozen=True)
class Example:
    text: str
    kind: str
    true: bool
    passage: "Passage"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="a state folder to load into, and to use again")
    parser.add_argument("--show", type=int, default=0, help="as many of what is told wrong of each kind")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
    with own_state(options.keep), services_for(["manage.py", "load_demo"]):
        import django  # settings are read here, so the stack has to be there

        django.setup()
        from rfp_manager.demo.trial import prepare_trial
        from rfp_manager.services.headless import command_line_user

        examples = collect(prepare_trial(command_line_user()))
        scores = weigh(examples)
        adopted = pass_in_product(examples)
    report(examples, scores, adopted, show=options.show)


def collect(trial: "Trial") -> list[Example]:
    """Each sentence once, for the first passage that it was made from."""
    from rag.services.evidence import gather_evidence
    from rag.services.filters import SearchFilters
    from rag.services.llm_drafting import objections
    from rfp_manager.evaluation import bears_evidence

    passages: dict[tuple[str, int], Passage] = {}
    for name in FITTED:
        for question in trial.sets[name]:
            filters = SearchFilters(solutions=trial.scopes[question.solution])
            if question.evidence:
                for passage in gather_evidence(question.text, filters=filters).passages:
                    if bears_evidence(question, [passage.text]):
                        passages.setdefault(passage.ref, passage)
    found: dict[str, Example] = {}
    for passage in passages.values():
        for text, kind, true in made_from(passage):
            if text not in passage.text and not objections(text, [passage]):
                found.setdefault(text, Example(text, kind, true, passage))
    return list(found.values())


def made_from(passage: "Passage") -> Iterator[tuple[str, str, bool]]:
    from rag.services.sentences import split_sentences

    units = [unit.text for unit in split_sentences(passage.text) if unit.kind == "prose"]
    units = [text for text in units if 5 <= len(text.split()) <= 35 and text.endswith(".")]
    for text in units:
        yield from ((said, kind, True) for said, kind in true_of(text))
    for first, second in itertools.pairwise(units):
        yield f"{first[:-1]}, and {second[0].lower()}{second[1:]}", "two joined", True
    for first in units:
        for second in units:
            if first != second:
                yield from ((said, kind, False) for said, kind in false_of(first, second))


def true_of(text: str) -> Iterator[tuple[str, str]]:
    for mark in ("; ", ", and ", ", but ", ", which "):
        half = text.split(mark)[0]
        if half != text and len(half.split()) >= 5:
            yield f"{half}.", "a half"
    without = re.sub(r" \([^)]*\)", "", text)
    if without != text:
        yield without, "without an aside"
    words = text
    for word, other in SAME.items():
        words = re.sub(rf"\b{word}\b", other, words)
    if words != text:
        yield words, "other words"


def false_of(first: str, second: str) -> Iterator[tuple[str, str]]:
    """What the first sentence is about with what the second says of something else, and with its number."""
    ours, theirs = _VERB.split(first, maxsplit=1), _VERB.split(second, maxsplit=1)
    if len(ours) == len(theirs) == 2 and ours[0].casefold() != theirs[0].casefold():
        yield f"{ours[0]} {theirs[1]}", "another subject"
    here, there = _NUMBER.findall(first), _NUMBER.findall(second)
    if len(here) == 1 and there and there[0] not in here:
        yield _NUMBER.sub(there[0], first), "another's number"


def weigh(examples: Sequence[Example]) -> np.ndarray:
    from rag.services.meaning import nearness_of

    return np.array(nearness_of([(example.text, [example.passage]) for example in examples]))


def pass_in_product(examples: Sequence[Example]) -> np.ndarray:
    from rag.services.meaning import far_from_sources

    return np.array([not why for why in far_from_sources([(e.text, [e.passage]) for e in examples])])


def report(examples: Sequence[Example], scores: np.ndarray, adopted: np.ndarray, *, show: int) -> None:
    true = np.array([example.true for example in examples])
    folds = np.array([zlib.crc32(str(e.passage.document_id).encode()) % FOLDS for e in examples])
    chosen, passed = [], np.zeros(len(examples), dtype=bool)
    for fold in range(FOLDS):
        rest, held = true & (folds != fold), folds == fold
        threshold = float(np.quantile(scores[rest], 1 - PASSING))
        chosen.append(threshold)
        passed[held] = scores[held] >= threshold
    figures = {}
    for kind in dict.fromkeys(example.kind for example in examples):
        of = np.array([example.kind == kind for example in examples])
        figures[kind] = {
            "sentences": int(of.sum()),
            "true": bool(true[of][0]),
            "pass": round(float(passed[of].mean()), 3),
            "adopted": round(float(adopted[of].mean()), 3),
            "median": round(float(np.median(scores[of])), 3),
            "lowest tenth": round(float(np.quantile(scores[of], 0.1)), 3),
        }
        print(f"{kind:18} {figures[kind]}")
        wrong = [index for index in np.flatnonzero(of) if adopted[index] != true[index]]
        for index in wrong[:show]:
            print(f"    {scores[index]:.3f} {examples[index].text}")
    threshold = float(np.quantile(scores[true], 1 - PASSING))
    print(f"thresholds of the folds {min(chosen):.3f} to {max(chosen):.3f}, of all {threshold:.3f}")
    overall = {"true pass": passed[true].mean(), "false pass": passed[~true].mean(), "threshold": threshold}
    overall |= {"adopted, true": adopted[true].mean(), "adopted, false": adopted[~true].mean()}
    print(json.dumps(figures | {name: round(float(value), 3) for name, value in overall.items()}))


if __name__ == "__main__":
    main()
