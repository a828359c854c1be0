"""Which sentences of the found passages answer a question, part by part, and how surely."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.services.asked_lexemes import surface_of, weights_of_marks
from rag.services.bounds import compared_numbers
from rag.services.everyday_words import fold_everyday_words
from rag.services.features import lexemes_of, vectors_of
from rag.services.filters import SearchFilters
from rag.services.leaning import with_what_they_lean_on
from rag.services.passages import Passage
from rag.services.polarity import is_negated
from rag.services.questions import QuestionPart, split_question
from rag.services.search import find_passages
from rag.services.sentences import Sentence
from solution_library.models import Solution

# Passages read for the whole question, and for each part of one that has several.
_PASSAGES = 10
_PASSAGES_PER_PART = 5
# What is searched for; any further part has no sentences, so that it is called missing and not forgotten.
_MOST_PARTS = 12
# Sentences that are compared by meaning; the others shared fewer words with the question.
_COMPARED = 96
# How much of its meaning and words a part borrows from the whole question, and how much more when it
# hardly names its subject ("State your limits.": of what?).
_BORROWED = 0.35
_BORROWED_LEANING = 0.6
_FEW_WORDS = 2

# The weights of `Evidence.confidence`, fitted on labelled questions by benchmarks/calibrate_drafting.py, which also
# fits them with each set left out and measures on that; rounded, the bias a little towards answering.
WEIGHTS = {"similarity": 5.9, "context_coverage": 1.1, "passage_coverage": 4.6, "kind_share": 1.0}
BIAS = -7.1
# What is left of the confidence in a sentence that cannot answer, whatever it shares with the question.
_BESIDE = 0.3


@dataclass(frozen=True)
class Evidence:
    """One sentence as an answer to one part. All features run from 0 to 1.

    `coverage` is the share of the part's idf mass that the sentence's own words make up, `context_coverage`
    that with its headings, `passage_coverage` that of the whole passage. `kind_share` is the share
    of the asked kinds of answer (a number, a date, a name) that it holds. `fits` is False where it cannot be
    the answer: it holds nothing of a kind asked for, nothing near it is of the year asked for, or the passage
    speaks of the thing asked for in another sentence.
    """

    sentence: Sentence
    passage: Passage
    similarity: float
    coverage: float
    context_coverage: float
    passage_coverage: float
    kind_share: float
    fits: bool

    @property
    def rank(self) -> float:
        """What candidates for the same part are ordered by, those that fit before the others."""
        return (
            0.60 * self.similarity
            + 0.15 * self.coverage
            + 0.15 * self.context_coverage
            + 0.10 * self.passage.score
            + 0.08 * self.kind_share
        )

    @property
    def confidence(self) -> float:
        """How likely this sentence answers its part: a logistic curve over the features."""
        x = BIAS + sum(weight * float(getattr(self, name)) for name, weight in WEIGHTS.items())
        likely = 1 / (1 + math.exp(-x))
        return likely if self.fits else _BESIDE * likely


@dataclass(frozen=True)
class PartEvidence:
    """The sentences for one part, best first, and the words of the part that no found passage has."""

    part: QuestionPart
    found: list[Evidence]
    unknown_words: list[str]


@dataclass(frozen=True)
class QuestionEvidence:
    """`reranking_problem` says why a reranker that is configured had no part in finding the passages.

    `offering` are the names of the solutions that the passages are about, and of their vendors.
    """

    parts: list[PartEvidence]
    passages: list[Passage]
    reranking_problem: str = ""
    offering: str = ""


@dataclass(frozen=True)
class _Wanted:
    """What one part looks for: a vector, words with their weights, and the words of what it asks for."""

    part: QuestionPart
    vector: np.ndarray
    words: Mapping[str, float]
    focus: frozenset[str]
    counted: frozenset[str]
    happened: frozenset[str]


@dataclass(frozen=True)
class _Unit:
    """A sentence where it stands: its own words, those with its headings, and those of the whole passage.

    `said` is the sentence without those that it leans on.
    """

    sentence: Sentence
    said: str
    passage: Passage
    own: frozenset[str]
    placed: frozenset[str]
    around: frozenset[str]


def gather_evidence(question: str, *, filters: SearchFilters) -> QuestionEvidence:
    """Search within the filters and weigh every sentence of what is found, for each part of the question."""
    every = split_question(question)
    parts = every[:_MOST_PARTS]
    whole = find_passages(question, filters=filters, top=_PASSAGES)
    passages = {passage.ref: passage for passage in whole.passages}
    idf = dict(whole.idf)
    subjects = lexemes_of([part.folded_subject for part in parts])
    focuses, counted, happened = (
        lexemes_of([fold_everyday_words(text) for text in texts])
        for texts in zip(*((part.focus, part.counted, part.happened) for part in parts), strict=True)
    )
    leaning = [
        part.has_pronoun or len(words) < _FEW_WORDS for part, words in zip(parts, subjects, strict=True)
    ]
    problem = whole.reranking_problem
    vectors = [whole.vector]
    if len(parts) > 1:
        own = vectors_of([part.text for part in parts])
        vectors = [_mixed(v, whole.vector, lean) for v, lean in zip(own, leaning, strict=True)]
        for part, vector in zip(parts, vectors, strict=True):
            found = find_passages(part.text, filters=filters, top=_PASSAGES_PER_PART, vector=vector)
            idf = {**found.idf, **idf}
            problem = problem or found.reranking_problem
            for passage in found.passages:
                passages.setdefault(passage.ref, passage)
    idf |= weights_of_marks(question, idf)
    wanted = []
    for number, (part, vector) in enumerate(zip(parts, vectors, strict=True)):
        compared = compared_numbers(part.text) if part.closed else frozenset()
        words = {word: idf.get(word, 0.0) for word in subjects[number] - compared}
        if leaning[number] and number:
            words = {word: _BORROWED_LEANING * idf.get(word, 0.0) for word in subjects[number - 1]} | words
        wanted.append(_Wanted(part, vector, words, focuses[number], counted[number], happened[number]))
    pool = list(passages.values())
    left_over = [PartEvidence(part, [], []) for part in every[_MOST_PARTS:]]
    return QuestionEvidence([*_weigh(wanted, pool), *left_over], pool, problem, _offering(pool))


def _offering(passages: Sequence[Passage]) -> str:
    solutions = Solution.objects.filter(pk__in={passage.solution_id for passage in passages})
    return " ".join(f"{vendor} {name}" for name, vendor in solutions.values_list("name", "vendor__name"))


def _mixed(own: np.ndarray, whole: np.ndarray, leaning: bool) -> np.ndarray:
    borrowed = _BORROWED_LEANING if leaning else _BORROWED
    vector = (1 - borrowed) * own + borrowed * whole
    return vector / (np.linalg.norm(vector) or 1.0)


def _weigh(wanted: Sequence[_Wanted], passages: Sequence[Passage]) -> list[PartEvidence]:
    units = _most_shared(wanted, _units(passages))
    vectors = vectors_of([_placed_text(unit) for unit in units])
    known: frozenset[str] = frozenset().union(*(unit.around for unit in units))
    results = []
    for want in wanted:
        told = max((_mass(want.words, unit.placed) for unit in units if _tells(want, unit)), default=0.0)
        found = [
            _as_answer(want, unit, float(similarity), told=told)
            for unit, similarity in zip(units, vectors @ want.vector, strict=True)
        ]
        found.sort(key=lambda evidence: (not evidence.fits, -evidence.rank))
        results.append(
            PartEvidence(want.part, found, surface_of(want.part.subject, want.words.keys() - known))
        )
    return results


def _units(passages: Sequence[Passage]) -> list[_Unit]:
    """Every sentence of the passages that can say something: no questions, no introductions."""
    cut = [
        (passage, sentence, said)
        for passage in passages
        for sentence, said in with_what_they_lean_on(passage.text)
        if not sentence.text.endswith(("?", ":"))
    ]
    contexts = lexemes_of([fold_everyday_words(passage.context) for passage in passages])
    texts = lexemes_of([fold_everyday_words(passage.text) for passage in passages])
    words = {
        passage.ref: (context, context | text)
        for passage, context, text in zip(passages, contexts, texts, strict=True)
    }
    own_words = lexemes_of([fold_everyday_words(sentence.text) for _, sentence, _ in cut])
    headings = lexemes_of([fold_everyday_words(sentence.heading) for _, sentence, _ in cut])
    return [
        _Unit(sentence, said, passage, own, own | heading | words[passage.ref][0], words[passage.ref][1])
        for (passage, sentence, said), own, heading in zip(cut, own_words, headings, strict=True)
    ]


def _most_shared(wanted: Sequence[_Wanted], units: list[_Unit]) -> list[_Unit]:
    """The units that are worth an embedding, in their order: those that share most with the question."""
    if len(units) <= _COMPARED:
        return units
    every = {word: weight for want in wanted for word, weight in want.words.items()}
    shared = [_mass(every, unit.own) + unit.passage.score for unit in units]
    return [units[index] for index in sorted(np.argsort(shared)[::-1][:_COMPARED])]


def _as_answer(want: _Wanted, unit: _Unit, similarity: float, *, told: float) -> Evidence:
    mass = sum(want.words.values()) or 1.0
    share = want.part.kind_share(unit.said)
    return Evidence(
        sentence=unit.sentence,
        passage=unit.passage,
        similarity=max(0.0, similarity),
        coverage=_mass(want.words, unit.own) / mass,
        context_coverage=_mass(want.words, unit.placed) / mass,
        passage_coverage=_mass(want.words, unit.around) / mass,
        kind_share=share,
        fits=share > 0 and _names_the_same(want.part, unit) and _of_the_thing(want, unit, told=told),
    )


def _names_the_same(part: QuestionPart, unit: _Unit) -> bool:
    """Whether the years that the part names stand in the passage, and a label that it names with the sentence.

    A figure of another year is another figure, and a sentence about one standard says nothing of another.
    """
    around = f"{unit.passage.context} {unit.passage.text}"
    placed = f"{unit.passage.context} {unit.sentence.heading} {unit.sentence.text}".casefold()
    return all(year in around for year in part.years) and (
        not part.labels
        or any(label.casefold() in placed for label in part.labels)
        or part.is_denied_in_general(unit.said)
    )


def _of_the_thing(want: _Wanted, unit: _Unit, *, told: float) -> bool:
    """Whether the sentence is about the thing that is asked for, as far as its words tell.

    Most of what "how many" counts has to be named, and all of it where the sentence denies; what happened to it has to
    be told in the passage. Where prose speaks of the thing of a "which licence ...", in its passage or in a sentence
    that has as much of the question (`told`), the answer is in a sentence that does; rows and items are instances of
    what stands above them.
    """
    if not want.happened <= unit.around:
        return False
    least = 1.0 if is_negated(unit.sentence.text) else 0.5
    if len(want.counted & unit.placed) < least * len(want.counted):
        return False
    if not want.focus or (unit.sentence.kind != "prose" and want.part.focus.endswith("s")):
        return True
    nearer = told and told >= _mass(want.words, unit.placed)
    return want.focus <= unit.placed or not (nearer or want.focus <= unit.around)


def _tells(want: _Wanted, unit: _Unit) -> bool:
    """Whether the sentence names the thing asked for, and something of its kind."""
    return bool(want.focus) and want.focus <= unit.own and want.part.kind_share(unit.said) > 0


def _mass(wanted: Mapping[str, float], words: Collection[str]) -> float:
    return sum(weight for word, weight in wanted.items() if word in words)


def _placed_text(unit: _Unit) -> str:
    """The sentence with its nearest heading, without which many a sentence says not what it is about."""
    headings = unit.passage.heading_path
    heading = unit.sentence.heading or (headings[-1] if headings else unit.passage.title)
    return f"{heading}: {unit.sentence.text}"
