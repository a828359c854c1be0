"""Yes, no, and yes with a reservation."""

import pytest

from rag.services.polarity import has_caveat, is_negated


@pytest.mark.parametrize(
    "text",
    [
        "SSLv3 is not supported.", "No data leaves the EU.", "It doesn't.", "It doesn’t.", "Never shared.",
        "This cannot be changed.", "It lacks a button.", "Works without a password.", "Neither of them.",
        "Das wird nicht unterstützt.", "Es gibt keine Ausnahme.", "Ce n'est pas possible.", "Sans exception.",
    ],
)  # fmt: skip
def test_a_denial_is_one(text: str) -> None:
    assert is_negated(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is supported.", "Notes are kept in Norway.", "Not only at night.", "No later than 4 hours.",
        "It does not exceed 4 hours.", "Restored without undue delay.", "At no extra charge.", "A knot, a notary.",
        "Nicht nur nachts.", "Non seulement la nuit.",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_denial_is_none(text: str) -> None:
    assert not is_negated(text)


@pytest.mark.parametrize(
    "text",
    [
        "Supported, except on phones.", "Planned for next year.", "Available at extra cost.",
        "Only for administrators.",
        "It is in beta.", "Not yet.", "Partially supported.", "Supported; however, slowly.", "Optional.",
        "Nur nachts.", "Sauf le lundi.",
    ],
)  # fmt: skip
def test_a_reservation_is_one(text: str) -> None:
    assert has_caveat(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is supported.",
        "Not only at night.",
        "Including but not limited to logs.",
        "A read-only role exists.",
    ],
)
def test_what_only_sounds_like_a_reservation_is_none(text: str) -> None:
    assert not has_caveat(text)
