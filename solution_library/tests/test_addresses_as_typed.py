"""An address typed without https:// reaches the form, which completes it."""

from django import forms

from core.models import Organization
from solution_library.forms import OrganizationForm, SourceForm


def test_the_browser_does_not_refuse_an_address_without_a_scheme() -> None:
    for field in (OrganizationForm().fields["website"], SourceForm.base_fields["base_url"]):
        assert isinstance(field.widget, forms.TextInput)
        assert field.widget.input_type == "text"
        assert field.widget.attrs["inputmode"] == "url"


def test_a_website_without_a_scheme_is_completed(db: None) -> None:
    form = OrganizationForm({"name": "Acme", "kind": Organization.Kind.VENDOR, "website": "example.com"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["website"] == "https://example.com"
