"""Numbers with units and dates as people write them."""

from decimal import Decimal

import pytest

from rag.services.quantities import find_dates, find_quantities, find_versions, mask_dates


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,000 users", 1000, "user"),
        ("1000 users", 1000, "user"),
        ("1.000 Nutzer", 1000, ""),
        ("1’000 users", 1000, "user"),
        ("10 000 users", 10_000, "user"),
        ("10\u00a0000 users", 10_000, "user"),
        ("1,234.56 EUR", "1234.56", "euro"),
        ("1.234,56 EUR", "1234.56", "euro"),
        ("EUR 1,200", 1200, "euro"),
        ("€5 million", 5_000_000, "euro"),
        ("$ 3", 3, "dollar"),
        ("10k users", 10_000, "user"),
        ("2 Mio", 2_000_000, ""),
        ("99.9 %", "99.9", "percent"),
        ("99,9%", "99.9", "percent"),
        ("24 h", 24, "hour"),
        ("24-hour", 24, "hour"),
        ("four hours", 4, "hour"),
        ("Thirty working days", 30, "day"),
        ("three (3) days", 3, "day"),
        ("500 ms", 500, "millisecond"),
        ("30ms", 30, "millisecond"),
        ("15 Minuten", 15, "minute"),
        ("5GB", 5, "gigabyte"),
        ("7 ans", 7, "year"),
    ],
)
def test_a_quantity_is_its_value_and_its_unit(text: str, value: int | str, unit: str) -> None:
    (quantity,) = find_quantities(text)
    assert (quantity.value, quantity.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["", "no numbers here", "someone", "often", "v2", "B2B", "OAuth2"])
def test_letters_that_look_like_numbers_are_none(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("TLS 1.3", ("tls",)),
        ("AES-256", ("aes",)),
        ("ISO/IEC 27001", ("iso", "iec")),
        ("after 3", ()),
        ("EUR 3", ()),
    ],
)
def test_a_number_knows_the_name_it_belongs_to(text: str, labels: tuple[str, ...]) -> None:
    (quantity,) = find_quantities(text)
    assert quantity.labels == labels


def test_versions_are_found_whole() -> None:
    assert find_versions("From 2.1.3 to 10.0.0.1, but not 2.1.") == ["2.1.3", "10.0.0.1"]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("12 May 2027", "2027-05-12"),
        ("May 12, 2027", "2027-05-12"),
        ("May 12th 2027", "2027-05-12"),
        ("12th of May 2027", "2027-05-12"),
        ("12. Mai 2027", "2027-05-12"),
        ("1er janvier 2026", "2026-01-01"),
        ("12.05.2027", "2027-05-12"),
        ("2027-05-12", "2027-05-12"),
        ("in May 2027", "2027-05"),
        ("Sept. 2027", "2027-09"),
    ],
)
def test_a_date_is_one_whatever_its_spelling(text: str, iso: str) -> None:
    assert list(find_dates(text)) == [iso]
    assert find_quantities(mask_dates(text)) == []


def test_a_date_is_not_read_twice() -> None:
    assert list(find_dates("From 1 March 2026 until 2027-02-28.")) == ["2027-02-28", "2026-03-01"]


def test_blanking_dates_keeps_everything_else_in_its_place() -> None:
    text = "On 12 May 2027, 30 days before."
    masked = mask_dates(text)
    assert len(masked) == len(text)
    assert masked.endswith(", 30 days before.")


def test_number_words_of_the_interfaces_languages_count_and_a_pronoun_does_not() -> None:
    assert [(q.value, q.unit) for q in find_quantities("zehn Jahre, drei Werktage, quinze jours")] == [
        (10, "year"),
        (3, "day"),
        (15, "day"),
    ]
    assert find_quantities("It cannot be moved to another one.") == []
