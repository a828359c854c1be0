"""The cells of a question's row beside its answer."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rfp_manager.exceptions import AnswerConflict, RFPError
from rfp_manager.further_cell_forms import FurtherCellsForm
from rfp_manager.models import Question
from rfp_manager.permissions import Action
from rfp_manager.services.further_cells import save_further_cells
from rfp_manager.views.access import find_rfp
from rfp_manager.views.workspace import answer_response, find_question, question_url
from themis.http import SignedInRequest


@require_POST
def further_save(request: SignedInRequest, rfp_id: int, question_id: int) -> HttpResponse:
    """Keep what is in the form; htmx gets the line that says so, for the person may be typing on."""
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    question = find_question(rfp, question_id)
    form = keep_cells(request, question)
    if form is None:
        raise Http404(_("This row asks for nothing besides the answer."))
    status = 422 if form.is_bound else 200
    if request.htmx:
        context = {"further_form": form, "saved": status == 200, "alone": True}
        return render(request, "rfp_manager/_further_cells.html#further_state", context, status=status)
    if status == 200:
        return redirect(question_url(request, question))
    return answer_response(request, rfp, question, further_form=form, status=status)


def keep_cells(request: SignedInRequest, question: Question) -> FurtherCellsForm | None:
    """The form as it is once what was sent is saved; still bound, with what is wrong, where it was not.

    None where the row has no such cells.
    """
    form = FurtherCellsForm.of(question, request.POST)
    if form is None or not form.is_valid():
        return form
    try:
        save_further_cells(question, form.values, seen=form.cleaned_data["seen"], user=request.user)
    except AnswerConflict as error:
        form = _at_the_newest(request, question, form)
        theirs = "; ".join(f"{label}: {value}" for label, value in form.told)
        form.add_error(None, f"{error} {theirs}")
    except RFPError as error:
        form.add_error(None, str(error))
    return FurtherCellsForm.of(question) if form.is_valid() else form


def _at_the_newest(request: SignedInRequest, question: Question, form: FurtherCellsForm) -> FurtherCellsForm:
    """The same words over what holds now, so that saving again is a decision and no accident."""
    data = request.POST.copy()
    data["seen"] = str(form.initial["seen"])
    return FurtherCellsForm.of(question, data) or form
