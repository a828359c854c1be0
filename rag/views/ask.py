from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.exceptions import SpelunkerError
from core.permissions import can_edit_library
from rag.forms import AskForm
from rag.services.asking import ask_library
from themis.http import SignedInRequest


@require_GET
def ask(request: SignedInRequest) -> HttpResponse:
    """A question in, `?q=`; the library's answer and the passages behind it out. htmx gets those alone.

    What a language model has to write is asked for in a second request, with `&answer`.
    """
    user = request.user
    form = AskForm(request.GET if "q" in request.GET else None, user=user)
    context: dict[str, Any] = {"form": form, "may_edit": can_edit_library(user)}
    if form.is_valid():
        context["question"] = form.cleaned_data["q"]
        context["answer_url"] = f"{request.path}?{_with_answer(request.GET)}"
        try:
            context["reply"] = ask_library(
                form.cleaned_data["q"], filters=form.filters, wait="answer" in request.GET
            )
        except SpelunkerError as error:
            context["problem"] = str(error)
    # Going back asks with htmx too, and wants the whole page.
    htmx = bool(request.htmx) and not request.htmx.history_restore_request
    template = "rag/ask.html#reply" if htmx else "rag/ask.html"
    # htmx shows no answer that is called an error, and this one says itself what went wrong.
    return render(request, template, context, status=503 if "problem" in context and not htmx else 200)


def _with_answer(asked: QueryDict) -> str:
    params = asked.copy()
    params["answer"] = "1"
    return params.urlencode()
