from typing import Any

from allauth.account.forms import LoginForm
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class SignInForm(LoginForm):
    """Address and password; refused as a whole where everybody signs in by the identity provider."""

    def clean(self) -> dict[str, Any] | None:
        if settings.OIDC_ONLY:
            raise ValidationError(
                _("Nobody signs in by password here. Use %(name)s."), params={"name": settings.OIDC_NAME}
            )
        cleaned: dict[str, Any] | None = super().clean()
        return cleaned
