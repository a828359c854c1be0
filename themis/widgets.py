"""Form widgets of the shell: dates and times that browsers can edit, and the drop zone for files.

They are plain HTML controls first, so that every form works without JavaScript.
"""

from typing import Any

from django import forms


class DateInput(forms.DateInput):
    """A date as the browser's own date control; the wire format is always ISO 8601."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day to the minute as the browser's own control."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    """A moment in the active time zone (the user's, set by `themis.middleware`), to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class DropZoneInput(forms.FileInput):
    """A file input that the form renderer draws as a drop zone.

    `accept` is the list of extensions, with the dot. With `multiple` use it in a
    `themis.forms.FilesField`.
    """

    is_drop_zone = True
    allow_multiple_selected = True

    def __init__(
        self, *, accept: list[str] | None = None, multiple: bool = False, attrs: dict[str, Any] | None = None
    ) -> None:
        attrs = dict(attrs or {})
        if accept:
            attrs["accept"] = ",".join(accept)
        # Django makes every widget that may take several files take several, unless told.
        attrs["multiple"] = multiple
        self.multiple = multiple
        super().__init__(attrs=attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if self.multiple and hasattr(files, "getlist"):
            return files.getlist(name)
        return files.get(name)


class ThemeSelect(forms.RadioSelect):
    """Themes as tiles, each drawn in its own colours."""

    is_theme_select = True
