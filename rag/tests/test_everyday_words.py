"""Everyday words for one thing are compared as the same word, and nothing else is."""

import pytest

from rag.services.asked_words import content_words
from rag.services.everyday_words import fold_everyday_words, marks_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("staff", "employees"),
        ("two-factor authentication", "MFA"),
        ("SSO", "single sign-on"),
        ("our login", "our sign-in"),
        ("passwords", "Kennwörter"),
        ("Sicherheitslücken", "Schwachstellen"),
        ("Datensicherungen", "Sicherungen"),
        ("around the clock", "24/7"),
        ("rund um die Uhr", "24x7"),
        ("an integration", "a connector"),
        ("eine Anbindung", "eine Schnittstelle"),
        ("in the EU", "in the European Union"),
        ("the RTO", "the recovery time objective"),
        ("sauvegardes", "backups"),
    ],
)
def test_words_for_one_thing_are_the_same(one: str, other: str) -> None:
    assert content_words(one) == content_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the user interface", "an interface"),
        ("single sign-on", "sign-on"),
        ("the staff portal", "the customer portal"),
        ("Mitarbeiterportal", "Mitarbeiter"),
        ("RTO", "RPO"),
        ("sign in person", "sign in"),
    ],
)
def test_other_things_stay_apart(one: str, other: str) -> None:
    assert content_words(one) != content_words(other)


def test_a_mark_remembers_what_was_written() -> None:
    assert list(marks_of("Is MFA used by staff?").values()) == ["MFA", "staff"]
    assert "staff" not in fold_everyday_words("All staff")
