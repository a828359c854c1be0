from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rfp_manager.models import Question
from rfp_manager.permissions import Action
from rfp_manager.services.outdated import keep_answer
from rfp_manager.views.access import find_rfp
from themis.http import SignedInRequest


@require_POST
def answer_keep(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    """Take the mark that a source has changed off an answer that is still right."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question: Question = get_object_or_404(rfp.questions, pk=question_id)
    if keep_answer(question):
        messages.success(request, _("The answer is kept as it is."))
    url = reverse("rfp_manager:question", args=[rfp.pk, question.pk])
    return redirect(f"{url}?{request.GET.urlencode()}" if request.GET else url)
