"""One small call to the language model that the settings choose, for whoever sets it up."""

import time

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rag.providers.llm import LLMError, Turn, llm_is_configured, make_llm_provider
from themis.registry import HealthResult

SECONDS = 10.0
# Some models think before they answer, and that counts too.
_MAX_TOKENS = 300
VENDORS = {
    "none": gettext_lazy("None: drafts quote the library"),
    "openai": gettext_lazy("An OpenAI-compatible endpoint"),
    "anthropic": "Anthropic",
}
VARIABLES = (
    (
        "LLM_PROVIDER",
        gettext_lazy("none, openai (any OpenAI-compatible endpoint, also a local server) or anthropic"),
    ),
    (
        "LLM_API_URL",
        gettext_lazy("The endpoint's base, such as http://localhost:11434/v1. Needed for openai."),
    ),
    ("LLM_MODEL", gettext_lazy("The model's name, as the endpoint knows it.")),
    ("LLM_API_KEY", gettext_lazy("The key. Local servers mostly want none.")),
)


def language_model_facts() -> list[tuple[str, str]]:
    """What is set, without the key: whether there is one is all that is said of it."""
    facts = [(_("Provider"), str(VENDORS[settings.LLM_PROVIDER]))]
    if not llm_is_configured():
        return facts
    if settings.LLM_API_URL:
        # What follows a question mark may be a secret of its own.
        facts.append((_("Address"), settings.LLM_API_URL.split("?")[0]))
    key = _("Set; it is not shown") if settings.LLM_API_KEY else _("Not set")
    return [*facts, (_("Model"), settings.LLM_MODEL), (_("Key"), key)]


def try_language_model() -> HealthResult:
    """Ask for one word, wait ten seconds for it, and say in words what came of it.

    A process that asks its first language model loads the client's code before, which takes seconds of its own.
    """
    if not llm_is_configured():
        return HealthResult(True, _("No language model is set: drafts quote your documents, and that works."))
    try:
        # One of its own, because this one does not wait as long as a draft may.
        provider = make_llm_provider(
            timeout=min(SECONDS, settings.LLM_TIMEOUT_SECONDS), max_tokens=_MAX_TOKENS
        )
        started = time.monotonic()
        try:
            completion = provider.complete("Answer with one word.", [Turn("us", "Say: ready")])
        finally:
            provider.close()
    except LLMError as error:
        return HealthResult(False, str(error), _("Look at the variables below; a change needs a restart."))
    seconds = f"{time.monotonic() - started:.1f}"
    if not completion.text.strip():
        return HealthResult(
            False,
            _("%(model)s was reached, but its reply is empty.") % {"model": settings.LLM_MODEL},
            _("Try another model, or look at the endpoint's log."),
        )
    said = _("%(model)s answered within %(seconds)s seconds: “%(text)s”") % {
        "model": settings.LLM_MODEL,
        "seconds": seconds,
        "text": " ".join(completion.text.split())[:80],
    }
    return HealthResult(True, said)
