"""Changing the language model's settings: who is asked, with which key, and how it is to write.

The key goes in and never comes out: it lies encrypted, is decrypted for a request alone, and goes to nobody but the
host that it was given for. Every change is in the audit log, without the key.
"""

from collections.abc import Mapping
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record_event
from core.encryption import encrypt
from core.exceptions import SpelunkerError
from core.models import User
from core.net.errors import NetworkError
from core.net.targets import check_target, parse_target
from rag.models import LanguageModelSettings
from rag.providers.llm.base import ADDRESS_POLICY, ANTHROPIC_URL
from rag.services.language_model import KEY_PURPOSE

Style = Literal["drafting", "summary"]


class LanguageModelError(SpelunkerError):
    """The settings cannot be changed so; the message says why."""


def load_language_model_settings() -> LanguageModelSettings:
    """The row; one that is not saved while nothing was set."""
    return LanguageModelSettings.objects.first() or LanguageModelSettings()


def check_address(url: str) -> None:
    """Raise LanguageModelError unless a language model may be asked there. No name service is asked."""
    try:
        check_target(url, ADDRESS_POLICY)
    except NetworkError as error:
        raise LanguageModelError(str(error)) from error


def receiver_of(provider: str, url: str) -> str:
    """Scheme, host and port that a key would be sent to; empty without a language model."""
    if provider == LanguageModelSettings.Provider.NONE:
        return ""
    target = parse_target(url or ANTHROPIC_URL, ADDRESS_POLICY)
    return f"{target.scheme}://{target.host}:{target.port}"


def save_language_model(values: Mapping[str, Any], *, api_key: str, by: User) -> None:
    """Save the fields given; an empty `api_key` keeps the one that is there. Raises LanguageModelError."""
    if settings.LLM_PROVIDER:
        raise LanguageModelError(_("The language model is set by the server's environment."))
    with transaction.atomic():
        row = _locked()
        changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
        for name in changed:
            setattr(row, name, values[name])
        receiver = receiver_of(row.provider, row.url)
        if api_key:
            row.api_key, row.api_key_for = encrypt(api_key, purpose=KEY_PURPOSE), receiver
            row.api_key_set_at = timezone.now()
        elif row.api_key and receiver and receiver != row.api_key_for:
            raise LanguageModelError(other_receiver(row))
        row.updated_by = by
        row.save()
        detail = {"changed": changed, "provider": row.provider, "address": row.url, "model": row.model}
        if changed or api_key:
            record_event(
                "language_model.changed", target=row, detail=detail | {"key_replaced": bool(api_key)}
            )


def other_receiver(row: LanguageModelSettings) -> str:
    """Why the kept key is not sent to an address that it was not given for."""
    return _(
        "The key that is kept was given for %(host)s. Type the key for the new address, or remove it."
    ) % {"host": row.api_key_for}


def remove_key(*, by: User) -> None:
    """Raises LanguageModelError where the provider cannot do without."""
    with transaction.atomic():
        row = _locked()
        if row.provider == row.Provider.ANTHROPIC:
            raise LanguageModelError(
                _("Anthropic cannot be asked without a key. Choose another provider first.")
            )
        if row.api_key:
            row.api_key, row.api_key_for, row.api_key_set_at, row.updated_by = "", "", None, by
            row.save()
            record_event("language_model.key_removed", target=row)


def save_styles(*, drafting_style: str, summary_style: str, by: User) -> None:
    """How drafts and summaries are to be written; empty is the default alone."""
    wanted = {"drafting_style": drafting_style, "summary_style": summary_style}
    with transaction.atomic():
        row = _locked()
        changed = sorted(name for name, value in wanted.items() if getattr(row, name) != value)
        if changed:
            for name in changed:
                setattr(row, name, wanted[name])
            row.updated_by = by
            row.save()
            record_event(
                "language_model.style_changed", target=row, detail={name: wanted[name] for name in changed}
            )


def reset_style(which: Style, *, by: User) -> None:
    """Back to the default: nothing but the built-in prompt."""
    row = load_language_model_settings()
    kept = {"drafting_style": row.drafting_style, "summary_style": row.summary_style}
    save_styles(**{**kept, f"{which}_style": ""}, by=by)


def _locked() -> LanguageModelSettings:
    """The row, made when it is missing, held until the transaction ends."""
    LanguageModelSettings.objects.get_or_create(pk=1)
    return LanguageModelSettings.objects.select_for_update(of=("self",)).get(pk=1)
