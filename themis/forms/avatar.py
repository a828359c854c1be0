import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.storage import validate_s3_connectivity
from themis.forms.logo import LOGO_MAX_BYTES, check_image
from themis.widgets import DropZoneInput

AVATAR_EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp")
# What an image is by its content, and the extension that it gets.
# MPO is how many phones write a JPEG.
_FORMATS = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp"}
_TOO_LARGE = gettext_lazy("A picture may have 2 MB at most. Save it smaller.")


class AvatarForm(forms.Form):
    """The picture that a person is shown with."""

    picture = forms.ImageField(
        label=gettext_lazy("New picture"),
        widget=DropZoneInput(accept=list(AVATAR_EXTENSIONS), max_size=LOGO_MAX_BYTES, too_large=_TOO_LARGE),
        validators=[FileExtensionValidator([extension[1:] for extension in AVATAR_EXTENSIONS])],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "avatar_%s"

    def clean_picture(self) -> UploadedFile:
        """The picture under a name of ours, never used before: browsers keep pictures by their names."""
        picture: UploadedFile = self.cleaned_data["picture"]
        check_image(
            picture,
            too_large=_TOO_LARGE,
            too_wide=_("A picture may be 4,000 pixels wide and high at most."),
        )
        extension = _FORMATS.get(getattr(picture, "image").format or "")  # noqa: B009 - set by ImageField
        if extension is None:
            raise forms.ValidationError(
                _("The file is no PNG, JPEG or WebP, though its name says so. Save it as one of these.")
            )
        validate_s3_connectivity()
        picture.name = f"{uuid.uuid4().hex}.{extension}"
        return picture
