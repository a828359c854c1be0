"""One small call to the language model that is set, for whoever sets it up."""

import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record_event
from rag.models import LanguageModelSettings
from rag.providers.llm import LLMError, Turn, make_llm_provider
from rag.services.language_model import find_language_model
from themis.formatting import format_number
from themis.registry import HealthResult

SECONDS = 10.0
# Some models think before they answer, and that counts too.
_MAX_TOKENS = 300
VARIABLES = (
    (
        "LLM_PROVIDER",
        gettext_lazy(
            "openai (any OpenAI-compatible endpoint, also a local server), anthropic or none. Empty: it is chosen "
            "on the page."
        ),
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
    model = find_language_model()
    facts = [(_("Provider"), str(LanguageModelSettings.Provider(model.provider).label))]
    if model.is_configured:
        if model.url:
            # What follows a question mark may be a secret of its own.
            facts.append((_("Address"), model.url.split("?")[0]))
        key = _("Set; it is not shown") if model.api_key else _("Not set")
        facts += [(_("Model"), model.model), (_("Key"), model.problem or key)]
    if model.from_environment:
        facts.append((_("Chosen by"), _("set by the server's environment")))
    return facts


def try_language_model() -> HealthResult:
    """Ask for one word, wait ten seconds for it, and say in words what came of it.

    A process that asks its first language model loads the client's code before, which takes seconds of its own.
    """
    result = _try()
    record_event("language_model.tested", detail={"ok": result.ok})
    return result


def _try() -> HealthResult:
    model = find_language_model()
    if not model.is_configured:
        return HealthResult(True, _("No language model is set: drafts quote your documents, and that works."))
    try:
        # One of its own, because this one does not wait as long as a draft may.
        provider = make_llm_provider(
            model.choice(timeout=min(SECONDS, model.timeout), max_tokens=_MAX_TOKENS)
        )
        started = time.monotonic()
        try:
            completion = provider.complete("Answer with one word.", [Turn("us", "Say: ready")])
        finally:
            provider.close()
    except LLMError as error:
        advice = (
            _("Look at the LLM_... variables of the server's environment; a change needs a restart.")
            if model.from_environment
            else _("Look at the address, the model's name and the key.")
        )
        return HealthResult(False, str(error), advice)
    seconds = format_number(time.monotonic() - started, digits=1)
    if not completion.text.strip():
        return HealthResult(
            False,
            _("%(model)s was reached, but its reply is empty.") % {"model": model.model},
            _("Try another model, or look at the endpoint's log."),
        )
    said = _("%(model)s answered within %(seconds)s seconds: “%(text)s”") % {
        "model": model.model,
        "seconds": seconds,
        "text": " ".join(completion.text.split())[:80],
    }
    return HealthResult(True, said)
