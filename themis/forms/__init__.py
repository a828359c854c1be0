"""Forms of the shell. `DaisyFormRenderer`, `FilesField` and the fields for dates are for every app."""

from themis.forms.api_key import APIKeyForm
from themis.forms.avatar import AvatarForm
from themis.forms.dates import DateField, DateTimeField, DeadlineField, TimeField
from themis.forms.logo import clean_logo, logo_input
from themis.forms.notifications import NotificationChoicesForm
from themis.forms.people import AcceptForm, InvitationForm, RolesForm
from themis.forms.profile import ProfileForm
from themis.forms.rendering import DaisyFormRenderer, FilesField
from themis.forms.search import SearchForm
from themis.forms.setup import InvitationsForm, OwnOrganizationForm
from themis.forms.webhook import WebhookForm

__all__ = [
    "APIKeyForm",
    "AcceptForm",
    "AvatarForm",
    "DaisyFormRenderer",
    "DateField",
    "DateTimeField",
    "DeadlineField",
    "FilesField",
    "InvitationForm",
    "InvitationsForm",
    "NotificationChoicesForm",
    "OwnOrganizationForm",
    "ProfileForm",
    "RolesForm",
    "SearchForm",
    "TimeField",
    "WebhookForm",
    "clean_logo",
    "logo_input",
]
