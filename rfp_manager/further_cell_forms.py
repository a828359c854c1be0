"""The form for the cells of a row that its answer does not fill."""

from collections.abc import Mapping, Sequence
from typing import Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from rfp_manager.models import FurtherCell, Question
from rfp_manager.services.column_headings import headings_of
from rfp_manager.services.further_cells import OpenCell, newest, open_cells
from rfp_manager.workbooks.writing.values import CELL_UNITS

PREFIX = "cell_"
FORM_ID = "further-form"  # of the form that the fields belong to: they stand within the answer's


class FurtherCellsForm(forms.Form):
    """One field for each open cell; `seen` is the newest row that the person was looking at (0: none)."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput())

    def __init__(
        self,
        data: QueryDict | None,
        *,
        places: Sequence[OpenCell],
        held: Mapping[str, FurtherCell],
        headings: Mapping[str, str],
    ) -> None:
        self.held = held
        newest_row = max((row.pk for row in held.values()), default=0)
        initial = {"seen": newest_row} | {PREFIX + column: row.value for column, row in held.items()}
        super().__init__(data, initial=initial, auto_id="further_%s")
        for place in places:
            self.fields[PREFIX + place.column] = _field(place, headings.get(place.column, ""))
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM_ID

    @classmethod
    def of(cls, question: Question, data: QueryDict | None = None) -> Self | None:
        """None where the answer is all that its row asks for."""
        places = open_cells(question)
        if not places:
            return None
        headings = headings_of(question, [place.column for place in places])
        return cls(data, places=places, held=newest(question.further_cells.all()), headings=headings)

    @property
    def values(self) -> dict[str, str]:
        """By column, what was sent."""
        return {
            name.removeprefix(PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX)
        }

    @property
    def told(self) -> list[tuple[str, str]]:
        """What holds now: label and value, of the cells that have one."""
        return [
            (str(field.label), row.value)
            for name, field in self.fields.items()
            if (row := self.held.get(name.removeprefix(PREFIX))) and row.value
        ]


def _field(place: OpenCell, heading: str) -> forms.Field:
    column = _("Column %(column)s") % {"column": place.column}
    label, hint = (heading, column) if heading else (column, "")
    if place.options:
        offered = [("", _("Nothing chosen")), *((value, value) for value in place.options)]
        return forms.ChoiceField(label=label, help_text=hint, required=False, choices=offered)
    if place.role == "evidence":
        hint = _("Holds the sources of the answer unless you write something else.")
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=CELL_UNITS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
