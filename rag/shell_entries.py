"""What rag registers into the shell and the library: its pages, how far a change of model is, and its health."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.permissions import is_administrator
from rag import palette
from rag.built_in_prompts import BuiltInPrompt, register_built_in_prompt
from rag.providers.embedding import embedding_model_name
from rag.providers.reranking import RerankingError, reranker_name
from rag.services.language_model import find_language_model
from rag.services.llm_prompts import INSTRUCTIONS
from rag.services.llm_trial import VARIABLES, language_model_facts, try_language_model
from rag.services.reembedding import Reembedding, reembedding_progress
from solution_library.library_notices import LibraryNotice, register_library_notice
from themis.registry import (
    HealthCheck,
    HealthResult,
    NavigationItem,
    SettingsTrial,
    register_health_check,
    register_navigation,
    register_settings_trial,
)


def find_reembedding_notice() -> LibraryNotice | None:
    """How far the library is on its way to another embedding model."""
    state = reembedding_progress()
    if state is None:
        return None
    if state.done + state.failed >= state.total and state.failed:
        return LibraryNotice(_title(state), _failed(state), unfinished=False)
    text = _("Search goes on meanwhile, and new uploads come first.")
    return LibraryNotice(_title(state), text, state.done, state.total)


def check_embedding_model() -> HealthResult:
    """All vectors are of the configured model, or on their way to it."""
    state = reembedding_progress()
    if state is None:
        return HealthResult(True, embedding_model_name())
    if state.problem:
        return HealthResult(False, f"{_title(state)}. {state.problem}", _("It is tried again every hour."))
    if not state.failed:
        return HealthResult(True, _title(state))
    advice = _("Open the failed documents in the library: each says what is wrong with it.")
    return HealthResult(False, f"{_title(state)}. {_failed(state)}", advice)


def check_reranker() -> HealthResult:
    """Which one is configured, and whether a local one can be loaded. Nobody is asked for it."""
    try:
        name = reranker_name()
    except RerankingError as error:
        return HealthResult(
            False, str(error), _("Search goes on without it, in the order of its first stage.")
        )
    return HealthResult(True, name or _("None is set: search keeps its own order."))


def check_language_model() -> HealthResult:
    """Who is asked, and whether the key that is kept can be read. Nobody is asked for it."""
    model = find_language_model()
    if not model.is_configured:
        return HealthResult(True, _("None is set: drafts quote your documents."))
    if model.problem:
        return HealthResult(False, model.problem)
    return HealthResult(True, model.model)


def _title(state: Reembedding) -> str:
    return _("Re-embedding with %(model)s: %(done)d of %(total)d") % {
        "model": state.model,
        "done": state.done,
        "total": state.total,
    }


def _failed(state: Reembedding) -> str:
    return ngettext(
        "%(count)d document could not be read again; search finds it by its words only.",
        "%(count)d documents could not be read again; search finds them by their words only.",
        state.failed,
    ) % {"count": state.failed}


def register() -> None:
    """Called once by `RagConfig.ready`."""
    palette.register()
    register_navigation(
        NavigationItem("ask", pgettext_lazy("navigation", "Ask"), "rag:ask", "text-search", order=15)
    )
    register_library_notice("rag.reembedding", find_reembedding_notice)
    register_health_check(
        HealthCheck(
            "embedding_model",
            gettext_lazy("Embedding model"),
            check_embedding_model,
            order=200,
            required=False,
        )
    )
    register_health_check(
        HealthCheck("reranker", gettext_lazy("Reranker"), check_reranker, order=205, required=False)
    )
    register_settings_trial(
        SettingsTrial(
            "language_model",
            language_model_facts,
            VARIABLES,
            try_language_model,
            url_name="rag:language_model",
        )
    )
    register_navigation(
        NavigationItem(
            "language_model",
            gettext_lazy("Language model"),
            "rag:language_model",
            "sparkles",
            order=12,
            visible=is_administrator,
            section="administration",
        )
    )
    register_health_check(
        HealthCheck(
            "language_model",
            gettext_lazy("Language model"),
            check_language_model,
            order=210,
            required=False,
        )
    )
    register_built_in_prompt(BuiltInPrompt("drafting_style", gettext_lazy("Drafts"), INSTRUCTIONS))
