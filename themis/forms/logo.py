"""What a company's logo may be, beyond being an image; for the forms that take one."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.uploads import clean_filename
from themis.widgets import DropZoneInput

LOGO_EXTENSIONS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
LOGO_MAX_BYTES = 2 * 1024 * 1024
LOGO_MAX_PIXELS = 4000
_TOO_LARGE = gettext_lazy("A logo may have 2 MB at most. Save it smaller.")


def logo_input() -> DropZoneInput:
    """The drop zone for a logo, which says what a logo may be and refuses what is larger."""
    return DropZoneInput(accept=list(LOGO_EXTENSIONS), max_size=LOGO_MAX_BYTES, too_large=_TOO_LARGE)


def clean_logo(logo: UploadedFile) -> UploadedFile:
    """The image that an ImageField has accepted, under a clean name. Raises ValidationError when too large."""
    check_image(logo, too_large=_TOO_LARGE, too_wide=_("A logo may be 4,000 pixels wide and high at most."))
    logo.name = clean_filename(logo.name or "")
    return logo


def check_image(picture: UploadedFile, *, too_large: str | Promise, too_wide: str | Promise) -> None:
    """Raise ValidationError, with the sentence given, for an image of too many bytes or pixels."""
    if (picture.size or 0) > LOGO_MAX_BYTES:
        raise ValidationError(str(too_large))
    image = getattr(picture, "image", None)
    if image and max(image.size) > LOGO_MAX_PIXELS:
        raise ValidationError(str(too_wide))
