"""What a question asks for, and whether a sentence holds an answer of that kind."""

import pytest

from rag.services.answer_kinds import holds_kind
from rag.services.questions import QuestionPart, split_question


def only(question: str) -> QuestionPart:
    (part,) = split_question(question)
    return part


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How long are logs kept?", "Logs are kept for 13 months."),
        ("How often are restores tested?", "Restores are tested every night."),
        ("How many versions are kept?", "The number of versions is not limited."),
        ("How many connectors for SAP exist?", "There is no connector for SAP."),
        ("What does the sandbox cost?", "The sandbox costs EUR 400 a month."),
        ("State the charges for API calls.", "There is no charge for API calls."),
        ("Who can lift a hold?", "Lifting a hold needs two people."),
        ("Who is the data protection officer?", "The data protection officer is Maarten Vos."),
        ("Which firm tests the service?", "The service is tested by Redwater Labs."),
        ("Which firm hosts the service?", "It runs in the data centres of Ostervane Cloud B.V."),
        ("Which hash function is used?", "Passwords are hashed with Argon2id."),
        ("Which languages are supported?", "Languages: English, Dutch and French."),
        ("When was the company founded?", "The company was founded in 2011."),
        ("When is maintenance carried out?", "The window is Sunday 02:00 to 06:00."),
        ("What is the number of the certificate?", "Certificate 7734-IS is valid for three years."),
        ("Describe the disposal process.", "Reviewers confirm, postpone or transfer."),
    ],
)
def test_a_sentence_that_holds_what_is_asked_for(question: str, sentence: str) -> None:
    assert only(question).kind_share(sentence) > 0


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How long are logs kept?", "Logs are kept in the region."),
        ("How many of the 12 regions are certified?", "All of the 12 regions are inspected."),
        ("How many reports do the SOC 2 auditors write?", "SOC 2 reports are shared with customers."),
        ("What does the sandbox cost?", "The sandbox is billed yearly in advance."),
        ("What is the list price of the sandbox?", "There are no charges for downloads."),
        ("Who is the auditor?", "The report is shared under a non-disclosure agreement."),
        ("Who is the chief executive?", "The Chief Security Officer reports to the chief executive."),
        ("Which firm tests the service?", "Tests are made twice a year by two independent firms."),
        ("Which two products besides Intune were tested?", "It was tested with Intune and two further products."),
        ("Which time-stamp service is used?", "Chained by SHA-256 hashes, the head of the long audit chain that is "
         "kept for each tenant is signed by a qualified time-stamp service."),
        ("When was the officer appointed?", "The officer presents to the board each quarter."),
        ("What is the number of the ISO/IEC 27001 certificate?",
         "ISO/IEC 27001:2022, certificate valid until 17 September 2027."),
    ],
)  # fmt: skip
def test_a_sentence_that_only_speaks_of_it(question: str, sentence: str) -> None:
    assert only(question).kind_share(sentence) == 0


def test_a_question_is_cut_into_its_parts() -> None:
    question = "Which identity providers were tested, and how many can be connected? State limits, how long they hold."
    assert [part.text for part in split_question(question)] == [
        "Which identity providers were tested",
        "how many can be connected?",
        "State limits",
        "how long they hold.",
    ]


def test_a_statement_goes_with_the_question_after_it() -> None:
    (part,) = split_question("The Authority holds 9 million documents. Describe your migration tools.")
    assert part.text == "The Authority holds 9 million documents. Describe your migration tools."


def test_an_enumeration_is_one_part() -> None:
    assert len(split_question("Are users, groups and roles provisioned by SCIM?")) == 1


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many subject access requests did you receive?", "subject access requests"),
        ("How many organisations use the product?", "organisations use"),
        ("How long are logs kept?", ""),
    ],
)
def test_what_is_counted(question: str, counted: str) -> None:
    assert only(question).counted == counted


def test_labels_of_standards_are_known_and_years_are_none() -> None:
    part = only("Was the service certified to ISO/IEC 27701 or SOC 2 in 2025?")
    assert {"27701"} <= part.labels
    assert "2025" not in part.labels


@pytest.mark.parametrize(
    ("question", "sentence", "held"),
    [
        ("How often must passwords be changed?", "Passwords have at least 12 characters.", False),
        ("How often are restores tested?", "Restores are tested twice a year.", True),
        ("How long are payslips kept?", "Payslips by post cost 0.95 EUR each.", False),
        ("How long are logs kept?", "Logs are kept until the contract ends.", True),
        ("How long must passwords be?", "Passwords have at least 12 characters.", True),
        ("How many points does it have?", "A licence cannot be moved to another one.", False),
        ("How many RS-485 ports does the EG-420 have?", "RS-485 ports (EG-410: 1; EG-420: 2)", True),
        ("Wie lange werden Abrechnungen aufbewahrt?", "Abrechnungen werden zehn Jahre aufbewahrt.", True),
        ("Wie oft werden Passwörter geändert?", "Passwörter haben mindestens 14 Zeichen.", False),
    ],
)
def test_a_time_or_a_frequency_is_no_other_number(question: str, sentence: str, held: bool) -> None:
    assert holds_kind("number", sentence, question) is held


def test_a_count_is_no_registration_number() -> None:
    question = "What is the registration number of the company?"
    assert not holds_kind("identifier", "It employs 214 people in Leeds.", question)
    assert holds_kind("identifier", "It is registered under 08421977.", question)
