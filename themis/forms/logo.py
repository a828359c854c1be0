"""What a company's logo may be, beyond being an image; for the forms that take one."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core.uploads import clean_filename

LOGO_EXTENSIONS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
LOGO_MAX_BYTES = 2 * 1024 * 1024
LOGO_MAX_PIXELS = 4000


def clean_logo(logo: UploadedFile) -> UploadedFile:
    """The image that an ImageField has accepted, under a clean name. Raises ValidationError when too large."""
    if (logo.size or 0) > LOGO_MAX_BYTES:
        raise ValidationError(_("A logo may have 2 MB at most. Save it smaller."))
    image = getattr(logo, "image", None)
    if image and max(image.size) > LOGO_MAX_PIXELS:
        raise ValidationError(_("A logo may be 4,000 pixels wide and high at most."))
    logo.name = clean_filename(logo.name or "")
    return logo
