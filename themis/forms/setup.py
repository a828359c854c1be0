from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator, validate_email
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.permissions import CONTRIBUTOR
from themis.forms.logo import LOGO_EXTENSIONS, clean_logo, logo_input
from themis.forms.people import ROLE_CHOICES, InvitationLanguageField
from themis.models import Invitation
from themis.services.setup import split_addresses

INVITED_AT_ONCE = 50


class OwnOrganizationForm(forms.Form):
    """Who we are."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As your customers know it."))
    logo = forms.ImageField(
        label=_("Logo"),
        required=False,
        widget=logo_input(),
        validators=[FileExtensionValidator([extension[1:] for extension in LOGO_EXTENSIONS])],
    )

    def clean_logo(self) -> UploadedFile | None:
        logo = self.cleaned_data["logo"]
        return clean_logo(logo) if logo else None


class InvitationsForm(forms.Form):
    """Several people with the same roles."""

    emails = forms.CharField(
        label=_("E-mail addresses"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_("One or many: with commas, spaces or new lines between."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple, initial=[CONTRIBUTOR]
    )
    language = InvitationLanguageField()

    def clean_emails(self) -> list[str]:
        emails = split_addresses(self.cleaned_data["emails"])
        if len(emails) > INVITED_AT_ONCE:
            raise ValidationError(
                _("Invite %(most)d people at once at most."), params={"most": INVITED_AT_ONCE}
            )
        problems = [
            *_told(
                _("No e-mail address: %(emails)s."), [email for email in emails if not _is_address(email)]
            ),
            *_told(_("Has an account already: %(emails)s."), _known(User.objects.all(), emails)),
            *_told(_("Is invited already: %(emails)s."), _known(Invitation.objects.open(), emails)),
        ]
        if problems:
            raise ValidationError(problems)
        return emails


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _known(rows: Any, emails: list[str]) -> list[str]:
    known = set(
        rows.annotate(lower_email=Lower("email"))
        .filter(lower_email__in=emails)
        .values_list("lower_email", flat=True)
    )
    return [email for email in emails if email in known]


def _told(message: Any, emails: list[str]) -> list[ValidationError]:
    return [ValidationError(message, params={"emails": ", ".join(emails)})] if emails else []
