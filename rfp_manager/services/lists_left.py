"""Answered questions whose row has a second list of the customer's that nobody has chosen from."""

from django.db.models import F, Func, IntegerField, Q, QuerySet
from django.db.models.lookups import GreaterThan

from rfp_manager.models import Question
from rfp_manager.services.further_cells import further_values, open_cells

Status = Question.Status

# The address of the list says it by this name.
LEFT = "beside"
ANSWERED = (Status.DRAFTED, Status.IN_REVIEW, Status.APPROVED)
_OF_LISTS = (
    '$[*] ? (@.kind == "tick" || ((@.role == "choice" || @.role == "code") && @.allowed.type() == "array"))'
)


class ListCells(Func):
    """How many of a question's cells belong to a list: with one there is none beside the answer."""

    template = f"jsonb_array_length(jsonb_path_query_array(%(expressions)s, '{_OF_LISTS}'))"
    output_field = IntegerField()


# Answered, and with more than one cell of a list: only of these the cells are worth reading.
HAS_SEVERAL = Q(status__in=ANSWERED) & Q(GreaterThan(ListCells(F("answer_cells")), 1))


def with_lists_left(questions: QuerySet[Question]) -> set[int]:
    """Those of them that are answered and have an empty list beside the answer. Reads rows with several lists only."""
    rows = questions.filter(HAS_SEVERAL).order_by().select_related(None)
    found = rows.defer(None).only("rfp", "answer_cells").prefetch_related("further_cells")
    return {question.pk for question in found if _has_list_left(question)}


def _has_list_left(question: Question) -> bool:
    lists = [place for place in open_cells(question) if place.options]
    values = further_values(question) if lists else {}
    return any(place.column not in values for place in lists)
