"""Form widgets of the shell: the drop zone for files, themes; dates and times are in `themis.dates.widgets`.

They are plain HTML controls first, so that every form works without JavaScript.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise

from core.uploads import too_large
from themis.dates.widgets import DateInput, DateTimeInput, TimeInput

__all__ = ["DateInput", "DateTimeInput", "DropZoneInput", "ThemeSelect", "TimeInput"]


class DropZoneInput(forms.FileInput):
    """A file input that the form renderer draws as a drop zone.

    `accept` is the list of extensions, with the dot. With `multiple` use it in a
    `themis.forms.FilesField`. With `in_parts` large files are sent in parts before the form, and
    can be paused and resumed; the view then has to ask `themis.uploads.uploaded_files` for them.
    `max_size` is the field's own limit in bytes, where it is lower than that of all uploads, and
    `too_large` the sentence with which the field refuses more. The browser says it before anything is sent.
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
        max_size: int | None = None,
        too_large: str | Promise = "",
        attrs: dict[str, Any] | None = None,
    ) -> None:
        attrs = dict(attrs or {})
        if accept:
            attrs["accept"] = ",".join(accept)
        # Django makes every widget that may take several files take several, unless told.
        attrs["multiple"] = multiple
        self.multiple = multiple
        self.in_parts = in_parts
        self.max_size = max_size
        self.too_large = too_large
        super().__init__(attrs=attrs)

    @property
    def limit(self) -> int:
        """The largest file in bytes."""
        return min(self.max_size or settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_BYTES)

    @property
    def refusal(self) -> str:
        """Why a larger file is not taken; "{size}" stands for its megabytes."""
        return str(self.too_large or too_large("{size}"))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if self.multiple and hasattr(files, "getlist"):
            return files.getlist(name)
        return files.get(name)


class ThemeSelect(forms.RadioSelect):
    """Themes as tiles, each drawn in its own colours."""

    is_theme_select = True
