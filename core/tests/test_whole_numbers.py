"""Whatever an address or a form says, only what can be the number of something is taken for one."""

import pytest

from core.whole_numbers import number_pairs, whole_number, whole_numbers


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", " 7", "²", "9" * 19, "9" * 5000])
def test_what_is_the_number_of_nothing_is_none(text: str) -> None:
    assert whole_number(text) is None


def test_numbers_come_in_their_order() -> None:
    assert whole_numbers(["7", "x", "3", "7"]) == [7, 3, 7]


def test_pairs_need_both_their_numbers() -> None:
    assert number_pairs(["7:2", "8", "9:", ":1", "1:x", "1:2:3"]) == {7: 2}
