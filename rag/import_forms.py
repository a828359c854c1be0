"""Forms of importing answers: the table, and which of its columns is which."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User
from rag.services.import_tables import FIELDS, HEADING_WITHIN, ImportTable
from solution_library.answer_forms import SolutionChoiceField
from solution_library.models import AnswerImport, Solution
from themis.widgets import DropZoneInput

LABELS = {
    "question": _("Question"),
    "answer": _("Answer"),
    "choice": _("Choice"),
    "tags": _("Tags"),
    "review_by": _("Review by"),
}
REQUIRED = ("question", "answer")
_SAMPLE_CHARACTERS = 40


class ImportUploadForm(forms.Form):
    solution = SolutionChoiceField(label=_("Solution"), empty_label=_("Choose the solution"))
    file = forms.FileField(label=_("Table"), widget=DropZoneInput(accept=[".xlsx", ".csv"]))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["solution"].offer(Solution.objects.visible_to(user))  # type: ignore[attr-defined]


class ImportMappingForm(forms.Form):
    """A column for each field, by its number from 0; empty for none."""

    heading = forms.TypedChoiceField(label=_("The row with the columns' names"), coerce=int, required=False)

    def __init__(self, *args: Any, found: AnswerImport, table: ImportTable, **kwargs: Any) -> None:
        self.given = {field: int(index) for field, index in found.mapping.get("columns", {}).items()}
        kwargs["initial"] = {**self.given, "heading": table.heading or ""}
        super().__init__(*args, **kwargs)
        self.table = table
        self.fields["heading"].choices = [("", _("None")), *_heading_rows(table)]  # type: ignore[attr-defined]
        choices = [(str(index), _name(table, index)) for index in range(len(table.rows[0]))]
        for field in FIELDS:
            none = _("Choose the column") if field in REQUIRED else _("None")
            self.fields[field] = forms.ChoiceField(
                label=LABELS[field], choices=[("", none), *choices], required=field in REQUIRED
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [cleaned[field] for field in FIELDS if cleaned.get(field)]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError(_("Each column can be one thing only. Choose different columns."))
        return cleaned

    @property
    def columns(self) -> dict[str, int]:
        return {field: int(self.cleaned_data[field]) for field in FIELDS if self.cleaned_data.get(field)}

    @property
    def heading_row(self) -> int:
        """The number of the row with the columns' names, 0 for none."""
        return self.cleaned_data.get("heading") or 0

    @property
    def current(self) -> tuple[dict[str, int], int]:
        """The columns to show a preview of and the row of their names: the chosen as far as valid, else the guessed."""
        if not self.is_bound:
            return self.given, self.table.heading
        self.is_valid()
        return self.columns, self.heading_row


def _heading_rows(table: ImportTable) -> list[tuple[str, str]]:
    """The rows that may name the columns, by their numbers and what stands in them."""
    found = []
    for number, row in enumerate(table.rows[:HEADING_WITHIN], start=1):
        if filled := [cell for cell in row if cell]:
            found.append((str(number), f"{number} · {', '.join(filled)[:_SAMPLE_CHARACTERS]}"))
    return found


def _name(table: ImportTable, index: int) -> str:
    """A column by its letter, and its name or what stands at its top."""
    letter = (
        chr(ord("A") + index)
        if index < 26
        else f"A{chr(ord('A') + index - 26)}"
        if index < 52
        else str(index + 1)
    )
    rows = [table.headings] if table.headings else table.rows[:5]
    top = next((row[index] for row in rows if row[index]), "")
    return f"{letter} · {top[:_SAMPLE_CHARACTERS]}" if top else letter
