"""What is affirmed of another company, wished for, left to the customer or tied to a condition is no plain yes."""

import pytest

from rag.services.choices import choose
from rag.services.questions import split_question
from rag.services.readings import Reply

DEGREES = ("Yes", "Partially", "No")
US = "Acme Works Acme Suite"


def chosen(question: str, answer: str) -> str:
    part = split_question(question)[0]
    reply = Reply(part, answer, confidence=0.9, context=US, whole=question)
    return choose([reply], (), DEGREES, complete=True)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is your company certified to ISO 22301?", "Our hosting provider, Nordic Data, holds ISO 22301."),
        ("Is your company certified to ISO 27001?", "Boreal is certified to ISO 27001 and SOC 2."),
        ("Are you certified to ISO 27001?", "The data centre operator is certified to ISO 27001."),
        ("Do you hold ISO 9001?", "Our reseller in France holds ISO 9001."),
        ("Do you carry out annual penetration tests?", "Our cloud provider carries out annual penetration tests."),
        ("Ist Ihr Unternehmen nach ISO 27001 zertifiziert?", "Nordcolo ist nach ISO 27001 zertifiziert."),
        ("Sind Sie nach ISO 9001 zertifiziert?", "Unser Rechenzentrumsbetreiber ist nach ISO 9001 zertifiziert."),
        ("Sind Sie nach ISO 9001 zertifiziert?", "Die Firma Druckwerk GmbH ist nach ISO 9001 zertifiziert."),
    ],
)  # fmt: skip
def test_what_another_company_has_is_not_ours(question: str, answer: str) -> None:
    assert chosen(question, answer) == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is your company certified to ISO 27001?", "Acme Works is certified to ISO 27001."),
        ("Is your company certified to ISO 27001?", "We are certified to ISO 27001."),
        ("Is your company certified to ISO 27001?", "Development is certified to ISO 27001 in our company."),
        ("Is your hosting provider ISO 27001 certified?", "Boreal, our hosting provider, is certified to ISO 27001."),
        ("Are your data centres certified to ISO 27001?", "Boreal is certified to ISO 27001 in all data centres."),
    ],
)  # fmt: skip
def test_what_we_have_or_whoever_is_asked_about_is_a_yes(question: str, answer: str) -> None:
    assert chosen(question, answer) == "Yes"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Do you offer dash cams?", "In the next step Boreal wants to introduce dash cams."),
        ("Do you offer dash cams?", "Dash cams are under evaluation."),
        ("Do you offer dash cams?", "We intend to offer dash cams."),
        ("Do you offer dash cams?", "Dash cams were shown as a prototype."),
        ("Bieten Sie Kameras an?", "Kameras werden derzeit geprüft."),
        ("Sind Sie zertifiziert?", "Eine Zertifizierung streben wir an."),
        ("Sind Sie klimaneutral?", "Bis 2030 wollen wir klimaneutral sein."),
        ("Do you back up client devices?", "The backup of client devices is up to the customer."),
        (
            "Do you back up client devices?",
            "The backup of client devices is the responsibility of the customer.",
        ),
        ("Is fax supported?", "Fax used to be supported."),
        ("Is fax supported?", "Fax has been replaced by secure messages."),
    ],
)
def test_what_is_not_here_yet_or_not_from_us_is_no_yes(question: str, answer: str) -> None:
    assert chosen(question, answer) == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Can customers bring their own keys?", "Customers who want to bring their own keys can do so."),
        ("Are access rights reviewed?", "Access rights are reviewed every quarter."),
        ("Werden Zugriffsrechte geprüft?", "Zugriffsrechte werden vierteljährlich geprüft."),
    ],
)
def test_wishes_of_users_take_nothing_away(question: str, answer: str) -> None:
    assert chosen(question, answer) == "Yes"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is a data diode available?", "A data diode can be ordered."),
        ("Are higher limits possible?", "Higher limits can be negotiated."),
        ("Is phone support included?", "Phone support is included for customers with more than 100 users."),
        ("Is phone support included?", "Phone support is included if the customer has booked Premium Care."),
        ("Is phone support included?", "Phone support is included during the first year."),
        ("Ist ein Rabatt möglich?", "Ein Rabatt kann vereinbart werden."),
    ],
)
def test_a_condition_makes_a_part_of_it(question: str, answer: str) -> None:
    assert chosen(question, answer) == "Partially"


def test_what_the_question_names_itself_is_no_condition() -> None:
    assert chosen("Can patients book appointments?", "Appointments can be booked by patients.") == "Yes"


PLANS = "The REST API is available in all plans, webhooks in Premium only, and sign-on with Premium or as an add-on."
DUTIES = "Der zweite Faktor ist für Sachbearbeiter verpflichtend, für Beschäftigte im Portal freiwillig."

CALENDAR = "Der Terminkalender ist in allen Paketen enthalten, die Terminbuchung in Komfort, die Chats nur in Premium."
KEPT = "Values are kept for three years in Pro, six months in Basic."


@pytest.mark.parametrize(
    ("question", "answer", "choice"),
    [
        ("Is a REST API available in every plan?", PLANS, "Yes"),
        ("Does the Premium plan include webhooks?", PLANS, "Yes"),
        ("Are webhooks available?", PLANS, "Partially"),
        ("Ist ein zweiter Faktor für Sachbearbeiter verpflichtend?", DUTIES, "Ja"),
        ("Ist ein zweiter Faktor für Beschäftigte verpflichtend?", DUTIES, "Nein"),
        ("Ist der Terminkalender in allen Paketen enthalten?", CALENDAR, "Ja"),
        ("Are values kept for at least one year in Pro?", KEPT, "Yes"),
        ("Are values kept for at least one year in Basic?", KEPT, "No"),
        # What may be a reservation of the thing asked for is not cut off.
        ("Is support available?", "Support is available on weekdays, weekends on request.", "Partially"),
        ("Is support available by phone?", "Support is available by phone, weekends against a surcharge.", "Partially"),
    ],
)  # fmt: skip
def test_of_clauses_between_commas_the_one_that_is_asked_for_is_read(
    question: str, answer: str, choice: str
) -> None:
    assert chosen(question, answer) == {"Ja": "Yes", "Nein": "No"}.get(choice, choice)


@pytest.mark.parametrize(
    ("question", "choice"),
    [("Are you certified to ISO 13485?", "Yes"), ("Are you certified to ISO 27001?", "")],
)
def test_what_is_said_of_one_standard_says_nothing_of_the_next(question: str, choice: str) -> None:
    answer = "We are certified to ISO 13485; certification to ISO 27001 is being considered."
    assert chosen(question, answer) == choice


def test_a_partner_and_a_contract_of_its_own_are_reservations() -> None:
    answer = "Recommendations are made by Boreal, a service of our partner, and need a separate contract."
    assert chosen("Are recommendations provided?", answer) == "Partially"


def test_only_some_of_the_things_asked_for_is_a_part_of_it() -> None:
    answer = "Fault codes are shown in plain text for cars; for trucks only the raw codes are shown."
    assert chosen("Are fault codes shown in plain text for cars and trucks?", answer) != "Yes"
