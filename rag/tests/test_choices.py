"""A choice is one of the cell's values, borne out by the sentences, or left to a person."""

import pytest

from rag.services.choices import Reply, choose
from rag.services.questions import split_question

YES_NO = ("Yes", "No", "N/A")
DEGREES = ("Fully compliant", "Partially compliant", "Not compliant")


def chosen(
    question: str,
    *answers: str,
    others: tuple[str, ...] = (),
    allowed: tuple[str, ...] = YES_NO,
    confidence: float = 0.9,
) -> str:
    parts = split_question(question)
    replies = [Reply(part, text, confidence=confidence) for part, text in zip(parts, answers, strict=False)]
    return choose(replies, others, allowed, complete=len(replies) == len(parts))


@pytest.mark.parametrize(
    ("question", "answer", "choice"),
    [
        ("Is data encrypted?", "Data is encrypted with AES-256.", "Yes"),
        ("Is chat offered?", "Support by chat is not offered in any edition.", "No"),
        ("Are rooted devices allowed?", "Rooted devices: Refused.", "No"),
        ("Is there a connector for SAP?", "There is no connector for SAP.", "No"),
        ("Is the number of holds limited?", "The number of holds is not limited.", "No"),
        ("Is redacted text removed?", "Redaction removes the text; it does not merely cover it.", "Yes"),
        ("Is escrow offered in Premium?", "Escrow is optional in Dedicated; it is not offered in Premium.", "No"),
        ("Are customers told within 72 hours?", "Customers are told within 24 hours.", "Yes"),
    ],
)  # fmt: skip
def test_what_the_sentence_bears_out_is_chosen(question: str, answer: str, choice: str) -> None:
    assert chosen(question, answer) == choice


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # A denial of something else.
        ("Is a SOC 2 report available?", "SOC 2: report for 2025, no qualified opinion."),
        # Another standard.
        ("Is it certified to ISO 27701?", "It is certified to ISO 27001."),
        # A bound that is missed.
        ("Are customers told within 12 hours?", "Customers are told within 24 hours."),
        # The denial may be what is asked for.
        ("Records shall be protected from deletion.", "Records cannot be deleted by any user."),
        ("Is data not encrypted?", "Data is encrypted."),
    ],
)
def test_what_code_cannot_tell_is_left_to_a_person(question: str, answer: str) -> None:
    assert chosen(question, answer) == ""


def test_a_yes_needs_a_sentence_that_surely_answers() -> None:
    assert chosen("Is data encrypted?", "Data is encrypted.", confidence=0.6) == ""
    assert chosen("Is data encrypted?", "Data is not encrypted.", confidence=0.6) == "No"


def test_no_plain_yes_stands_over_a_reservation() -> None:
    assert chosen("Is chat offered?", "Chat is offered, but only in Premium.") == ""
    assert (
        chosen("Chat shall be offered.", "Chat is offered, but only in Premium.", allowed=DEGREES)
        == "Partially compliant"
    )
    assert chosen("Is chat offered?", "Chat is offered.", others=("Chat is not offered in Standard.",)) == ""


def test_only_before_what_was_asked_for_reserves_nothing() -> None:
    question = "The solution shall be provided as software as a service."
    answer = "It is provided only as software as a service."
    assert chosen(question, answer, allowed=DEGREES) == "Fully compliant"


def test_parts_that_differ_are_partly_met_or_left_open() -> None:
    question = "Is data encrypted? Is chat offered?"
    answers = ("Data is encrypted.", "Chat is not offered.")
    assert chosen(question, *answers, allowed=DEGREES) == "Partially compliant"
    assert chosen(question, *answers) == ""


def test_nothing_is_chosen_while_a_part_is_open() -> None:
    assert chosen("Is data encrypted? Is chat offered?", "Data is encrypted.") == ""


def test_a_full_answer_complies_where_nothing_asks_for_yes_or_no() -> None:
    assert chosen("State your RPO.", "The RPO is 15 minutes.", allowed=DEGREES) == "Fully compliant"
    assert chosen("State your RPO.", "The RPO is 15 minutes.") == ""


def test_a_list_says_many_things() -> None:
    (part,) = split_question("Does data leave the region?")
    reply = Reply(part, "Data leaves the region: tickets; mails; telemetry without names.", plain=False)
    assert choose([reply], (), YES_NO, complete=True) == ""
