"""The language model's settings, for administrators. The key is sent here and never sent back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rag.built_in_prompts import built_in_prompts
from rag.language_model_forms import LanguageModelForm, StyleForm
from rag.services.language_model import find_language_model
from rag.services.language_model_settings import (
    LanguageModelError,
    Style,
    load_language_model_settings,
    remove_key,
    reset_style,
    save_language_model,
    save_styles,
)
from rag.services.llm_trial import language_model_facts, try_language_model
from themis.http import SignedInRequest
from themis.registry import HealthResult
from themis.services.setup import load_setup
from themis.views.access import require_administrator

_STYLES: dict[str, Style] = {"drafting": "drafting", "summary": "summary"}


def _page(
    request: SignedInRequest,
    *,
    form: LanguageModelForm | None = None,
    styles: StyleForm | None = None,
    result: HealthResult | None = None,
) -> HttpResponse:
    row = load_language_model_settings()
    written = {"drafting_style": row.drafting_style, "summary_style": row.summary_style}
    styles = styles or StyleForm(initial=written)
    context: dict[str, Any] = {
        "row": row,
        "model": find_language_model(),
        "facts": language_model_facts() if settings.LLM_PROVIDER else [],
        "form": form or LanguageModelForm(row=row),
        "styles": styles,
        "style_fields": [
            (styles[prompt.style], prompt, prompt.style.removesuffix("_style"), bool(written[prompt.style]))
            for prompt in built_in_prompts()
        ],
        "result": result,
        "setup_goes_on": load_setup().finished_at is None,
    }
    bad = any(given.is_bound for given in (form, styles) if given is not None)
    return render(request, "rag/language_model.html", context, status=422 if bad else 200)


@never_cache
@sensitive_post_parameters("api_key")
@require_http_methods(["GET", "POST"])
def language_model(request: SignedInRequest) -> HttpResponse:
    administrator = require_administrator(request)
    form = LanguageModelForm(request.POST or None, row=load_language_model_settings())
    if request.method == "POST" and form.is_valid():
        try:
            save_language_model(form.values, api_key=form.cleaned_data["api_key"], by=administrator)
        except LanguageModelError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. It holds from the next draft on; try it out below."))
            return redirect("rag:language_model")
    return _page(request, form=form)


@require_POST
def language_model_style(request: SignedInRequest) -> HttpResponse:
    administrator = require_administrator(request)
    styles = StyleForm(request.POST)
    if not styles.is_valid():
        return _page(request, styles=styles)
    save_styles(**styles.cleaned_data, by=administrator)
    messages.success(request, _("Saved. The next drafts and summaries are written so."))
    return redirect("rag:language_model")


@require_POST
def language_model_default(request: SignedInRequest, style: str) -> HttpResponse:
    administrator = require_administrator(request)
    if style not in _STYLES:
        raise Http404
    reset_style(_STYLES[style], by=administrator)
    messages.success(request, _("Back to the default."))
    return redirect("rag:language_model")


@require_POST
def language_model_key_remove(request: SignedInRequest) -> HttpResponse:
    administrator = require_administrator(request)
    try:
        remove_key(by=administrator)
    except LanguageModelError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The key is removed."))
    return redirect("rag:language_model")


@require_POST
def language_model_test(request: SignedInRequest) -> HttpResponse:
    require_administrator(request)
    return _page(request, result=try_language_model())
