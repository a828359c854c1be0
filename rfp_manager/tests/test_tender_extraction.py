"""What stands out in a tender without a language model, in three languages, and what says the same twice."""

import pytest

from rag.parsing import Block, ParsedDocument, parse_document
from rfp_manager.tenders.extraction import extract_points
from rfp_manager.tenders.merging import merge_points
from rfp_manager.tenders.parts import PART_CHARACTERS, cut_parts
from rfp_manager.tenders.points import Point, Section, points_from_json

GERMAN = """## Gegenstand der Ausschreibung
Die Stadt beabsichtigt, ein Dokumentenmanagementsystem für 2.400 Mitarbeiter zu beschaffen.

## Leistungsumfang
Der Leistungsumfang umfasst:

- die Migration von 3 Mio. Dokumenten
- die Schulung der Mitarbeiter

## Bedingungen
Angebote sind bis zum 26.03.2027, 12:00 Uhr einzureichen.
Der Auftragnehmer muss nach ISO 27001 zertifiziert sein.
Bei Verzug wird eine Vertragsstrafe von 0,5 % je Werktag fällig.
Der Zuschlag wird nach Preis (40 %) und Qualität (60 %) erteilt.
"""
FRENCH = """La consultation a pour objet l'acquisition d'une plateforme documentaire pour 1 200 agents.

Le périmètre comprend l'hébergement et la maintenance pendant 36 mois.

La date limite de remise des offres est fixée au 12 mars 2027 à 12h00.

Le titulaire doit être certifié ISO 27001.

Les critères de jugement sont le prix (40 %) et la valeur technique (60 %).

En cas de retard, des pénalités de 500 € par jour sont appliquées.
"""
FOUND = [
    (GERMAN, Section.ASKED, "2.400 Mitarbeiter"),
    (GERMAN, Section.SCOPE, "die Migration von 3 Mio. Dokumenten"),
    (GERMAN, Section.SCOPE, "die Schulung der Mitarbeiter"),
    (GERMAN, Section.DEADLINES, "26.03.2027"),
    (GERMAN, Section.MANDATORY, "ISO 27001"),
    (GERMAN, Section.RED_FLAGS, "Vertragsstrafe"),
    (GERMAN, Section.EVALUATION, "Qualität (60 %)"),
    (FRENCH, Section.ASKED, "plateforme documentaire"),
    (FRENCH, Section.SCOPE, "36 mois"),
    (FRENCH, Section.DEADLINES, "12 mars 2027"),
    (FRENCH, Section.MANDATORY, "doit être certifié"),
    (FRENCH, Section.RED_FLAGS, "pénalités"),
    (FRENCH, Section.EVALUATION, "valeur technique"),
]


@pytest.mark.parametrize(("text", "section", "words"), FOUND)
def test_each_section_quotes_what_says_it(text: str, section: Section, words: str) -> None:
    points = extract_points(parse_document(text.encode(), extension="md"))
    assert any(words in point.text for point in points if point.topic == section)
    assert all(point.is_quotation or point.text for point in points)


def test_a_list_belongs_to_the_heading_over_it() -> None:
    text = "## Mandatory conditions\n\n- ISO 27001 certificate\n\n## Evaluation criteria\n\n- Does it fit the budget?\n"
    points = extract_points(parse_document(text.encode(), extension="md"))
    assert [(point.topic, point.text) for point in points] == [
        ("Evaluation criteria", "Does it fit the budget?"),
        ("Mandatory requirements", "ISO 27001 certificate"),
    ]


def test_what_must_be_is_a_requirement_under_any_heading() -> None:
    text = "# Terms\n\n## Scope\n\n- Training of two teams\n- All work must be compliant with the licence\n"
    points = extract_points(parse_document(text.encode(), extension="md"))
    assert [point.topic for point in points] == ["Scope", "Mandatory requirements"]


def test_every_quote_stands_in_its_block() -> None:
    parsed = parse_document(GERMAN.encode(), extension="md")
    for point in extract_points(parsed):
        assert point.block is not None
        assert point.quote in " ".join(parsed.blocks[point.block].text.split())


def point(text: str, page: int = 1) -> Point:
    return Point(Section.MANDATORY, text, page, text, 0)


def test_what_two_documents_say_is_one_point_with_two_places() -> None:
    one = [point("The supplier must hold ISO 27001."), point("Data must stay in the EU.")]
    other = [point("The Supplier must hold ISO 27001", page=4), point("The supplier must hold ISO 9001.")]
    merged = merge_points([(1, one), (2, other)])[Section.MANDATORY]
    assert [row.point.text for row in merged] == [
        "The supplier must hold ISO 27001.",
        "Data must stay in the EU.",
        "The supplier must hold ISO 9001.",
    ]
    assert [(document, said.page) for document, said in merged[0].sources] == [(1, 1), (2, 4)]


def test_points_from_before_quotes_were_kept_are_read() -> None:
    [old] = points_from_json([{"topic": "Deadlines", "text": "By 1 May 2027.", "page": 3}])
    assert (old.quote, old.block, old.is_quotation) == ("By 1 May 2027.", None, True)


def test_a_long_document_is_cut_between_pages_and_a_long_block_between_lines() -> None:
    pages = [Block("paragraph", f"Page {n}. " + "word " * 600, page=n) for n in range(1, 21)]
    table = Block("table", "\n".join(f"| {n} | must be met |" for n in range(4000)), page=21)
    parts = cut_parts(ParsedDocument(None, (*pages, table), 21))
    assert all(sum(len(place.text) for place in part.places) <= PART_CHARACTERS + 200 for part in parts)
    text = " ".join(place.text for part in parts for place in part.places)
    assert "Page 20." in text
    assert "| 3999 | must be met |" in text
    assert parts[0].label == "pages 1 to 5"


def test_a_quote_is_found_with_other_white_space_and_quotation_marks_only() -> None:
    [part] = cut_parts(
        ParsedDocument(None, (Block("paragraph", "The “Supplier”\nmust pay  5 % a day.", page=2),))
    )
    place = part.places[0]
    assert place.find_quote('The "Supplier" must pay 5 % a day.') == ("The “Supplier” must pay 5 % a day.", 0)
    assert place.find_quote("The Supplier must pay 5 % a day.") is None
    assert place.find_quote("Supplier” must pay 5 % a da") is None
