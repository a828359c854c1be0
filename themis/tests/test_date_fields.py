"""The fields for dates in forms: they show and read the person's format and ISO, and say how to write it."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone

from themis import formatting
from themis.formatting import Preferences
from themis.forms import DateField, DateTimeField, DeadlineField, TimeField

SUMMER = dt.datetime(2026, 7, 4, 15, 30, tzinfo=dt.UTC)


class MomentForm(forms.Form):
    day = DateField(required=False)
    hour = TimeField(required=False)
    moment = DateTimeField(required=False)


@pytest.fixture(autouse=True)
def german_in_berlin() -> Iterator[None]:
    formatting.activate(Preferences(language="de", time_zone="Europe/Berlin", date_style="short"))
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield
    formatting.activate(None)


def read(**data: object) -> dict[str, object]:
    form = MomentForm(data)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def error(**data: object) -> str:
    form = MomentForm(data)
    assert not form.is_valid()
    (messages,) = form.errors.values()
    return str(messages[0])


def test_values_are_shown_in_the_persons_format_and_zone() -> None:
    drawn = str(MomentForm(initial={"day": dt.date(2026, 12, 3), "hour": dt.time(9, 5), "moment": SUMMER}))
    for shown in ("03.12.2026", "09:05", "04.07.2026", "17:30"):
        assert f'value="{shown}"' in drawn
    assert 'id="id_moment_0"' in drawn
    assert 'for="id_moment_0"' in drawn
    assert "style=" not in drawn


def test_the_persons_format_and_iso_are_read() -> None:
    day = dt.date(2026, 12, 3)
    assert read(day="3.12.2026")["day"] == read(day="2026-12-03")["day"] == day
    assert read(moment_0="4.7.2026", moment_1="17:30")["moment"] == SUMMER
    assert read(moment_0="2026-07-04", moment_1="17:30")["moment"] == SUMMER
    assert read(hour="9.05")["hour"] == dt.time(9, 5)
    assert read() == {"day": None, "hour": None, "moment": None}


def test_a_deadlines_date_alone_lasts_to_the_end_of_that_day() -> None:
    class DeadlineForm(forms.Form):
        due = DeadlineField()

    form = DeadlineForm({"due_0": "4.7.2026", "due_1": " "})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due"] == dt.datetime(2026, 7, 4, 21, 59, tzinfo=dt.UTC)
    assert not DeadlineForm({"due_0": "soon", "due_1": ""}).is_valid()


def test_programs_send_a_moment_under_one_name() -> None:
    for sent in (SUMMER, "2026-07-04T17:30", "2026-07-04 15:30:00+00:00", "2026-07-04T15:30Z"):
        assert read(moment=sent)["moment"] == SUMMER, sent
    assert read(moment=dt.date(2026, 7, 4))["moment"] == dt.datetime(2026, 7, 3, 22, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"day": "soon"}, "31.12."),
        ({"day": "31.02.2026"}, "31.02.2026"),
        ({"hour": "late"}, "17:30"),
        ({"moment_0": "soon", "moment_1": "17:30"}, "31.12."),
        ({"moment_0": "4.7.2026", "moment_1": ""}, "Add the time, like 17:30"),
        ({"moment_0": "", "moment_1": "17:30"}, "required"),
        ({"moment_0": "4.7.2026", "moment_1": "late"}, "17:30"),
        ({"moment": "soon"}, "T17:30"),
        ({"moment": "0001-01-01T00:00"}, "no such day"),
        ({"moment_0": "9999-12-31", "moment_1": "23:59"}, "no such day"),
    ],
)
def test_errors_say_how_it_is_written_with_an_example(data: dict[str, str], said: str) -> None:
    assert said in error(**data)


def test_an_hour_that_clocks_leave_out_is_refused_with_the_next() -> None:
    said = error(moment_0="29.3.2026", moment_1="2:30")
    assert "Europe/Berlin" in said
    assert said.endswith("The next time that there is: 03:00.")
    assert "03:00" in error(moment="2026-03-29T02:30")


def test_a_skipped_day_offers_the_next_with_its_date() -> None:
    with timezone.override(ZoneInfo("Pacific/Apia")):
        assert "31.12.2011, 00:00" in error(moment_0="30.12.2011", moment_1="12:00")


def test_what_could_not_be_read_is_shown_as_it_was_typed() -> None:
    drawn = str(MomentForm({"moment_0": "soon", "moment_1": '"late"', "day": "one day"}))
    for shown in ("soon", "&quot;late&quot;", "one day"):
        assert f'value="{shown}"' in drawn
    assert drawn.count('aria-invalid="true"') == 3


def test_saving_a_form_unchanged_changes_nothing() -> None:
    second = dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)  # the second 02:30 of that night
    odd = dt.timedelta(seconds=7, microseconds=5)
    for moment in (SUMMER, second, second - dt.timedelta(hours=1), SUMMER + odd, second + odd):
        date, time = MomentForm().fields["moment"].widget.format_value(moment)
        form = MomentForm({"moment_0": date, "moment_1": time}, initial={"moment": moment})
        assert form.is_valid()
        assert form.cleaned_data["moment"] == moment
        assert not form.has_changed()


def test_seconds_are_not_shown_and_stay_until_the_time_is_changed() -> None:
    moment, hour = SUMMER.replace(second=29), dt.time(9, 5, 29)
    drawn = str(MomentForm(initial={"moment": moment, "hour": hour}))
    assert 'value="17:30"' in drawn
    assert 'value="09:05"' in drawn
    assert ":29" not in drawn
    initial = {"moment": moment, "hour": hour}
    unchanged = MomentForm({"moment_0": "4.7.2026", "moment_1": "17:30", "hour": "9:05"}, initial=initial)
    assert unchanged.is_valid()
    assert unchanged.cleaned_data == initial | {"day": None}
    assert not unchanged.has_changed()
    changed = MomentForm({"moment_0": "4.7.2026", "moment_1": "17:31", "hour": "9:05:30"}, initial=initial)
    assert changed.is_valid()
    assert changed.cleaned_data["moment"] == SUMMER + dt.timedelta(minutes=1)
    assert changed.cleaned_data["hour"] == dt.time(9, 5, 30)
    assert changed.changed_data == ["hour", "moment"]


def test_times_are_suggested_by_quarters_of_an_hour() -> None:
    drawn = str(MomentForm()["hour"])
    assert drawn.count("<option") == 96
    assert '<option value="17:45">' in drawn
