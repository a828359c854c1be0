"""Dates and times are read as they are shown: 12 languages, 6 zones, with the hours that clocks skip or repeat."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from themis.dates.calendar import calendar_data
from themis.dates.clock_changes import exists, is_twofold, next_existing
from themis.dates.entry import (
    LeftOutError,
    NoSuchDayError,
    NotUnderstoodError,
    date_text,
    moment_texts,
    read_date,
    read_moment,
    read_time,
    time_text,
)
from themis.formatting import Preferences
from themis.models import Profile

LANGUAGES = ["en", "en-gb", "de", "fr", "es", "it", "pl", "pt-br", "cs", "fi", "ja", "ar"]
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
]
# Zone, a time that clocks leave out, and what they show next.
GAPS = [
    ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 03:00"),
    ("America/New_York", "2026-03-08 02:00", "2026-03-08 03:00"),
    ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04 02:30"),  # half an hour
    ("Asia/Kathmandu", "1986-01-01 00:10", "1986-01-01 00:15"),  # a quarter
    ("Pacific/Apia", "2011-12-30 12:00", "2011-12-31 00:00"),  # a whole day
]
# Zone, a time that clocks show twice, and the two moments in UTC.
OVERLAPS = [
    ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30", "2026-10-25 01:30"),
    ("America/New_York", "2026-11-01 01:00", "2026-11-01 05:00", "2026-11-01 06:00"),
    ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", "2026-04-04 15:15"),
]
DAYS = [dt.date(2026, month, 28 - month) for month in range(1, 13)] + [
    dt.date(2028, 2, 29),
    dt.date(2026, 12, 31),
]
TIMES = [
    dt.time(0, 0),
    dt.time(0, 5),
    dt.time(9, 30),
    dt.time(12, 0),
    dt.time(12, 59),
    dt.time(17, 0, 30),
    dt.time(23, 45),
]


def at(text: str, zone: str = "UTC") -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("language", "region"), [*((language, "") for language in LANGUAGES), ("en", "en_GB"), ("en", "de_CH")]
)
def test_every_date_and_time_is_read_as_it_is_shown(language: str, region: str) -> None:
    for style in Profile.DateStyle.values:
        reader = Preferences(language=language, date_style=style, number_locale=region)
        assert [read_date(date_text(day, reader), reader) for day in DAYS] == DAYS
        # And in ISO 8601, and as every other style of the language has it.
        for other in Profile.DateStyle.values:
            writer = Preferences(language=language, date_style=other, number_locale=region)
            assert [read_date(date_text(day, writer), reader) for day in DAYS] == DAYS, other
    for style in Profile.TimeStyle.values:
        reader = Preferences(language=language, time_style=style, number_locale=region)
        assert [read_time(time_text(time, reader), reader) for time in TIMES] == TIMES, style
        assert [read_time(time.isoformat(), reader) for time in TIMES] == TIMES


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_moment_is_read_as_it_is_shown(language: str, zone: str) -> None:
    """Each quarter of an hour around every change of the clocks of these zones, on both sides."""
    place, reader = ZoneInfo(zone), Preferences(language=language, time_zone=zone)
    centres = [at(first) for _, _, first, _ in OVERLAPS] + [at(second) for _, _, _, second in OVERLAPS]
    centres += [at(text, name).astimezone(dt.UTC) for name, text, _ in GAPS]
    for centre in centres:
        for quarter in range(-6, 7):
            moment = centre + quarter * dt.timedelta(minutes=15)
            date, time = moment_texts(moment, reader, place)
            assert read_moment(date, time, reader, place) == moment, (date, time)


@pytest.mark.parametrize(("zone", "skipped", "following"), GAPS)
def test_a_time_that_clocks_leave_out_is_refused_with_the_next_one(
    zone: str, skipped: str, following: str
) -> None:
    local = dt.datetime.fromisoformat(skipped)
    assert not exists(local, ZoneInfo(zone))
    assert next_existing(local, ZoneInfo(zone)) == dt.datetime.fromisoformat(following)
    date, _, time = skipped.partition(" ")
    with pytest.raises(LeftOutError) as refused:
        read_moment(date, time, Preferences(language="de"), ZoneInfo(zone))
    assert refused.value.following == dt.datetime.fromisoformat(following)
    assert exists(refused.value.following, ZoneInfo(zone))


@pytest.mark.parametrize(("zone", "twice", "first", "second"), OVERLAPS)
def test_of_a_time_that_clocks_show_twice_it_is_the_first_unless_said(
    zone: str, twice: str, first: str, second: str
) -> None:
    place, reader = ZoneInfo(zone), Preferences(language="en", time_style="24h")
    assert is_twofold(dt.datetime.fromisoformat(twice), place)
    date, _, time = twice.partition(" ")
    assert read_moment(date, time, reader, place) == at(first)
    for moment in (at(first), at(second)):
        shown = moment_texts(moment, reader, place)
        assert "UTC" in shown[1]
        assert read_moment(*shown, reader, place) == moment


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "1/2/2026", dt.date(2026, 1, 2)),
        ("en", "Jan 2, 2026", dt.date(2026, 1, 2)),
        ("en", "january 2 2026", dt.date(2026, 1, 2)),
        ("en-gb", "1/2/2026", dt.date(2026, 2, 1)),
        ("de", "1.2.26", dt.date(2026, 2, 1)),
        ("de", "01. Februar 2026", dt.date(2026, 2, 1)),
        ("de", "Sonntag, 1. Februar 2026", dt.date(2026, 2, 1)),
        ("de", "1.Feb.2026", dt.date(2026, 2, 1)),
        ("fr", "1 févr. 2026", dt.date(2026, 2, 1)),
        ("fr", "1 FÉVRIER 2026", dt.date(2026, 2, 1)),
        ("es", "1 de febrero de 2026", dt.date(2026, 2, 1)),
        ("ja", "2026年2月1日", dt.date(2026, 2, 1)),
        ("ja", "２０２６/02/01", dt.date(2026, 2, 1)),
        ("ar", "١‏/٢‏/٢٠٢٦", dt.date(2026, 2, 1)),
        ("de", " 2026-02-01 ", dt.date(2026, 2, 1)),
        ("en", "tomorrow", None),
        ("en", "13/13/13/13", None),
    ],
)
def test_people_type_dates_in_many_ways(language: str, text: str, day: dt.date | None) -> None:
    reader = Preferences(language=language)
    if day is None:
        with pytest.raises(NotUnderstoodError):
            read_date(text, reader)
    else:
        assert read_date(text, reader) == day


def test_a_british_reader_has_the_day_first_in_every_box() -> None:
    reader = Preferences(language="en", number_locale="en_GB")
    day = dt.date(2026, 11, 2)
    shown = {
        style: date_text(day, replace(reader, date_style=style)) for style in ("short", "medium", "long")
    }
    assert shown == {"short": "02/11/2026", "medium": "2 Nov 2026", "long": "2 November 2026"}
    assert [read_date(text, reader) for text in ("2/11/2026", "2 Nov 2026", "Nov 2, 2026", "2026-11-02")] == [
        day
    ] * 4
    assert calendar_data(reader)["firstDay"] == 0
    assert calendar_data(reader)["pattern"][0] == ("d", 1)


@pytest.mark.parametrize("text", ["31.02.2026", "29.2.2027", "1.13.2026", "0.1.2026", "2026-02-30"])
def test_a_day_that_the_calendar_does_not_have_is_told_apart(text: str) -> None:
    with pytest.raises(NoSuchDayError):
        read_date(text, Preferences(language="de"))


@pytest.mark.parametrize(
    ("language", "text", "time"),
    [
        ("en", "5 pm", dt.time(17)),
        ("en", "5:30PM", dt.time(17, 30)),
        ("en", "12:00 a.m.", dt.time(0)),
        ("en", "17:30", dt.time(17, 30)),
        ("de", "9.30", dt.time(9, 30)),
        ("fr", "9h30", dt.time(9, 30)),
        ("ja", "午後5:30", None),
        ("en", "25:00", None),
        ("en", "13:00 pm", None),
        ("en", "noonish", None),
    ],
)
def test_people_type_times_in_many_ways(language: str, text: str, time: dt.time | None) -> None:
    reader = Preferences(language=language)
    if time is None:
        with pytest.raises(NotUnderstoodError):
            read_time(text, reader)
    else:
        assert read_time(text, reader) == time


def test_an_offset_behind_the_time_makes_it_exact() -> None:
    reader, berlin = Preferences(language="en"), ZoneInfo("Europe/Berlin")
    assert read_moment("2026-07-04", "17:00 UTC", reader, berlin) == at("2026-07-04 17:00")
    assert read_moment("2026-07-04", "17:00 UTC-3:30", reader, berlin) == at("2026-07-04 20:30")
    with pytest.raises(NotUnderstoodError):
        read_moment("2026-07-04", "17:00 UTC+25:00", reader, berlin)


def test_the_calendar_begins_the_week_as_the_person_or_their_language_does() -> None:
    assert calendar_data(Preferences(language="de"))["firstDay"] == 0
    assert calendar_data(Preferences(language="en"))["firstDay"] in {0, 6}
    assert calendar_data(Preferences(language="en-us"))["firstDay"] == 6
    assert calendar_data(Preferences(language="de", first_day=5))["firstDay"] == 5


def test_the_languages_of_this_test_have_data() -> None:
    assert all(Locale.parse(language.replace("-", "_")) for language in LANGUAGES)


def test_with_dots_the_day_may_come_first_in_every_region() -> None:
    reader = Preferences(language="en-us")
    assert read_date("18.12.2026", reader) == dt.date(2026, 12, 18)
    with pytest.raises(NoSuchDayError):
        read_date("31.11.2026", reader)
    with pytest.raises(NoSuchDayError):
        read_date("18/12/2026", reader)
