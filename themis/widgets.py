"""Form widgets of the shell: the drop zone for files, themes; dates and times are in `themis.dates.widgets`.

They are plain HTML controls first, so that every form works without JavaScript.
"""

from typing import Any

from django import forms

from themis.dates.widgets import DateInput, DateTimeInput, TimeInput

__all__ = ["DateInput", "DateTimeInput", "DropZoneInput", "ThemeSelect", "TimeInput"]


class DropZoneInput(forms.FileInput):
    """A file input that the form renderer draws as a drop zone.

    `accept` is the list of extensions, with the dot. With `multiple` use it in a
    `themis.forms.FilesField`. With `in_parts` large files are sent in parts before the form, and
    can be paused and resumed; the view then has to ask `themis.uploads.uploaded_files` for them.
    """

    is_drop_zone = True
    # Below this a lost connection costs little; bytes.
    PARTS_FROM = 8 * 1024 * 1024
    allow_multiple_selected = True

    def __init__(
        self,
        *,
        accept: list[str] | None = None,
        multiple: bool = False,
        in_parts: bool = False,
        attrs: dict[str, Any] | None = None,
    ) -> None:
        attrs = dict(attrs or {})
        if accept:
            attrs["accept"] = ",".join(accept)
        # Django makes every widget that may take several files take several, unless told.
        attrs["multiple"] = multiple
        self.multiple = multiple
        self.in_parts = in_parts
        super().__init__(attrs=attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if self.multiple and hasattr(files, "getlist"):
            return files.getlist(name)
        return files.get(name)


class ThemeSelect(forms.RadioSelect):
    """Themes as tiles, each drawn in its own colours."""

    is_theme_select = True
