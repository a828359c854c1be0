"""Dates, numbers, sizes and durations follow one person's preferences."""

import datetime as dt

import pytest
from babel.numbers import parse_decimal
from django.utils import translation

from core import words
from themis import formatting
from themis.formatting import Preferences
from themis.templatetags.themis_format import unless_it_begins

MOMENT = dt.datetime(2026, 3, 9, 22, 5, tzinfo=dt.UTC)
LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt-br", "sv", "ja", "tr", "cs"]
ENGLISH = Preferences(language="en")
GERMAN = Preferences(language="de", time_zone="Europe/Berlin")


def plain(text: str) -> str:
    """Babel's narrow and non-breaking spaces as ordinary ones."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_moment_is_shown_in_the_persons_zone_and_language() -> None:
    assert plain(formatting.format_datetime(MOMENT, ENGLISH)) == "Mar 9, 2026, 10:05 PM"
    assert formatting.format_datetime(MOMENT, GERMAN) == "09.03.2026, 23:05"


def test_the_date_of_a_moment_may_be_another_day_elsewhere() -> None:
    assert formatting.format_date(MOMENT, Preferences(language="de", time_zone="Asia/Tokyo")) == "10.03.2026"


def test_a_plain_date_never_moves() -> None:
    assert (
        formatting.format_date(MOMENT.date(), Preferences(time_zone="Asia/Tokyo", date_style="iso"))
        == "2026-03-09"
    )


def test_styles_are_the_persons_choice() -> None:
    iso = Preferences(date_style="iso", time_style="24h")
    assert formatting.format_datetime(MOMENT, iso) == "2026-03-09 22:05"
    assert plain(formatting.format_time(MOMENT, Preferences(language="de", time_style="12h"))) == "10:05 PM"
    assert formatting.format_date(MOMENT, Preferences(language="fr", date_style="long")) == "9 mars 2026"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (dt.datetime(2026, 3, 29, 0, 59, tzinfo=dt.UTC), "01:59"),
        (dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC), "03:00"),
    ],
)
def test_the_hour_that_daylight_saving_skips_is_skipped(moment: dt.datetime, shown: str) -> None:
    assert formatting.format_time(moment, GERMAN) == shown


def test_relative_times() -> None:
    now = MOMENT
    assert formatting.format_relative(now - dt.timedelta(minutes=3), ENGLISH, now) == "3 minutes ago"
    assert formatting.format_relative(now + dt.timedelta(days=2), GERMAN, now) == "in 2 Tagen"
    assert formatting.format_relative(now - dt.timedelta(seconds=3), ENGLISH, now) == "just now"
    assert formatting.format_relative(now + dt.timedelta(milliseconds=20), ENGLISH, now) == "just now"
    assert formatting.format_relative(now - dt.timedelta(seconds=40), ENGLISH, now) == "40 seconds ago"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_can_be_read_back_in_every_language(language: str) -> None:
    preferences = Preferences(language=language)
    shown = formatting.format_number(1234567.5, preferences)
    assert float(parse_decimal(shown, locale=preferences.locale)) == 1234567.5


def test_dates_follow_a_region_of_the_persons_language() -> None:
    british = Preferences(language="en", number_locale="en_GB")
    assert plain(formatting.format_datetime(MOMENT, british)) == "9 Mar 2026, 22:05"
    assert formatting.format_relative(MOMENT, british, MOMENT + dt.timedelta(days=2)) == "2 days ago"
    # The month's name would be of another language than the page.
    swiss = Preferences(language="en", number_locale="de_CH")
    assert plain(formatting.format_datetime(MOMENT, swiss)) == plain(
        formatting.format_datetime(MOMENT, ENGLISH)
    )


def test_numbers_may_follow_another_country_than_the_language() -> None:
    assert formatting.format_number(1234.5, Preferences(language="en", number_locale="de_CH")) == "1’234.5"
    assert formatting.format_number(1234.5, ENGLISH, digits=2) == "1,234.50"
    assert formatting.format_percent(0.875, ENGLISH) == "88%"


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (1_440_000, "1.4 MB"), (9_960_000, "10 MB"),
     (999_999, "1 MB"), (5 * 10**15, "5,000 TB")],
)  # fmt: skip
def test_sizes(count: int, shown: str) -> None:
    assert formatting.format_size(count, ENGLISH) == shown


def test_a_size_has_the_unit_of_the_language_and_the_number_of_the_country() -> None:
    assert (
        plain(formatting.format_size(1_440_000, Preferences(language="en", number_locale="fr"))) == "1,4 MB"
    )
    assert (
        plain(formatting.format_size(1_440_000, Preferences(language="fr", number_locale="en"))) == "1.4 Mo"
    )
    assert plain(formatting.format_size(2, Preferences(language="en", number_locale="hi"))) == "2 bytes"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 sec"),
        (59.6, "1 min"),
        (65, "1 min 5 sec"),
        (3600, "1 hr"),
        (90061, "1 day 1 hr"),
        (-5, "0 sec"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, shown: str) -> None:
    assert formatting.format_duration(seconds, ENGLISH) == shown


def test_without_a_chosen_language_formats_follow_the_one_that_is_spoken() -> None:
    with translation.override("de"):
        assert formatting.format_date(MOMENT, Preferences()) == "09.03.2026"
        assert formatting.format_number(1234.5, Preferences(number_locale="de_CH")) == "1’234.5"
        assert formatting.format_date(MOMENT, ENGLISH) == "Mar 9, 2026"
    assert formatting.format_date(MOMENT, Preferences()) == "Mar 9, 2026"


def test_nonsense_as_a_language_falls_back() -> None:
    assert formatting.format_number(1.5, Preferences(language="xx-nowhere")) == "1.5"


def test_active_preferences_are_used_and_given_up() -> None:
    formatting.activate(GERMAN)
    try:
        assert formatting.format_number(1.5) == "1,5"
    finally:
        formatting.activate(None)
    assert formatting.format_number(1.5) == "1.5"


def test_sentences_of_the_lower_apps_have_the_persons_numbers() -> None:
    formatting.activate(Preferences(language="en", number_locale="de"))
    try:
        assert words.format_number(32767) == "32.767"
        assert words.format_number(1.25, 1) == "1,2"
    finally:
        formatting.activate(None)
    assert words.format_number(32767) == "32,767"


@pytest.mark.parametrize(
    ("words", "text", "shown"),
    [
        ("Yes", "Yes, we do.", ""),
        ("yes", " Yes. We do.", ""),
        ("No", "Not before 2027.", "No"),
        ("Yes", "We do.", "Yes"),
        ("Yes", "Yes", ""),
        ("", "We do.", ""),
    ],
)
def test_words_are_not_shown_before_a_text_that_begins_with_them(words: str, text: str, shown: str) -> None:
    assert unless_it_begins(words, text) == shown
