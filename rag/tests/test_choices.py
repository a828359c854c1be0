"""A choice is one of the cell's values, borne out by the sentences, or left to a person."""

import pytest

from rag.services.choices import choose
from rag.services.questions import split_question
from rag.services.readings import Reply

YES_NO = ("Yes", "No", "N/A")
DEGREES = ("Fully compliant", "Partially compliant", "Not compliant")


def chosen(
    question: str,
    *answers: str,
    others: tuple[str, ...] = (),
    allowed: tuple[str, ...] = YES_NO,
    confidence: float = 0.9,
    context: str = "",
    beside: tuple[str, ...] = (),
) -> str:
    parts = split_question(question)
    replies = [
        Reply(part, text, context=context, confidence=confidence, beside=beside)
        for part, text in zip(parts, answers, strict=False)
    ]
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
        ("Does the EG-410 have a TPM?", "The EG-410 has no TPM.", "No"),
        ("Do you run a bug bounty programme?", "We run no public bug bounty programme.", "No"),
        ("Is it certified to ISO 22301?", "It is aligned with ISO 22301 but is not certified to it.", "No"),
        ("Is failover automatic?", "Failover is a manual decision; it is not automatic.", "No"),
        ("Is the disk of the EG-440 encrypted?", "The disk is encrypted in the EG-440 only.", "Yes"),
        ("Is sign-on part of Premium?", "Sign-on is part only of Premium.", "Yes"),
        ("The licence shall cover at least 10 sites.", "The licence covers up to 12 sites.", "Yes"),
        ("Telnet shall not be available.", "Telnet and FTP are not available.", "Yes"),
        ("Is it true that no inbound ports have to be opened?", "No inbound ports have to be opened.", "Yes"),
        ("Gibt es eine App für Android?", "Eine App für iOS und Android ist vorhanden.", "Yes"),
        ("Wurden kritische Schwachstellen gefunden?", "Kritische Schwachstellen wurden nicht gefunden.", "No"),
        ("Single sign-on?", "Single sign-on is supported.", "Yes"),
        ("Is a SOC 2 report available?", "SOC 2: report for 2025, no qualified opinion.", "Yes"),
        ("Does the report have a qualified opinion?", "The report has no qualified opinion.", "No"),
        ("The solution shall have a connector for SAP S/4HANA.", "There is no connector for SAP or Oracle.", "No"),
        ("Is there a connector for SAP S/4HANA?", "There is no connector for SAP ECC 6.", ""),
        ("Is it certified to ISO 27701?", "It is not certified to ISO 9001.", ""),
    ],
)  # fmt: skip
def test_what_the_sentence_bears_out_is_chosen(question: str, answer: str, choice: str) -> None:
    assert chosen(question, answer) == choice


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # A denial of something else.
        (
            "Is data encrypted in transit?",
            "All traffic is encrypted in transit with TLS 1.3; TLS 1.2 is accepted for older clients and anything "
            "below is refused.",
        ),
        # Another standard.
        ("Is it certified to ISO 27701?", "It is certified to ISO 27001."),
        # The denial may be what is asked for.
        ("Is data not encrypted?", "Data is encrypted."),
        # Another number, or none, than the question names.
        ("Do you keep backups for 90 days?", "Backups are kept for 30 days."),
        ("Do you keep backups for 90 days?", "Backups are kept in a second region."),
        ("Is availability 99.99% guaranteed?", "Availability of 99.5% is guaranteed."),
        ("Is support available 24 hours a day?", "Support is available 8 hours a day."),
        # Less often.
        (
            "Are penetration tests done at least annually?",
            "Penetration tests are carried out every two years.",
        ),
        ("Are full backups taken daily?", "Incremental backups are taken daily and full backups weekly."),
        # It has ended, or is not on.
        ("Is data encrypted at rest?", "Customer data is unencrypted at rest."),
        ("Is MFA enabled for administrators?", "MFA is disabled for administrators."),
        ("Can customers export their data?", "Customers are unable to export their data themselves."),
        (
            "Is the service certified to ISO 27001?",
            "The ISO 27001 certificate of the service expired in 2022.",
        ),
        ("Do you support LDAP?", "Support for LDAP is deprecated."),
        ("Werden Daten verschlüsselt?", "Die Daten sind unverschlüsselt."),
        # Of another language, country, plan or model.
        ("Is support given in French?", "Support is given in English, German and Danish."),
        ("Is the modem approved for Australia?", "The modem is approved for Switzerland and Norway."),
        ("Is sign-on included in the Standard plan?", "Sign-on is included in the Advanced plan."),
        ("Is the disk of the EG-420 encrypted?", "The disk is encrypted in the EG-440 only."),
        ("Ist das Portal auf Türkisch verfügbar?", "Das Portal ist auf Polnisch verfügbar."),
        ("Ist der Support am Wochenende erreichbar?", "Der Support ist von Montag bis Freitag erreichbar."),
        # Of another year.
        ("Were any breaches reported in 2025?", "No breaches were reported in 2024."),
        # It has hardly a word of what is asked.
        ("Does the EG-410 have redundant inputs?", "The EG-410 draws 6 W."),
        # Not of all of them, and not for that many.
        ("Is a second factor mandatory for all users?", "A second factor is mandatory for administrators."),
        ("Is private label possible for 300 pieces?", "Private label is possible from 1,000 pieces on."),
        ("Is labelling possible for 800 pieces?", "Labelling is not possible below 500 pieces."),
        ("The device shall work at -40 °C.", "The device works at -25 to +60 °C."),
    ],
)
def test_what_code_cannot_tell_is_left_to_a_person(question: str, answer: str) -> None:
    assert chosen(question, answer) == ""


def test_what_is_planned_is_not_there_where_the_list_has_no_word_for_plans() -> None:
    question, answer = (
        "The user interface shall be available in German.",
        "A German user interface is planned.",
    )
    assert chosen(question, answer, allowed=DEGREES) == "Not compliant"
    assert chosen(question, answer, allowed=(*DEGREES, "Planned")) == "Planned"


def test_a_requirement_is_not_met_by_what_was_removed() -> None:
    question = "The solution shall support single sign-on through SAML."
    removed = "Single sign-on through SAML was removed in version 5.0."
    assert chosen(question, removed, allowed=DEGREES) == "Not compliant"


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


def test_what_another_sentence_denies_of_the_question_is_no_yes() -> None:
    question, answer = (
        "Can staff rosters be imported overnight?",
        "Staff rosters can be imported from two systems.",
    )
    assert chosen(question, answer) == "Yes"
    assert chosen(question, answer, beside=("An import of rosters overnight is not possible.",)) == ""


def test_what_is_charged_or_reserved_is_no_plain_yes() -> None:
    for answer in (
        "A bracket is needed, which is sold separately.",
        "A bracket requires the Advanced plan.",
        "A bracket is supplied for an extra fee.",
    ):
        assert chosen("Is a bracket supplied?", answer, allowed=("Yes", "No", "Partially")) in (
            "",
            "Partially",
        )
    assert chosen("Ist EBICS möglich?", "EBICS ist gegen Aufpreis möglich.") == ""


def test_a_denial_with_a_reservation_does_not_meet_what_shall_not_be() -> None:
    question = "Records shall not be deleted."
    assert chosen(question, "Records are not deleted.", allowed=DEGREES) == "Fully compliant"
    assert chosen(question, "Records are not deleted until the review.", allowed=DEGREES) == ""
    assert chosen(question, "Records are deleted after 30 days.", allowed=DEGREES) == ""


MODEM = (("Property", "LTE modem"), ("EG-410", "no"), ("EG-420", "optional"), ("EG-440", "yes"))


@pytest.mark.parametrize(
    ("question", "choice"),
    [
        ("Does the EG-440 have an LTE modem?", "Yes"),
        ("Does the EG-410 have an LTE modem?", "No"),
        ("Does the EG-420 have an LTE modem?", "Partially"),
        ("Does the device have an LTE modem?", "Partially"),
        ("Does the EG-450 have an LTE modem?", ""),
        ("Does the EG-440 have a Wi-Fi antenna?", ""),
    ],
)
def test_a_row_answers_for_the_column_that_is_asked_for(question: str, choice: str) -> None:
    (part,) = split_question(question)
    text = "LTE modem (EG-410: no; EG-420: optional; EG-440: yes)"
    reply = Reply(part, text, cells=MODEM)
    assert choose([reply], (), ("Yes", "No", "Partially"), complete=True) == choice
