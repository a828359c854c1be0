"""Old questions find themselves in the new version: by text, by likeness, by place; each once."""

from collections.abc import Sequence

import numpy as np
import pytest

from core.differences import compare_words
from rag.services.features import vectors_of
from rfp_manager.services.revision_matching import Asked, Pair, match_questions

pytestmark = pytest.mark.django_db

TEXTS = [
    "Is customer data encrypted at rest?",
    "Where is customer data stored?",
    "How long are access logs kept?",
    "Is multi-factor authentication enforced for administrators?",
    "What is the recovery time objective of the service?",
]


def asked(texts: Sequence[str], *, sheet: str = "Security", numbered: bool = True) -> list[Asked]:
    return [
        Asked(sheet, row, f"A-{row}" if numbered else "", "", text, [])
        for row, text in enumerate(texts, start=1)
    ]


def matched(old: Sequence[Asked], new: Sequence[Asked]) -> list[Pair]:
    return match_questions(old, new, vectors=vectors_of)


def test_the_same_workbook_changes_nothing() -> None:
    pairs = matched(asked(TEXTS), asked(TEXTS))
    assert pairs == [Pair(index, index, reworded=False, moved=False) for index in range(5)]


def test_a_row_inserted_at_the_top_renumbers_all_and_moves_none() -> None:
    new = asked(["Do you hold an ISO 27001 certificate?", *TEXTS])
    assert matched(asked(TEXTS), new) == [Pair(i, i + 1, reworded=False, moved=False) for i in range(5)]


def test_a_reworded_question_is_found_though_renumbered() -> None:
    new = asked(
        ["Do you hold an ISO 27001 certificate?", *TEXTS[:2], "For how long are access logs kept and where?"]
    )
    pairs = matched(asked(TEXTS), new)
    assert Pair(2, 3, reworded=True, moved=False) in pairs
    assert {pair.new for pair in pairs} == {1, 2, 3}


def test_another_number_is_a_rewording_and_never_the_same() -> None:
    [pair] = matched(asked(["Are logs kept for 30 days?"]), asked(["Are logs kept for 90 days?"]))
    assert pair.reworded


def test_a_question_on_another_subject_under_the_old_number_is_a_new_one() -> None:
    pairs = matched(asked([TEXTS[0]]), asked(["List your offices in Scandinavia."]))
    assert pairs == []


def test_repeated_texts_are_paired_in_their_order() -> None:
    texts = ["Please describe.", "Please describe.", "Please describe."]
    pairs = matched(asked(texts, numbered=False), asked(texts[:2], numbered=False))
    assert [(pair.old, pair.new) for pair in pairs] == [(0, 0), (1, 1)]


def test_only_what_changed_its_place_among_the_others_is_moved() -> None:
    new = asked([TEXTS[4], *TEXTS[:4]])
    assert [pair.old for pair in matched(asked(TEXTS), new) if pair.moved] == [4]


def test_another_sheet_is_a_move_and_a_renamed_sheet_is_none() -> None:
    renamed = matched(asked(TEXTS), asked(TEXTS, sheet="Information security"))
    assert not any(pair.moved for pair in renamed)
    new = [*asked(TEXTS[:4]), *asked(TEXTS[4:], sheet="Continuity")]
    assert [pair.old for pair in matched(asked(TEXTS), new) if pair.moved] == [4]


def test_identical_texts_on_two_sheets_stay_on_theirs() -> None:
    old = [*asked(TEXTS[:2], sheet="One"), *asked(TEXTS[:2], sheet="Two")]
    pairs = matched(old, [*asked(TEXTS[:2], sheet="Two"), *asked(TEXTS[:2], sheet="One")])
    assert {(pair.old, pair.new) for pair in pairs} == {(0, 2), (1, 3), (2, 0), (3, 1)}


def test_no_question_is_paired_twice_whatever_the_model_says() -> None:
    old, new = asked([f"old {n}" for n in range(6)]), asked([f"new {n}" for n in range(4)])
    pairs = match_questions(old, new, vectors=lambda texts: np.ones((len(texts), 1), dtype=np.float32))
    assert len({pair.old for pair in pairs}) == len({pair.new for pair in pairs}) == len(pairs) == 4


def test_the_words_that_changed_are_told_and_nothing_is_lost() -> None:
    before, after = "Logs are kept for 30 days.", "Audit logs are kept for 90 days."
    pieces = compare_words(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert [piece.text for piece in pieces if piece.kind == "removed"] == ["Logs", "30"]


def test_a_number_and_words_side_by_side_are_told_in_one_piece() -> None:
    told = compare_words("at least 2,000 named users", "at least 5,000 licensed seats")
    assert [(piece.kind, piece.text) for piece in told] == [
        ("same", "at least "),
        ("removed", "2,000 named users"),
        ("added", "5,000 licensed seats"),
    ]


def test_a_text_too_long_to_compare_is_shown_whole() -> None:
    before, after = "word " * 4000, "other " * 4000
    assert [piece.kind for piece in compare_words(before, after)] == ["removed", "added"]
