"""What the workspace's views share: the filtered list, and the answer beside it."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Paginator
from django.db.models import (
    BooleanField,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from core.differences import compare_words
from core.models import Job
from rag.services.language_model import LanguageModel, find_language_model
from rfp_manager.forms import AnswerForm
from rfp_manager.further_cell_forms import FurtherCellsForm
from rfp_manager.job_access import with_steering
from rfp_manager.models import RFP, Answer, AnswerVersion, Citation, Comment, Question, SavedView
from rfp_manager.services.answering import DRAFTABLE
from rfp_manager.services.calibration import find_calibration
from rfp_manager.services.comments import team_of
from rfp_manager.services.group_answers import other_members
from rfp_manager.services.length_limits import length_of
from rfp_manager.services.lists_left import ListCells, with_lists_left
from rfp_manager.services.saved_views import views_of
from rfp_manager.view_forms import BulkDueDateForm, DueDateForm
from rfp_manager.workspace_forms import AssignForm, CommentForm, QuestionFilter, RedraftForm
from themis.http import SignedInRequest

PAGE_SIZE = 100


def find_question(rfp: RFP, question_id: int) -> Question:
    """The question, with what is shown of it; `version_count` is how many versions its answer had."""
    questions = rfp.questions.select_related(
        "answer__edited_by", "answer__approved_by", "document", "assignee__profile", "rfp"
    )
    versions = AnswerVersion.objects.filter(answer__question=OuterRef("pk")).order_by()
    counted = versions.values("answer").annotate(count=Count("pk")).values("count")
    return get_object_or_404(questions.annotate(version_count=Coalesce(Subquery(counted), 0)), pk=question_id)


def filtered(request: SignedInRequest, rfp: RFP) -> QuerySet[Question]:
    """The RFP's questions that the address asks for, in the order of the workbooks."""
    rows = QuestionFilter(request.GET).apply(rfp.questions.all(), user=request.user)
    return rows.order_by("document_id", "position")


def list_context(
    request: SignedInRequest, rfp: RFP, *, views: Sequence[SavedView] | None = None
) -> dict[str, Any]:
    """What the list shows; `views` are the person's saved views where they were read already."""
    rows = filtered(request, rfp).select_related("answer", "assignee__profile")
    rows = rows.defer(
        "answer_cells", "answer__text", "answer__missing", "answer__parts", "previous_text", "status_reason"
    )
    places, around = _places_and_shown(rfp, rows)
    paginator = Paginator(rows, PAGE_SIZE)
    paginator.count = len(around)
    paginator.object_list = rows.annotate(list_cells=ListCells(F("answer_cells")))
    page = paginator.get_page(request.GET.get("page"))
    several = [row.pk for row in page if row.list_cells > 1]  # type: ignore[attr-defined]
    people = team_of(rfp)
    query = QuestionFilter(request.GET).query
    last_run = Job.objects.for_target(rfp).filter(kind="draft_answers")[:1]
    if views is None:
        views, _default = views_of(rfp, user=request.user)
    return {
        "calibration": find_calibration(),
        "rfp": rfp,
        "query": query,
        "saved_views": views,
        "current_view": next((view for view in views if query and view.query == query), None),
        "page": page,
        "lists_left": with_lists_left(rfp.questions.filter(pk__in=several)),
        "sheets": list(dict.fromkeys(sheet for sheet, _ in places)),
        "sections": list(dict.fromkeys(section for _, section in places if section)),
        "people": people,
        "around_ids": around,
        "filter_form": QuestionFilter(request.GET),
        "filters": QuestionFilter(request.GET).values,
        "assign_form": AssignForm(people=people, auto_id="bulk_%s"),
        "due_form_of_many": BulkDueDateForm(auto_id="bulk_%s"),
        "job": next(iter(with_steering(last_run, actions=rfp.actions)), None),  # type: ignore[attr-defined]
        "has_questions": bool(places),
    }


def _places_and_shown(rfp: RFP, rows: QuerySet[Question]) -> tuple[list[tuple[str, str]], list[int]]:
    """Each sheet and section of the RFP, and the numbers of all `rows` in order: of the same query."""
    shown = ExpressionWrapper(Q(pk__in=rows.order_by().values("pk")), output_field=BooleanField())
    ordered = rfp.questions.annotate(shown=shown).order_by("document_id", "position")
    found = list(ordered.values_list("sheet", "section", "shown", "pk"))
    places = list(dict.fromkeys((sheet, section) for sheet, section, _shown, _pk in found))
    return places, [pk for _sheet, _section, is_shown, pk in found if is_shown]


def answer_context(
    request: SignedInRequest,
    rfp: RFP,
    question: Question,
    *,
    form: AnswerForm | None = None,
    conflict: bool = False,
    redraft_form: RedraftForm | None = None,
    redraft_warning: str = "",
    due_form: DueDateForm | None = None,
    further_form: FurtherCellsForm | None = None,
    listed: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What the answer shows; `listed` is the `list_context` of the list beside it, where there is one."""
    answer: Answer | None = getattr(question, "answer", None)
    around = listed["around_ids"] if listed else list(filtered(request, rfp).values_list("pk", flat=True))
    place = around.index(question.pk) if question.pk in around else -1
    members = other_members(question)
    people = listed["people"] if listed else team_of(rfp)
    model = find_language_model()
    form = form or empty_form(question, answer, repeated=bool(members))
    return {
        "rfp": rfp,
        "question": question,
        "answer": answer,
        "form": form,
        "conflict": conflict,
        "members": members,
        "rewording": compare_words(question.previous_text, question.text) if question.previous_text else [],
        "calibration": find_calibration(),
        "citations": _citations(answer) if answer else [],
        "version_count": question.version_count,  # type: ignore[attr-defined]
        "comments": _comments(question),
        "comment_form": CommentForm(auto_id="comment_%s", people=people),
        "people": people,
        "place": place + 1,
        "around": len(around),
        "previous": around[place - 1] if place > 0 else None,
        "next": around[place + 1] if 0 <= place < len(around) - 1 else None,
        "length": length_of(form["text"].value() or "", question=question.text),
        "redraft_form": redraft_form or empty_redraft_form(question, answer, model),
        "currency": model.currency,
        "redraft_warning": redraft_warning,
        "due_form": due_form or DueDateForm.of_question(question.due_on),
        "further_form": further_form or FurtherCellsForm.of(question),
    }


def _comments(question: Question) -> "QuerySet[Comment]":
    """Each with the names of those whom it told."""
    name = NullIf(Trim(Concat("user__first_name", Value(" "), "user__last_name")), Value(""))
    told = Comment.mentioned.through.objects.filter(comment=OuterRef("pk")).order_by("pk")
    said = told.annotate(name=Coalesce(name, "user__email", output_field=CharField()))
    told_names = ArraySubquery(said.values("name"))  # type: ignore[misc]  # what was annotated a line before
    return question.comments.select_related("author__profile").annotate(told=told_names)


def _citations(answer: Answer) -> "QuerySet[Citation]":
    """Without the columns of library answers that only search reads."""
    cited = answer.citations.select_related("document", "library_answer")
    return cited.defer("library_answer__embedding", "library_answer__search_vector")


def empty_redraft_form(question: Question, answer: Answer | None, model: LanguageModel) -> RedraftForm | None:
    """None where a draft cannot be asked for: without a language model, or once the answer is on its way."""
    if not model.is_configured or question.status not in DRAFTABLE:
        return None
    return RedraftForm(initial={"version": answer.version if answer else 0}, auto_id="redraft_%s")


def empty_form(question: Question, answer: Answer | None, *, repeated: bool) -> AnswerForm:
    initial: dict[str, Any] = {"version": answer.version if answer else 0}
    if answer:
        initial |= {"text": answer.text, "choice": answer.choice}
    return AnswerForm(initial=initial, choices=question.allowed_choices, repeated=repeated)


def answer_response(
    request: SignedInRequest,
    rfp: RFP,
    question: Question,
    *,
    form: AnswerForm | None = None,
    status: int = 200,
    conflict: bool = False,
    redraft_form: RedraftForm | None = None,
    redraft_warning: str = "",
    due_form: DueDateForm | None = None,
    further_form: FurtherCellsForm | None = None,
) -> HttpResponse:
    """The answer alone for htmx, the whole page otherwise."""
    listed = None if request.htmx else list_context(request, rfp)
    context = answer_context(
        request,
        rfp,
        question,
        form=form,
        conflict=conflict,
        redraft_form=redraft_form,
        redraft_warning=redraft_warning,
        due_form=due_form,
        further_form=further_form,
        listed=listed,
    )
    if listed is None:
        if request.method == "POST":
            context |= _row_beside(find_question(rfp, question.pk))
        return render(request, "rfp_manager/_answer.html", context, status=status)
    return render(request, "rfp_manager/questions.html", listed | context, status=status)


def after_change(request: SignedInRequest, rfp: RFP, question: Question) -> HttpResponse:
    """Show the question as it is now; htmx gets its row in the list along with it."""
    if not request.htmx:
        return redirect(question_url(request, question))
    question = find_question(rfp, question.pk)
    context = answer_context(request, rfp, question) | _row_beside(question) | {"changed": True}
    return render(request, "rfp_manager/_answer.html", context)


def _row_beside(question: Question) -> dict[str, Any]:
    """Its row in the list as it is saved: what was typed may have been saved by itself before this was refused."""
    left = with_lists_left(question.rfp.questions.filter(pk=question.pk))
    return {"row_beside": question, "lists_left": left}


def question_url(request: SignedInRequest, question: Question) -> str:
    url = reverse("rfp_manager:question", args=[question.rfp_id, question.pk])
    return f"{url}?{request.GET.urlencode()}" if request.GET else url


def chosen_questions(request: SignedInRequest, rfp: RFP, *, all_of_none: bool = False) -> list[int]:
    """The questions ticked; with `all` in the form (or none ticked and `all_of_none`) those of the filter."""
    ticked = [
        int(value) for value in request.POST.getlist("question") if value.isdecimal() and len(value) < 19
    ]
    if "all" in request.POST or (all_of_none and not ticked):
        return list(filtered(request, rfp).values_list("pk", flat=True))
    return list(rfp.questions.filter(pk__in=ticked).values_list("pk", flat=True))


def list_url(request: SignedInRequest, rfp: RFP) -> str:
    url = reverse("rfp_manager:questions", args=[rfp.pk])
    return f"{url}?{request.GET.urlencode()}" if request.GET else url
