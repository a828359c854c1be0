from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.permissions import ADMINISTRATOR, CONTRIBUTOR, LIBRARY_EDITOR, VIEWER
from themis.models import Invitation

ROLE_CHOICES = (
    (ADMINISTRATOR, _("Administrator: people, system status, every RFP")),
    (LIBRARY_EDITOR, _("Library editor: changes the library, creates RFPs")),
    (CONTRIBUTOR, _("Contributor: creates RFPs, answers those they are on the team of")),
    (VIEWER, _("Viewer: reads the library and what they are on the team of")),
)


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple, required=False
    )


def _language_of_this_page() -> str:
    """The inviter's own, as far as it is one that invitations are written in."""
    active = get_language() or settings.LANGUAGE_CODE
    known = dict(settings.LANGUAGES)
    return next((code for code in (active, active.split("-")[0]) if code in known), settings.LANGUAGE_CODE)


class InvitationLanguageField(forms.ChoiceField):
    """In which language people are invited."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Language"),
            choices=settings.LANGUAGES,
            initial=_language_of_this_page,
            help_text=_("Of the mail, of the page that its link leads to, and of their account at first."),
        )


class InvitationForm(forms.Form):
    """Whom to invite, and what they may do."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple, initial=[CONTRIBUTOR]
    )
    language = InvitationLanguageField()

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("This person has an account already."))
        if Invitation.objects.open().filter(email__iexact=email).exists():
            raise ValidationError(_("This person is invited already. Send the invitation again instead."))
        return email


class AcceptForm(forms.Form):
    """What the invited person says about themselves."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least ten characters, not a common word, not your name."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: object, invitation: Invitation, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.invitation = invitation

    def clean(self) -> None:
        super().clean()
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("password_again")
        if not password or not again:
            return
        if password != again:
            self.add_error("password_again", _("The two passwords differ."))
            return
        names = {name: self.cleaned_data.get(name, "") for name in ("first_name", "last_name")}
        try:
            get_adapter().clean_password(password, User(email=self.invitation.email, **names))
        except ValidationError as error:
            self.add_error("password", error)

    def values(self) -> dict[str, str]:
        """The arguments of `accept_invitation`."""
        return {name: self.cleaned_data[name] for name in ("first_name", "last_name", "password")}
