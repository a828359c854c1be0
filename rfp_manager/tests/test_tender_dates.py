"""Dates as customers write them, and which of the request's dates they are."""

import datetime as dt

import pytest

from rag.parsing import parse_document
from rfp_manager.tenders.date_roles import find_request_dates
from rfp_manager.tenders.dates import find_dates
from rfp_manager.tenders.units import units_of

NOON = dt.time(12)
WRITTEN = [
    ("due 2027-03-12", ["2027-03-12"], None),
    ("by 12 March 2027", ["2027-03-12"], None),
    ("March 12, 2027 at 5 pm", ["2027-03-12"], dt.time(17)),
    ("the 3rd of April 2027 at noon", ["2027-04-03"], NOON),
    ("am 12.03.2027 um 12.00 Uhr", ["2027-03-12"], NOON),
    ("bis 12. März 2027, 17 Uhr", ["2027-03-12"], dt.time(17)),
    ("le 12 mars 2027 à 12h00", ["2027-03-12"], NOON),
    ("le 1er mars 2027 à 17h", ["2027-03-01"], dt.time(17)),
    ("12 de marzo de 2027", ["2027-03-12"], None),
    ("12:00 on 15 January 2027", ["2027-01-15"], NOON),
    ("12.03.27", ["2027-03-12"], None),
    ("13/04/2027", ["2027-04-13"], None),
    ("04/13/2027", ["2027-04-13"], None),
    ("03/04/2027", ["2027-04-03", "2027-03-04"], None),
    ("04/04/2027", ["2027-04-04"], None),
    ("31/04/2027", [], None),
    ("30 February 2027", [], None),
    ("version 1.2.3 on 192.168.10.20", [], None),
    ("in March 2027, or by 12 March", [], None),
]


@pytest.mark.parametrize(("text", "days", "time"), WRITTEN)
def test_a_date_is_read_as_it_is_meant(text: str, days: list[str], time: dt.time | None) -> None:
    found = find_dates(text)
    assert [day.isoformat() for mention in found for day in mention.days] == days
    if found:
        assert found[0].time == time


@pytest.mark.parametrize(
    ("text", "zone", "offset"),
    [
        ("12 May 2027, 14:00 UTC+2", "UTC+2", 2.0),
        ("12 May 2027, 14:00 CET", "CET", 1),
        ("2027-05-12T14:00+05:30", "+05:30", 5.5),
        ("2027-05-12T14:00:00Z", "Z", 0),
        ("12 May 2027 at 14:00 (MESZ)", "MESZ", 2),
        ("12 May 2027 at 2 p.m. EST", "EST", None),
        ("12 May 2027 at 14:00 in ROOM 4", "", None),
    ],
)
def test_the_time_zone_is_kept_as_it_is_written(text: str, zone: str, offset: float | None) -> None:
    mention = find_dates(text)[0]
    assert (mention.zone, mention.utc_offset) == (zone, offset)


TIMETABLE = """Questions must be submitted by 5 Feb 2027; tenders are due by 26 Feb 2027 at 14:00 CET.

The contract starts on 1 July 2027.

## Timetable

| Event | Date |
|---|---|
| Deadline for clarification questions | 03/04/2027 |
| Submission of tenders | 12:00 noon, 30/04/2027 |
| Award | 1 June 2027 |

## Fristen

Bieterfragen sind bis zum 12. März 2027 zu stellen. Angebote sind bis 26.03.2027, 12:00 Uhr einzureichen.

La date limite de remise des offres est fixée au 12 avril 2027.
"""


def test_a_day_that_a_sentence_names_twice_is_offered_once_with_its_time() -> None:
    text = "Proposals must be submitted before December 1, 2027 (2027-12-01T12:00+00:00)."
    [found] = find_request_dates(units_of(parse_document(text.encode(), extension="md")))
    assert (found.role, found.mention.time, found.mention.utc_offset) == ("due_at", NOON, 0)


def test_a_date_goes_to_the_field_that_its_sentence_means() -> None:
    units = units_of(parse_document(TIMETABLE.encode(), extension="md"))
    found = {(row.role, row.mention.days[0].isoformat()) for row in find_request_dates(units)}
    assert found == {
        ("questions_until", "2027-02-05"),
        ("due_at", "2027-02-26"),
        ("", "2027-07-01"),
        ("questions_until", "2027-04-03"),
        ("due_at", "2027-04-30"),
        ("", "2027-06-01"),
        ("questions_until", "2027-03-12"),
        ("due_at", "2027-03-26"),
        ("due_at", "2027-04-12"),
    }
