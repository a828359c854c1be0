"""What is granted in part, for some, later, or not as much as asked, is told apart from a plain yes."""

import pytest

from rag.services.asked_words import thing_words
from rag.services.choices import choose
from rag.services.questions import split_question
from rag.services.readings import Reply

DEGREES = ("Yes", "Partially", "No")


def chosen(
    question: str,
    answer: str,
    *,
    allowed: tuple[str, ...] = DEGREES,
    confidence: float = 0.9,
    cells: tuple[tuple[str, str], ...] = (),
    beside: tuple[str, ...] = (),
) -> str:
    part = split_question(question)[0]
    reply = Reply(part, answer, confidence=confidence, cells=cells, beside=beside, whole=question)
    return choose([reply], (), allowed, complete=True)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # In a pilot, with a partner, for more money.
        ("Are forecasts offered?", "Forecasts are in a pilot with selected customers."),
        ("Is there a connector for Odoo?", "The connector for Odoo is built by our partner Acme."),
        ("Is a data diode available?", "A data diode is available as an add-on."),
        ("Are workshops offered?", "Workshops are quoted individually."),
        ("Gibt es Lastprognosen?", "Lastprognosen befinden sich in der Erprobung."),
        ("Gibt es Sprachanrufe?", "Sprachanrufe sind als Zusatzmodul erhältlich."),
        ("Wird die Abrechnung angeboten?", "Die Abrechnung wird durch einen Partner angeboten."),
        # With some editions.
        ("Is single sign-on supported?", "Single sign-on is part of the Business and Enterprise editions."),
        ("Are audit exports supported?", "Audit exports are included from the Business plan on."),
        ("Ist die Anmeldung mit SAML möglich?", "Die Anmeldung mit SAML ist ab der Ausgabe Komfort enthalten."),
        ("Are guest accounts available?", "Guest accounts are available in Enterprise."),
        # One of two.
        ("Can models be shown and edited?", "Models can be shown, but not edited."),
        ("Können Modelle angezeigt und bearbeitet werden?", "Modelle können angezeigt, aber nicht bearbeitet werden."),
    ],
)  # fmt: skip
def test_a_reservation_makes_a_part_of_it(question: str, answer: str) -> None:
    assert chosen(question, answer) == "Partially"
    assert chosen(question, answer, allowed=("Yes", "No")) == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is single sign-on part of Business?", "Single sign-on is part of the Business and Enterprise editions."),
        ("In which editions is there sign-on, and is sign-on free?", "Sign-on is free in the Business edition."),
        ("Is the data of the branches kept in the EU?", "The data of all branches is kept in the European Union."),
        ("Is planned maintenance announced?", "Planned maintenance is announced five days ahead."),
        ("Is data migrated from Alpha?", "Data is migrated from Alpha; migration from other systems costs extra."),
    ],
)  # fmt: skip
def test_what_reserves_nothing_that_is_asked_is_a_yes(question: str, answer: str) -> None:
    part = split_question(question)[-1]
    reply = Reply(part, answer, confidence=0.9, whole=question)
    assert choose([reply], (), DEGREES, complete=True) == "Yes"


@pytest.mark.parametrize(
    ("question", "answer", "choice"),
    [
        ("Backups shall be kept for at least 90 days.", "Backups are kept for 30 days.", "No"),
        ("Availability shall be at least 99.9 %.", "Availability is 99.7 % in each month.", "No"),
        ("Are customers told within 12 hours?", "Customers are told within 24 hours.", "No"),
        ("Is the RTO four hours or less?", "The RPO is one hour; the recovery time objective is eight hours.", "No"),
        ("Do you test restores at least monthly?", "Restores are tested every quarter.", "No"),
        ("Can the Team edition be used by 25 users?", "The Team edition can be used by up to 10 users.", "No"),
        ("Can the Team edition be used by 8 users?", "The Team edition can be used by up to 10 users.", "Yes"),
        ("Kann ein Server 20.000 Datenpunkte verwalten?", "Ein Server verwaltet bis zu 50.000 Datenpunkte.", "Yes"),
        ("Kennwörter müssen mindestens acht Zeichen haben.", "Passwörter haben mindestens zehn Zeichen.", "Yes"),
        ("Sicherungen sind mindestens 60 Tage aufzubewahren.", "Sicherungen werden 28 Tage aufbewahrt.", "No"),
        ("Critical gaps shall close within 14 days.", "Critical gaps are closed in 7 days, others in 30 days.", "Yes"),
        # Another thing's figure, and one that is better elsewhere.
        ("Log archives shall be kept for at least 90 days.", "Backups are kept for 30 days.", ""),
        ("Is it possible for 300 pieces?", "It is possible for 100 pieces.", ""),
    ],
)  # fmt: skip
def test_figures_are_held_against_what_is_asked(question: str, answer: str, choice: str) -> None:
    assert chosen(question, answer) == choice


def test_a_figure_that_is_better_elsewhere_is_left_to_a_person() -> None:
    question, answer = "Backups shall be kept for at least 90 days.", "Backups are kept for 30 days."
    assert chosen(question, answer, beside=("In Premium, backups are kept for 120 days.",)) == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is it certified to IEC 62443?", "Certification to IEC 62443 has been applied for."),
        ("Are payments by Acme Pay possible?", "Payments by Acme Pay are planned for 2027."),
        ("Wird OCPP 2.0 unterstützt?", "OCPP 2.0 ist in Planung."),
        ("Is Arabic supported?", "Arabic is on the roadmap."),
        ("Les compteurs Acme sont-ils pris en charge ?", "Les compteurs Acme seront pris en charge en 2027."),
        ("Is SCIM supported?", "SCIM will be supported in spring 2027."),
    ],
)
def test_what_is_only_planned_is_not_there(question: str, answer: str) -> None:
    assert chosen(question, answer) == "No"
    assert chosen(question, answer, allowed=("Yes", "Planned", "No")) == "Planned"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # Planned is something else, or more of it.
        ("Is maintenance announced?", "Planned maintenance is announced five days ahead."),
        ("Is single sign-on supported?", "Further identity providers for single sign-on are planned."),
        ("Is sign-on supported?", "Sign-on is supported with SAML; sign-on with OpenID is planned."),
    ],
)
def test_other_plans_take_nothing_away(question: str, answer: str) -> None:
    assert chosen(question, answer) != "No"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Can signers be identified by video?", "By default a signer is identified by the e-mail address."),
        ("Can the language of reminders be set for each recipient?", "Reminders go out to each recipient."),
        ("Can agreements be signed offline in the mobile app?", "In the app, agreements can be signed."),
    ],
)
def test_a_sentence_that_leaves_out_what_matters_is_no_yes(question: str, answer: str) -> None:
    assert chosen(question, answer) == ""


def test_what_another_sentence_tells_of_the_rest_is_no_plain_yes() -> None:
    question, answer = "Are reports sent by e-mail with charts?", "Reports are sent by e-mail."
    assert chosen(question, answer, beside=("Charts can be drawn in the browser.",)) == ""


def test_a_row_whose_editions_differ_about_what_is_asked_is_a_part_of_it() -> None:
    hours = (
        ("Service", "Support"),
        ("Team", "8 to 18"),
        ("Business", "8 to 18"),
        ("Max", "around the clock"),
    )
    text = "Support (Team: 8 to 18; Business: 8 to 18; Max: around the clock)"
    assert chosen("Is support available 24/7?", text, cells=hours) == "Partially"


@pytest.mark.parametrize(
    ("cells", "choice"),
    [
        (("nein", "nein", "nein"), "No"),
        (("nein", "ja", "ja"), "Partially"),
        (("ja", "ja", "ja"), "Yes"),
        (("no", "planned", "planned"), "No"),
        (("nein", "Beta", "Beta"), "Partially"),
        (("pilot", "pilot", "pilot"), "Partially"),
        (("option", "option", "yes"), "Partially"),
        # Some of it is not there, whatever the rest comes to.
        (("no", "5 a month", "unlimited"), "Partially"),
        # A sign that only the legend explains.
        (("x", "○", "x"), ""),
    ],
)
def test_a_row_is_read_from_all_of_its_cells(cells: tuple[str, ...], choice: str) -> None:
    row = (("Function", "Forecasts"), *zip(("Basic", "Plus", "Max"), cells, strict=True))
    text = f"Forecasts ({'; '.join(f'{name}: {value}' for name, value in row[1:])})"
    assert chosen("Are forecasts offered?", text, cells=row) == choice


@pytest.mark.parametrize(
    ("question", "cells", "choice"),
    [
        ("Are forecasts part of all editions?", ("yes", "yes", "yes"), "Yes"),
        ("Are forecasts part of all editions?", ("no", "yes", "yes"), "Partially"),
        ("Enthalten alle Pakete Forecasts?", ("ja", "ja", "ja"), "Yes"),
        ("Are forecasts made for all sites?", ("yes", "yes", "yes"), ""),
    ],
)
def test_a_row_answers_for_all_editions(question: str, cells: tuple[str, ...], choice: str) -> None:
    row = (("Function", "Forecasts"), *zip(("Basic", "Plus", "Max"), cells, strict=True))
    text = f"Forecasts ({'; '.join(f'{name}: {value}' for name, value in row[1:])})"
    assert chosen(question, text, cells=row) == choice


def test_a_row_may_say_in_two_cells_what_it_is_about() -> None:
    row = (("Area", "Signing"), ("Function", "Witnesses"), ("Team", "no"), ("Max", "yes"), ("Remark", "Beta"))
    text = "Signing (Function: Witnesses; Team: no; Max: yes; Remark: Beta)"
    assert chosen("Are witnesses part of the Team edition?", text, cells=row) == "No"
    assert chosen("Are witnesses for signing supported?", text, cells=row) == "Partially"


def test_data_at_rest_and_in_transit_are_two_things_asked() -> None:
    parts = [part.text for part in split_question("Is data encrypted at rest and in transit?")]
    assert parts == ["Is data encrypted at rest?", "Is data encrypted in transit?"]
    assert len(split_question("Is data encrypted at rest or in transit?")) == 1


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Stehen Webhooks zur Verfügung?", "webho"),
        ("Ist eine Kopplung mit Exchange vorhanden?", "excha"),
        ("La solution prend-elle en charge LDAP ?", "ldap"),
    ],
)
def test_small_words_of_other_languages_are_no_subject(question: str, word: str) -> None:
    (part,) = split_question(question)
    words = thing_words(part.folded_subject)
    assert word in words
    assert not words & {"stehe", "verfü", "vorha", "charg", "prend", "mit", "zur"}


@pytest.mark.parametrize(
    ("question", "answer", "choice"),
    [
        ("Is a stock module included?", "The stock module is included; the fleet module is priced separately.", "Yes"),
        ("Is a stock module included?", "The stock module is included; it is priced separately.", "Partially"),
        ("Is a stock module included?", "The stock module is included; an extra licence is chargeable.", "Partially"),
        ("Are you ISO 27001 certified?", "ISO 27001 certification is under way.", "No"),
        ("Is SCIM supported?", "SCIM is not yet supported.", "No"),
        ("Are Acme trackers supported?", "Trackers by Acme send positions; trackers by Bolt are not supported.", "Yes"),
        ("Are Bolt trackers supported?", "Trackers by Acme send positions; trackers by Bolt are not supported.", "No"),
        ("Is MFA mandatory for administrators?", "MFA is optional for users and mandatory for administrators.", "Yes"),
    ],
)  # fmt: skip
def test_a_denial_is_of_what_stands_beside_it(question: str, answer: str, choice: str) -> None:
    assert chosen(question, answer) == choice
