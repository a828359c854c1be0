"""The form renderer, the fields of the shell, and widgets that read back what they show."""

import datetime as dt
import zoneinfo

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from django.utils.datastructures import MultiValueDict

from themis.forms import FilesField
from themis.widgets import DateInput, DateTimeInput, DropZoneInput, TimeInput

LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt-br", "sv", "ja", "tr", "cs"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As on the contract.")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)


class MomentForm(forms.Form):
    day = forms.DateField(widget=DateInput)
    hour = forms.TimeField(widget=TimeInput)
    moment = forms.DateTimeField(widget=DateTimeInput)


class FilesForm(forms.Form):
    documents = FilesField(accept=[".pdf", ".md"])


def test_help_and_errors_are_tied_to_their_control() -> None:
    drawn = str(SampleForm({"name": ""}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_helptext"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_every_control_has_its_class_and_radio_buttons_a_legend() -> None:
    drawn = str(SampleForm())
    assert 'class="input w-full"' in drawn
    assert "<legend" in drawn
    assert 'class="radio radio-sm"' in drawn
    assert 'class="checkbox"' in drawn
    assert "style=" not in drawn


def test_required_fields_are_marked_for_everybody() -> None:
    drawn = str(SampleForm())
    assert drawn.count('class="required-mark') == 2
    assert "(required)" in drawn


def test_what_a_person_typed_is_escaped() -> None:
    drawn = str(SampleForm({"name": '"><img src=x onerror=alert(1)>'}))
    assert "<img" not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("zone", ZONES)
def test_dates_and_times_read_back_what_they_show(language: str, zone: str) -> None:
    moment = dt.datetime(2026, 7, 4, 15, 30, tzinfo=dt.UTC)
    values = {"day": dt.date(2026, 12, 31), "hour": dt.time(23, 59), "moment": moment}
    with translation.override(language), timezone.override(zone):
        shown = MomentForm(initial=values)
        posted = {
            name: shown[name].field.widget.format_value(shown[name].value())
            for name in ("day", "hour", "moment")
        }
        read = MomentForm(posted)
        assert read.is_valid(), read.errors
        assert read.cleaned_data == values


def test_an_hour_that_does_not_exist_is_refused_in_words() -> None:
    with timezone.override("Europe/Berlin"):
        form = MomentForm({"day": "2026-03-29", "hour": "02:30", "moment": "2026-03-29T02:30"})
        assert not form.is_valid()
        assert "moment" in form.errors
        assert "Europe/Berlin" in form.errors["moment"][0]


def test_dates_are_sent_as_iso_whatever_the_language() -> None:
    with translation.override("de"):
        drawn = str(MomentForm(initial={"day": dt.date(2026, 12, 31)}))
    assert 'type="date"' in drawn
    assert 'value="2026-12-31"' in drawn


def test_the_zones_of_this_test_exist() -> None:
    assert set(ZONES) <= zoneinfo.available_timezones()


def files(*entries: tuple[str, bytes]) -> MultiValueDict:
    return MultiValueDict({"documents": [SimpleUploadedFile(name, content) for name, content in entries]})


def test_several_files_arrive_as_a_list() -> None:
    form = FilesForm({}, files(("a.pdf", b"1"), ("b.md", b"2")))
    assert form.is_valid(), form.errors
    assert [file.name for file in form.cleaned_data["documents"]] == ["a.pdf", "b.md"]


def test_the_empty_one_of_several_files_is_named() -> None:
    form = FilesForm({}, files(("a.pdf", b"1"), ("b.md", b"")))
    assert form.errors["documents"] == ["b.md: The submitted file is empty."]


def test_no_file_at_all_is_an_error_of_a_required_field() -> None:
    assert "required" in FilesForm({}, MultiValueDict()).errors["documents"][0]


def test_a_drop_zone_is_a_plain_file_input_underneath() -> None:
    drawn = str(FilesForm())
    assert "data-drop-zone" in drawn
    assert 'type="file"' in drawn
    assert "multiple" in drawn
    assert 'accept=".pdf,.md"' in drawn
    assert "PDF, MD" in drawn


def test_a_drop_zone_for_one_file_takes_one() -> None:
    class OneForm(forms.Form):
        document = forms.FileField(widget=DropZoneInput(accept=[".pdf"]))

    assert "multiple" not in str(OneForm())
    form = OneForm({}, MultiValueDict({"document": [SimpleUploadedFile("a.pdf", b"1")]}))
    assert form.is_valid()
    assert form.cleaned_data["document"].name == "a.pdf"
