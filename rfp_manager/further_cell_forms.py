"""The form for the cells of a row that its answer does not fill."""

from collections.abc import Sequence
from typing import Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from rfp_manager.models import Question
from rfp_manager.services.further_cells import Beside, cells_beside
from rfp_manager.workbooks.writing.values import CELL_UNITS

PREFIX = "cell_"
FORM_ID = "further-form"  # of the form that the fields belong to: they stand within the answer's


class FurtherCellsForm(forms.Form):
    """One field for each open cell; `seen` is the newest row that the person was looking at (0: none)."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput())

    def __init__(self, data: QueryDict | None, *, cells: Sequence[Beside], newest: int) -> None:
        self.cells = cells
        initial = {"seen": newest} | {PREFIX + cell.place.column: cell.value for cell in cells}
        super().__init__(data, initial=initial, auto_id="further_%s")
        for cell in cells:
            self.fields[PREFIX + cell.place.column] = _field(cell)
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM_ID

    @classmethod
    def of(cls, question: Question, data: QueryDict | None = None) -> Self | None:
        """None where the answer is all that its row asks for."""
        cells, newest = cells_beside(question)
        return cls(data, cells=cells, newest=newest) if cells else None

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
            (str(self.fields[PREFIX + cell.place.column].label), cell.value)
            for cell in self.cells
            if cell.value
        ]


def _field(cell: Beside) -> forms.Field:
    place, heading = cell.place, cell.heading
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
