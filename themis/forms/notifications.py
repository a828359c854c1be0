from typing import Any

from django import forms

from themis.models import Notification, Profile
from themis.registry import notification_kinds


class NotificationChoicesForm(forms.Form):
    """For each kind of notification that the person may get: when it is mailed."""

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile = profile
        for kind in notification_kinds.all():
            if kind.visible(profile.user):
                self.fields[kind.key] = forms.ChoiceField(
                    label=kind.label,
                    choices=Notification.MailChoice.choices,
                    initial=profile.mail_choice(kind.key),
                )

    def save(self) -> None:
        self.profile.notification_choices = self.profile.notification_choices | self.cleaned_data
        self.profile.save(update_fields=["notification_choices"])
