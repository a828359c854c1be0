"""Choosing people, organizations and tags by typing: a <select> or text box that static/js/picker.js makes a combobox.

Without the script the <select> (or the box with commas) works alone. A list that is too long for the
page is cut there, and the script searches the whole of it: `register_picker_source`, themis/views/pickers.py.
"""

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.urls import reverse
from django.utils.translation import gettext as _

# Choices that a page holds; beyond them the script asks the server.
MOST_CHOICES = 300


def picker_attributes(source: str = "", kind: str = "choice") -> dict[str, str]:
    """The attributes by which the script knows a picker, with the words that it says."""
    words = {
        "none": _("Nothing fits."),
        "found": _("found"),
        "add": _("Add"),
        "remove": _("Remove"),
        "failed": _("The server does not answer."),
        "show": _("Show the list"),
    }
    attributes = {"data-picker": kind, "data-picker-words": json.dumps(words, ensure_ascii=False)}
    if source:
        attributes["data-picker-source"] = reverse("themis:pick", args=[source])
    return attributes


class _Searchable:
    """Mixed into Select and SelectMultiple: at most MOST_CHOICES options, what is chosen always among them."""

    source: str
    choices: Any

    def __init__(self, *, source: str = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs)  # type: ignore[call-arg]
        self.source = source

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        everything = self.choices
        some = list(islice(everything, MOST_CHOICES + 1))
        cut = len(some) > MOST_CHOICES
        self.choices = [*some[:MOST_CHOICES], *self._chosen(everything, some, value)] if cut else some
        try:
            extra = picker_attributes(self.source if cut else "")
            return super().get_context(name, value, {**extra, **(attrs or {})})  # type: ignore[misc]
        finally:
            self.choices = everything

    @staticmethod
    def _chosen(everything: Any, some: list[tuple[Any, Any]], value: Any) -> Iterable[tuple[Any, Any]]:
        """The choices that are made already and stand behind the cut."""
        if not isinstance(everything, ModelChoiceIterator):
            return []
        values = value if isinstance(value, list | tuple) else [value]
        shown = {str(key) for key, _label in some[:MOST_CHOICES]}
        wanted = [each for each in values if str(each).isdecimal() and str(each) not in shown]
        field = everything.field
        rows = everything.queryset.filter(pk__in=wanted) if wanted else []
        return [(ModelChoiceIteratorValue(row.pk, row), field.label_from_instance(row)) for row in rows]


class PickerSelect(_Searchable, forms.Select):
    """One choice out of many, found by typing. `source` names what the script asks when the list is long."""


class PickerSelectMultiple(_Searchable, forms.SelectMultiple):
    """Several choices out of many, found by typing."""


class TagsInput(forms.TextInput):
    """Tags with commas between; the script shows each as one, and suggests those that there are."""

    def __init__(self, *, source: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs)
        self.source = source

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, {**picker_attributes(self.source, "tags"), **(attrs or {})})
