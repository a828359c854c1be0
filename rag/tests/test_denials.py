"""A denial makes a no only where it is of the thing asked for; verbs deny as "not" does, and two denials may affirm."""

import pytest

from rag.services.choices import choose
from rag.services.questions import split_question
from rag.services.readings import Reply

DEGREES = ("Yes", "Partially", "No")


def chosen(question: str, answer: str) -> str:
    part = split_question(question)[0]
    return choose([Reply(part, answer, confidence=0.9, whole=question)], (), DEGREES, complete=True)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is the sandbox covered by the warranty?", "The sandbox is excluded from the warranty."),
        ("Is subletting of licences permitted?", "Subletting of licences is ruled out."),
        ("Are trials covered by the warranty?", "Trials fall outside the warranty."),
        ("Is screen recording available?", "We have yet to release screen recording."),
        ("Ist eine vorzeitige Kündigung möglich?", "Eine vorzeitige Kündigung ist ausgeschlossen."),
        ("Ist die Weitergabe von Daten erlaubt?", "Die Weitergabe von Daten ist untersagt."),
        ("La résiliation est-elle possible ?", "La résiliation est exclue."),
    ],
)
def test_verbs_deny_as_not_does(question: str, answer: str) -> None:
    assert chosen(question, answer) == "No"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # Something else about the thing.
        ("Are backups encrypted?", "Backups are not part of the Basic plan."),
        ("Is personal data encrypted?", "Personal data is not transferred to third countries."),
        ("Are reports available in French?", "Reports cannot be scheduled."),
        ("Can drivers sign in with a badge?", "Drivers cannot delete their own trips."),
        ("Können Abrechnungen exportiert werden?", "Abrechnungen werden nicht per E-Mail versendet."),
        # Of the model named nothing but its name.
        ("Does the TX-400 support Bluetooth?", "Intervals under 10 seconds are not possible on the TX-400."),
        # Not in one edition, of which nobody asked.
        ("Are audit exports available?", "Audit exports are not available in the Basic edition."),
    ],
)
def test_the_denial_of_another_thing_is_no_no(question: str, answer: str) -> None:
    assert chosen(question, answer) == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Does the TX-400 support Bluetooth?", "Bluetooth is not supported by the TX-400."),
        ("Are RFID labels supported for boxes?", "RFID labels are not supported."),
        ("Can guests upload files?", "Guests cannot upload files."),
        ("Can operators mute alarms?", "Alarms cannot be muted by operators, only acknowledged."),
        ("Are any subprocessors located in Peru?", "None of them is in Peru."),
        ("Is chat support offered?", "Phone support is offered, chat support is not offered."),
    ],
)
def test_the_denial_of_the_thing_itself_is_one(question: str, answer: str) -> None:
    assert chosen(question, answer) == "No"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is every role logged?", "There is no role that cannot be logged."),
        ("Is a subprocessor engaged only with consent?", "No subprocessor is engaged without consent."),
        ("Ist eine Kündigung möglich?", "Eine Kündigung ist nicht ausgeschlossen."),
    ],
)
def test_two_denials_in_one_clause_are_left_to_a_person(question: str, answer: str) -> None:
    assert chosen(question, answer) == ""


@pytest.mark.parametrize(
    "answer",
    [
        "Positions are not recorded in private mode, while mileage is.",
        "Positions are not recorded in private mode, whereas mileage is recorded.",
        "In private mode positions are neither sent nor recorded, though mileage still is.",
    ],
)
def test_what_is_set_against_a_denial_is_not_denied(answer: str) -> None:
    assert chosen("Is mileage recorded in private mode?", answer) != "No"


def test_what_is_optional_is_not_mandatory() -> None:
    answer = "A second factor is optional for customers and enforced for all staff."
    assert chosen("Is a second factor mandatory for customers?", answer) == "No"
    assert chosen("Is a second factor mandatory for staff?", answer) == "Yes"
