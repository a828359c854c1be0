"""Fields for dates, times and moments that are typed in the person's own format or in ISO 8601."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from themis.dates.clock_changes import zone_name
from themis.dates.entry import (
    LeftOutError,
    NoSuchDayError,
    NotUnderstoodError,
    date_text,
    in_zone,
    read_date,
    read_moment,
    read_time,
    time_text,
    whole_minutes,
)
from themis.dates.widgets import DateInput, DateTimeInput, TimeInput, date_example, time_example
from themis.formatting import active


class DateField(forms.DateField):
    """A date; the errors say how it is written, with an example."""

    widget = DateInput

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            return read_date(str(value), active())
        except NoSuchDayError as error:
            raise _no_such_day(str(value)) from error
        except NotUnderstoodError as error:
            raise forms.ValidationError(
                _("Write the date like %(example)s, or as year-month-day: %(iso)s.")
                % {"example": date_example(active()), "iso": f"{timezone.now().year}-12-31"},
                code="invalid",
            ) from error


class _KeepsSeconds(forms.Field):
    """The boxes show no seconds: while they say what they said, the stored value stays as it is."""

    def _clean_bound_field(self, bf: forms.BoundField) -> Any:
        return _kept(super()._clean_bound_field(bf), bf.initial)  # type: ignore[misc]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(_kept(self.to_python(data), initial) != self.to_python(initial))
        except forms.ValidationError:
            return True


def _kept(value: Any, initial: Any) -> Any:
    """`initial` where `value` is what the boxes show of it."""
    if isinstance(initial, dt.datetime) and timezone.is_naive(initial):
        initial = timezone.make_aware(initial)
    if isinstance(initial, dt.time | dt.datetime) and value == whole_minutes(initial):
        return initial
    return value


class TimeField(_KeepsSeconds, forms.TimeField):
    """A time of day to the minute, or to the second if seconds are typed."""

    widget = TimeInput

    def to_python(self, value: Any) -> dt.time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.time):
            return value
        try:
            return read_time(str(value), active())
        except NotUnderstoodError as error:
            raise _unreadable_time() from error


class DateTimeField(_KeepsSeconds, forms.DateTimeField):
    """An aware moment, typed as date and time in the active time zone.

    A time that clocks leave out is refused in words that offer the next one. Of a time that they
    show twice it is the first, unless the offset stands behind it ("02:30 UTC+01:00"); the box
    shows such times with it.
    """

    widget = DateTimeInput
    time_left_out: dt.time | None = None  # what a date alone means; None: the time has to be there

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> dt.datetime | None:
        if value in self.empty_values:
            return None
        zone = timezone.get_current_timezone()
        try:
            if isinstance(value, tuple):
                date, time = value
                return self._read(date, time, zone)
            return self._whole(value, zone)
        except LeftOutError as error:
            raise _left_out(error, zone) from error

    def _read(self, date: str, time: str, zone: dt.tzinfo) -> dt.datetime:
        # Whichever box is at fault is the one that the error speaks of.
        DateField().clean(date)
        if not time.strip():
            if self.time_left_out is None:
                raise forms.ValidationError(
                    _("Add the time, like %(example)s.") % {"example": time_example(active())},
                    code="incomplete",
                )
            time = self.time_left_out.isoformat("minutes")
        try:
            return read_moment(date, time, active(), zone)
        except NoSuchDayError as error:
            raise _no_such_day(date) from error
        except NotUnderstoodError as error:
            raise _unreadable_time() from error

    def _whole(self, value: Any, zone: dt.tzinfo) -> dt.datetime:
        """What a program sent under one name: a datetime, a date (its first minute) or ISO 8601."""
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            value = dt.datetime.combine(value, dt.time())
        if not isinstance(value, dt.datetime):
            try:
                value = dt.datetime.fromisoformat(str(value).strip())
            except ValueError as error:
                raise forms.ValidationError(
                    _("Write date and time like %(iso)s.") % {"iso": f"{timezone.now().year}-12-31T17:30"},
                    code="invalid",
                ) from error
        if not dt.MINYEAR < value.year < dt.MAXYEAR:
            raise _no_such_day(str(value.date()))
        return value if timezone.is_aware(value) else in_zone(value, zone)


class DeadlineField(DateTimeField):
    """A moment until when: a date alone lasts to the end of that day."""

    time_left_out = dt.time(23, 59)


def _no_such_day(text: str) -> forms.ValidationError:
    return forms.ValidationError(
        _("The calendar has no such day: %(date)s. Write it like %(example)s.")
        % {"date": text.strip(), "example": date_example(active())},
        code="invalid",
    )


def _unreadable_time() -> forms.ValidationError:
    return forms.ValidationError(
        _("Write the time like %(example)s, or by 24 hours: 17:30.") % {"example": time_example(active())},
        code="invalid",
    )


def _left_out(error: LeftOutError, zone: dt.tzinfo) -> forms.ValidationError:
    """Says where and why, and names the next time; its date too where that is another day."""
    preferences = active()
    following = time_text(error.following.time(), preferences)
    if error.following.date() != error.local.date():
        following = f"{date_text(error.following.date(), preferences)}, {following}"
    return forms.ValidationError(
        _(
            "On %(date)s there is no %(time)s in %(zone)s: the clocks go forward over it. "
            "The next time that there is: %(following)s."
        )
        % {
            "date": date_text(error.local.date(), preferences),
            "time": time_text(error.local.time(), preferences),
            "zone": zone_name(zone),
            "following": following,
        },
        code="left_out",
    )
