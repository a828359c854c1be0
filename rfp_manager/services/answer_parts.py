"""The parts of a question beside its answer: as the draft covers them, and what a person's edit leaves of that.

A person's words are not judged by code: a part is covered while a sentence that was found to cover it still stands, it
is missing while nothing was added to the draft, and otherwise it was not checked since the edit.
"""

from collections.abc import Sequence
from typing import TypedDict

from rag.services.drafts import Draft
from rag.services.question_parts import split_parts
from rag.services.sentences import split_sentences
from rfp_manager.models import Answer


class AnswerPart(TypedDict):
    """`covered` is None where it was not checked; `sentences` count from 0, `said` are their texts."""

    text: str
    covered: bool | None
    sentences: list[int]
    said: list[str]


def parts_of_draft(draft: Draft) -> list[AnswerPart]:
    """As an answer keeps them; empty for a question of one part."""
    return [
        AnswerPart(
            text=part.text,
            covered=part.covered,
            sentences=list(part.sentences),
            said=[draft.sentences[number].text for number in part.sentences],
        )
        for part in draft.parts
    ]


def set_parts(answer: Answer, parts: Sequence[AnswerPart]) -> None:
    """Keep the parts and how many of them are missing, by which questions are found; does not save."""
    answer.parts = list(parts)
    answer.open_parts = sum(part["covered"] is False for part in parts)


def set_unchecked_parts(answer: Answer, *, question: str) -> None:
    """For an answer that now stands under another wording of its question; does not save."""
    texts = split_parts(question)
    set_parts(answer, [_unchecked(text) for text in texts] if len(texts) > 1 else [])


def recheck_parts(answer: Answer) -> None:
    """Compare what a person wrote with the last draft; does not save. One query, none for a question of one part."""
    if not answer.parts:
        return
    texts = [part["text"] for part in answer.parts]
    drafts = answer.versions.exclude(origin=Answer.Origin.HUMAN).exclude(parts=[]).order_by("-version")
    drafted = drafts.first()
    if drafted is None or [part["text"] for part in drafted.parts] != texts:
        set_parts(answer, [_unchecked(text) for text in texts])
    elif drafted.text == answer.text:
        set_parts(answer, drafted.parts)
    else:
        set_parts(answer, parts_after_edit(drafted.parts, before=drafted.text, after=answer.text))


def parts_after_edit(parts: Sequence[AnswerPart], *, before: str, after: str) -> list[AnswerPart]:
    """The draft's parts once its text was changed by a person."""
    now = _plain(after)
    added = any(_plain(sentence.text) not in _plain(before) for sentence in split_sentences(after))
    return [_after_edit(part, now, added=added) for part in parts]


def _after_edit(part: AnswerPart, now: str, *, added: bool) -> AnswerPart:
    if part["covered"] is False and not added:
        return part
    standing = [
        (number, said)
        for number, said in zip(part["sentences"], part["said"], strict=True)
        if _plain(said) in now
    ]
    if not part["covered"] or not standing:
        return _unchecked(part["text"])
    return AnswerPart(
        text=part["text"],
        covered=True,
        sentences=[number for number, _ in standing],
        said=[said for _, said in standing],
    )


def _unchecked(text: str) -> AnswerPart:
    return AnswerPart(text=text, covered=None, sentences=[], said=[])


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
