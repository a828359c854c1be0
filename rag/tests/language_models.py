"""The language model's settings as an administrator would save them."""

from typing import Any

from django.utils import timezone

from core.encryption import encrypt
from rag.models import LanguageModelSettings
from rag.services.language_model import KEY_PURPOSE
from rag.services.language_model_settings import receiver_of

KEY = "sk-of-the-page-and-nobody-else"


def save_row(*, api_key: str = KEY, **values: Any) -> LanguageModelSettings:
    """The one row, past its form; openai by default."""
    fields: dict[str, Any] = {"api_key": "", "api_key_for": "", "api_key_set_at": None}
    fields |= {"provider": "openai", "url": "http://127.0.0.1:9/v1", "model": "small"} | values
    if api_key:
        fields |= {
            "api_key": encrypt(api_key, purpose=KEY_PURPOSE),
            "api_key_for": receiver_of(fields["provider"], fields["url"]),
            "api_key_set_at": timezone.now(),
        }
    return LanguageModelSettings.objects.update_or_create(pk=1, defaults=fields)[0]
