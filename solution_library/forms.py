from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.models import Organization
from core.net.errors import AddressRefused
from core.net.targets import check_target
from solution_library.models import DocumentationSource, Solution
from solution_library.models.document import DOCUMENT_EXTENSIONS
from solution_library.owner_field import OwnerField
from solution_library.scraping.policy import configured_policy
from themis.forms import FilesField, clean_logo, logo_input
from themis.pickers import PickerSelect
from themis.widgets import DropZoneInput

SOURCE_MAX_PAGES = 10_000
SOURCE_MAX_DEPTH = 50
ACCEPTED_DOCUMENTS = [f".{extension}" for extension in DOCUMENT_EXTENSIONS]


def _address_input() -> forms.TextInput:
    """For addresses of sites: a browser's own url field refuses "example.com", which the form completes."""
    return forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"})


class OrganizationForm(forms.ModelForm):
    website = forms.URLField(
        label=_("Website"), assume_scheme="https", required=False, widget=_address_input()
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = Organization
        fields = ["name", "kind", "website", "logo", "remove_logo"]
        widgets = {"logo": logo_input()}
        help_texts = {"logo": ""}  # the drop zone names the kinds

    field_order = ["name", "kind", "website", "logo", "remove_logo"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            del self.fields["remove_logo"]

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        return clean_logo(logo) if isinstance(logo, UploadedFile) else logo

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("remove_logo") and not isinstance(cleaned.get("logo"), UploadedFile):
            cleaned["logo"] = False  # how a model form is told to empty a file field
        return cleaned


class SolutionForm(forms.ModelForm):
    owner = OwnerField()

    class Meta:
        model = Solution
        fields = ["vendor", "name", "description", "owner"]
        widgets = {
            "vendor": PickerSelect(source="vendors"),
            "description": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "name": _("The product or service, as your customers know it."),
            "description": _("What it is, in a sentence or two. Your colleagues read it here."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vendor"].queryset = Organization.objects.vendors()  # type: ignore[attr-defined]
        self.fields["vendor"].empty_label = _("Choose the vendor")  # type: ignore[attr-defined]
        if self.instance.pk is None:
            del self.fields["owner"]  # whoever adds it


class DocumentUploadForm(forms.Form):
    """Draws the drop zone. Each file is checked by the service, so that a bad one does not stop the others."""

    files = FilesField(  # type: ignore[assignment]
        label=_("Add documents"), accept=ACCEPTED_DOCUMENTS, in_parts=True
    )


class ReplaceFileForm(forms.Form):
    """`replaces` is the content hash of the file that the person was looking at."""

    file = forms.FileField(label=_("New file"), widget=DropZoneInput(accept=ACCEPTED_DOCUMENTS))
    replaces = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=64)


class PatternsField(forms.CharField):
    """Patterns, one a line; cleans to a list."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = dict.fromkeys(line.strip() for line in (super().to_python(value) or "").splitlines())
        return [line for line in lines if line]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > 50 or any(len(pattern) > 300 for pattern in value):
            raise forms.ValidationError(_("At most 50 patterns of 300 characters each, one a line."))


class SourceForm(forms.ModelForm):
    base_url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        widget=_address_input(),
        help_text=_(
            "The start page. What lies in its folder or below is read: https://docs.example.com/product/"
        ),
    )
    include_patterns = PatternsField(
        label=_("Only these pages"),
        required=False,
        help_text=_("One pattern a line, such as /product/v2/*. Empty: every page below the start page."),
    )
    exclude_patterns = PatternsField(
        label=_("Not these pages"),
        required=False,
        help_text=_("One pattern a line, such as /product/archive/* or *print=1*."),
    )

    class Meta:
        model = DocumentationSource
        fields = [
            "name",
            "base_url",
            "schedule",
            "include_patterns",
            "exclude_patterns",
            "max_pages",
            "max_depth",
        ]
        labels = {"max_pages": _("Pages at most"), "max_depth": _("Links deep at most")}
        help_texts = {
            "name": _("How your colleagues know this site."),
            "schedule": _("How often the site is read again. Only what changed is embedded anew."),
            "max_depth": _(
                "How many links away from the start page. Pages in the site's own sitemap count as one."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["max_pages"].widget.attrs |= {"min": 1, "max": SOURCE_MAX_PAGES}
        self.fields["max_depth"].widget.attrs |= {"min": 1, "max": SOURCE_MAX_DEPTH}

    def clean_base_url(self) -> str:
        url = self.cleaned_data["base_url"]
        try:
            check_target(url, configured_policy().addresses)
        except AddressRefused as error:
            raise forms.ValidationError(str(error)) from error
        twins = DocumentationSource.objects.filter(solution=self.instance.solution, base_url=url)
        if twins.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This site is already a source of this solution."))
        return url

    def clean_max_pages(self) -> int:
        return self._within("max_pages", SOURCE_MAX_PAGES)

    def clean_max_depth(self) -> int:
        return self._within("max_depth", SOURCE_MAX_DEPTH)

    def _within(self, name: str, limit: int) -> int:
        value: int = self.cleaned_data[name]
        if not 1 <= value <= limit:
            raise forms.ValidationError(_("Choose a number from 1 to %(limit)s.") % {"limit": limit})
        return value
