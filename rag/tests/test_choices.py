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
        ("Do you keep backups for 90 days?", "Backups are kept for ninety (90) days.", "Yes"),
        ("Is support available 24 hours a day?", "Support is available 24 hours a day.", "Yes"),
        ("Do you test restores at least quarterly?", "Restores are tested every month.", "Yes"),
        ("Is there an annual penetration test?", "Penetration tests are carried out twice a year.", "Yes"),
        ("Is a restore tested every six months?", "Restores are tested half-yearly.", "Yes"),
        ("Is access revoked when staff leave?", "Access of leavers is revoked within an hour.", "Yes"),
        ("Are default accounts disabled?", "Default accounts are disabled.", "Yes"),
        ("Is unencrypted traffic redirected?", "Unencrypted traffic is redirected to HTTPS.", "Yes"),
    ],
)  # fmt: skip
def test_what_the_sentence_bears_out_is_chosen(question: str, answer: str, choice: str) -> None:
    assert chosen(question, answer) == choice


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # A denial of something else.
        ("Is a SOC 2 report available?", "SOC 2: report for 2025, no qualified opinion."),
        (
            "Is data encrypted in transit?",
            "All traffic is encrypted in transit with TLS 1.3; TLS 1.2 is accepted for older clients and anything "
            "below is refused.",
        ),
        # Another standard.
        ("Is it certified to ISO 27701?", "It is certified to ISO 27001."),
        # A bound that is missed.
        ("Are customers told within 12 hours?", "Customers are told within 24 hours."),
        # The denial may be what is asked for.
        ("Records shall be protected from deletion.", "Records cannot be deleted by any user."),
        ("Is data not encrypted?", "Data is encrypted."),
        # Another number, or none, than the question names.
        ("Do you keep backups for 90 days?", "Backups are kept for 30 days."),
        ("Do you keep backups for 90 days?", "Backups are kept in a second region."),
        ("Is availability 99.99% guaranteed?", "Availability of 99.5% is guaranteed."),
        ("Is support available 24 hours a day?", "Support is available 8 hours a day."),
        # Less often.
        ("Do you test restores at least monthly?", "Restores are tested every quarter."),
        (
            "Are penetration tests done at least annually?",
            "Penetration tests are carried out every two years.",
        ),
        ("Do you perform backups at least daily?", "Backups are carried out weekly."),
        ("Are full backups taken daily?", "Incremental backups are taken daily and full backups weekly."),
        # It has ended, or is not on.
        ("Is SAML supported?", "Support for SAML was removed in version 5.0."),
        ("Is SAML supported?", "Support for SAML was discontinued in release 5."),
        ("Is data encrypted at rest?", "Customer data is unencrypted at rest."),
        ("Is MFA enabled for administrators?", "MFA is disabled for administrators."),
        ("Can customers export their data?", "Customers are unable to export their data themselves."),
        (
            "Is the service certified to ISO 27001?",
            "The ISO 27001 certificate of the service expired in 2022.",
        ),
        ("Do you support LDAP?", "Support for LDAP is deprecated."),
        ("Werden Daten verschlüsselt?", "Die Daten sind unverschlüsselt."),
    ],
)
def test_what_code_cannot_tell_is_left_to_a_person(question: str, answer: str) -> None:
    assert chosen(question, answer) == ""


def test_what_is_planned_is_neither_a_yes_nor_a_part() -> None:
    question, answer = (
        "The user interface shall be available in German.",
        "A German user interface is planned.",
    )
    assert chosen(question, answer, allowed=DEGREES) == ""
    assert chosen(question, answer, allowed=(*DEGREES, "Planned")) == "Planned"


def test_a_requirement_is_not_met_by_what_was_removed() -> None:
    question = "The solution shall support single sign-on through SAML."
    assert chosen(question, "Single sign-on through SAML was removed in version 5.0.", allowed=DEGREES) == ""


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
