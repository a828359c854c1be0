"""Found passages that follow each other are read as one text, and each sentence once."""

import pytest

from rag.services.asking import ask_library
from rag.services.embeddings import embed_document
from rag.services.filters import SearchFilters
from rag.services.neighbours import group_neighbours, join_texts
from rag.services.passages import Passage
from solution_library.tests.factories import DocumentFactory

QUESTION = "How long are backups of the ledger kept in region 7?"


def passage(pk: int, *, heading: str = "Backups") -> Passage:
    return Passage(
        chunk_id=pk, library_answer_id=None, document_id=1, solution_id=1, title="Guide",
        heading_path=(heading,), page=None, page_end=None, text=f"Text {pk}.", score=0.0,
    )  # fmt: skip


def test_runs_come_by_their_best_passage_and_are_read_in_order() -> None:
    found = [passage(pk) for pk in (5, 9, 4, 1, 6)]
    places = {each.ref: (1, each.chunk_id or 0) for each in found}
    groups = group_neighbours(found, places)
    assert [[each.chunk_id for each in group] for group in groups] == [[4, 5, 6], [9], [1]]


def test_another_heading_another_document_and_a_passage_without_a_place_stay_apart() -> None:
    found = [passage(1), passage(2, heading="Keys"), passage(3, heading="Keys"), passage(4, heading="Keys")]
    places = {found[0].ref: (1, 1), found[1].ref: (1, 2), found[2].ref: (2, 3)}
    assert [len(group) for group in group_neighbours(found, places)] == [1, 1, 1, 1]


def test_what_a_text_repeats_of_the_one_before_stands_once() -> None:
    first, second = (
        "Keys are rotated. Each year the team looks again.",
        "Each year the team looks again. Then it signs.",
    )
    assert join_texts([first, second]) == "Keys are rotated. Each year the team looks again. Then it signs."
    assert join_texts(["The key is set", "to a new value"]) == "The key is set\n\nto a new value"


@pytest.mark.django_db
@pytest.mark.usefixtures("folder_storage")
def test_a_section_that_was_cut_is_one_entry_of_the_ask_page() -> None:
    sentences = [f"Backups of the ledger in region {n} are kept for {n + 30} days." for n in range(60)]
    content = "# Guide\n\n## Backups\n\n" + " ".join(sentences)
    document = DocumentFactory(content=content.encode(), filename="guide.md")
    assert embed_document(document.pk) > 2
    reply = ask_library(QUESTION, filters=SearchFilters(solutions=[document.solution_id]))
    (found,) = reply.passages
    assert len(found.refs) == document.embeddings.count()
    shown = "".join(piece.text for piece in found.pieces)
    assert [shown.count(sentence) for sentence in sentences] == [1] * 60
    assert [piece.text for piece in found.pieces if piece.marked and "region 7 " in piece.text]
    assert reply.sentences and all(sentence.numbers == [1] for sentence in reply.sentences)
