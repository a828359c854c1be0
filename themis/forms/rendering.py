"""The one form renderer, and fields that belong to the shell.

`{{ form }}` in any template draws labels, help, errors (tied to the control by `aria-describedby`),
required marks and every kind of control in the design of the product. No page draws a field by hand.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import TemplatesSetting

from themis.widgets import DropZoneInput


class DaisyFormRenderer(TemplatesSetting):
    """Named by settings.FORM_RENDERER. The control's classes are set in `themis_forms.field_control`."""

    form_template_name = "components/forms/form.html"
    formset_template_name = "components/forms/formset.html"
    field_template_name = "components/forms/field.html"


class FilesField(forms.FileField):
    """Several files in one drop zone; cleans to a list of UploadedFile.

    Each file passes the checks of a plain FileField (not empty, name not too long) and the
    validators given; the errors of all of them are reported together, each with its file's name.
    """

    def __init__(self, *, accept: Sequence[str] = (), in_parts: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DropZoneInput(accept=list(accept), multiple=True, in_parts=in_parts))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [item for item in (data or []) if item]
        if not given:
            super().clean(None, initial)
            return []
        cleaned, problems = [], []
        for item in given:
            try:
                cleaned.append(super().clean(item, initial))
            except forms.ValidationError as error:
                problems += [
                    forms.ValidationError(
                        "%(file)s: %(problem)s", params={"file": item.name, "problem": message}
                    )
                    for message in error.messages
                ]
        if problems:
            raise forms.ValidationError(problems)
        return cleaned
