"""The form renderer and the fields of the shell for files."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from pytest_django import Settings

from themis.forms import FilesField, OwnOrganizationForm, clean_logo
from themis.widgets import DropZoneInput


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As on the contract.")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)


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


def test_a_drop_zone_says_the_limit_of_its_field_and_with_which_words_more_is_refused(
    settings: Settings,
) -> None:
    settings.UPLOAD_MAX_BYTES = 50 * 1024 * 1024
    plain, logo = str(FilesForm()), str(OwnOrganizationForm())
    assert 'data-limit="52428800"' in plain
    assert "50 MB" in plain
    assert "The file has {size} MB; the limit is 50 MB." in plain
    assert 'data-limit="2097152"' in logo
    assert "at most 2 MB" in logo
    large = SimpleUploadedFile("logo.png", b"\x89PNG" + bytes(2 * 1024 * 1024))
    with pytest.raises(forms.ValidationError) as refused:
        clean_logo(large)
    assert f'data-too-large="{refused.value.message}"' in logo
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    assert "at most 1 MB" in str(OwnOrganizationForm())
