"""Whose something of the library is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User
from themis.pickers import PickerSelect


class OwnerField(forms.ModelChoiceField):
    """Anybody who can sign in, or nobody."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            User.objects.filter(is_active=True).order_by("first_name", "last_name", "pk"),
            **{
                "label": _("Owner"),
                "required": False,
                "empty_label": _("Nobody"),
                "widget": PickerSelect(source="people"),
                **kwargs,
            },
        )
