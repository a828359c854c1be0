"""How quotes are shown."""

import pytest

from rfp_manager.templatetags.rfp_format import in_words


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("| Encryption at rest | AES-256-GCM |", "Encryption at rest · AES-256-GCM"),
        ("| A | 1 |\n| B |  |", "A · 1\nB · "),
        ("Choose A | B.", "Choose A | B."),
        ("|", "|"),
        ("Kept for 30 days.", "Kept for 30 days."),
    ],
)
def test_a_tables_row_is_quoted_without_its_bars(quote: str, shown: str) -> None:
    assert in_words(quote) == shown
