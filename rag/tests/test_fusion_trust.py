"""How much words count beside meaning: by the information they carry, and by what their document says besides."""

from collections.abc import Mapping

import pytest

from rag.services.candidates import Ref
from rag.services.chunking import context_title
from rag.services.fusion import (
    DOCUMENT_PASSAGES,
    FEEDBACK,
    FusedScore,
    best_first,
    feedback_reach,
    fuse,
    weigh_words,
)
from rag.services.lexical import LexicalMatches

A, B, C = ("chunk", 1), ("chunk", 2), ("chunk", 3)


def matches(
    scores: Mapping[Ref, float],
    lexemes: Mapping[Ref, set[str]],
    idf: Mapping[str, float],
    passages: int = 1000,
) -> LexicalMatches:
    return LexicalMatches(
        scores=scores,
        lexemes={ref: frozenset(words) for ref, words in lexemes.items()},
        documents={},
        idf=idf,
        weights=idf,
        passages=passages,
    )


def fused_scores(
    similarity: Mapping[Ref, float], lexical: LexicalMatches, documents: Mapping[Ref, int]
) -> dict[Ref, FusedScore]:
    return fuse(similarity, weigh_words(similarity, lexical, documents))


def test_rare_words_outweigh_a_little_meaning_and_common_ones_do_not() -> None:
    similarity = {A: 0.50, B: 0.45}
    rare = matches({B: 30.0}, {B: {"widget", "gasket"}}, {"widget": 7.0, "gasket": 7.0})
    common = matches({B: 0.9}, {B: {"service", "use"}}, {"service": 0.3, "use": 0.2})
    assert best_first(fused_scores(similarity, rare, {})) == [B, A]
    assert best_first(fused_scores(similarity, common, {})) == [A, B]


def test_the_same_words_say_less_among_more_passages() -> None:
    idf = {"backup": 5.0, "site": 5.0}
    few = fused_scores({A: 0.5}, matches({A: 20.0}, {A: {"backup", "site"}}, idf, passages=10), {})
    many = fused_scores({A: 0.5}, matches({A: 20.0}, {A: {"backup", "site"}}, idf, passages=1_000_000), {})
    assert few[A].trust > many[A].trust
    assert few[A].score > many[A].score


def test_words_count_little_where_no_passage_has_most_of_them_and_meaning_is_clear() -> None:
    """As with "proof of payment for accounting" and a passage that has only "payment": it was asked in other words."""
    idf = {"proof": 5.0, "payment": 5.0, "account": 5.0, "need": 5.0}
    others = {("chunk", number): 0.1 for number in range(10, 20)}
    by_chance = matches({B: 6.0}, {B: {"payment"}}, idf, passages=60)
    asked = matches({B: 24.0, C: 6.0}, {B: set(idf), C: {"payment"}}, idf, passages=60)
    clear = {A: 0.40, B: 0.35, **others}
    blurred = {ref: 0.40 + value / 10 for ref, value in clear.items()}
    assert best_first(fused_scores(clear, by_chance, {}))[0] == A
    assert best_first(fused_scores(clear, asked, {}))[0] == B
    assert best_first(fused_scores(blurred, by_chance, {}))[0] == B
    assert fused_scores(clear, asked, {})[B].trust == pytest.approx(1.0)


def test_a_long_document_gains_by_its_best_passages_only() -> None:
    words = ["backup", "site", "tape", "key", "vault"]
    idf = dict.fromkeys(words, 6.0)
    long = [("chunk", number) for number in range(10, 15)]
    lexical = matches(
        {ref: 10.0 - number for number, ref in enumerate(long)},
        {ref: {word} for ref, word in zip(long, words, strict=True)},
        idf,
    )
    fused = fused_scores(dict.fromkeys(long, 0.5), lexical, dict.fromkeys(long, 1))
    assert fused[long[0]].document == pytest.approx(DOCUMENT_PASSAGES / 5)
    assert fused[long[4]].document == pytest.approx((DOCUMENT_PASSAGES + 1) / 5)


def test_the_query_moves_less_towards_passages_that_are_uncertain_themselves() -> None:
    sure, unsure = ({A: FusedScore(score, 0, 0, 0, 0, 0)} for score in (0.7, 0.1))
    assert feedback_reach(sure, [A]) == FEEDBACK
    assert 0 < feedback_reach(unsure, [A]) < FEEDBACK / 5
    assert feedback_reach({}, []) == 0


def test_a_passage_gains_by_what_its_document_says_elsewhere() -> None:
    idf = {"backup": 6.0, "site": 6.0, "tape": 6.0}
    lexical = matches({A: 10.0, B: 10.0, C: 10.0}, {A: {"backup"}, B: {"backup"}, C: {"site", "tape"}}, idf)
    fused = fused_scores({A: 0.5, B: 0.5, C: 0.2}, lexical, {A: 1, B: 2, C: 2})
    assert fused[B].document == pytest.approx(1.0)
    assert fused[A].document == pytest.approx(1 / 3)
    assert best_first(fused)[0] == B


def test_approved_answers_have_no_document_to_gain_by() -> None:
    one, two = ("answer", 1), ("answer", 2)
    lexical = matches({one: 5.0, two: 5.0}, {one: {"backup"}, two: {"site"}}, {"backup": 6.0, "site": 6.0})
    fused = fused_scores({one: 0.5, two: 0.5}, lexical, {})
    assert fused[one].document == fused[one].coverage == pytest.approx(0.5)


def test_every_part_stays_between_nothing_and_one() -> None:
    for lexical in (matches({}, {}, {}, passages=0), matches({A: 99.0}, {A: {"x"}}, {"x": 9.0}, passages=1)):
        for similarity in ({A: -1.0, B: 1.0}, {A: 1.0}, {}):
            for score in fused_scores(similarity, lexical, {A: 1}).values():
                parts = (score.score, score.dense, score.lexical, score.coverage, score.document, score.trust)
                assert all(0 <= part <= 1 for part in parts)


@pytest.mark.parametrize(
    ("title", "stated", "context"),
    [
        ("POL-017", "Encryption policy", "POL-017 > Encryption policy"),
        ("encryption-policy", "Encryption policy", "encryption-policy"),
        ("Encryption policy 2026", "Encryption Policy", "Encryption policy 2026"),
        ("", "Encryption policy", "Encryption policy"),
        ("POL-017", None, "POL-017"),
        ("POL-017", "", "POL-017"),
    ],
)
def test_a_title_is_followed_by_what_the_document_calls_itself(
    title: str, stated: str | None, context: str
) -> None:
    assert context_title(title, stated) == context
