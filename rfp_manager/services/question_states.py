"""What a question may need of somebody, beyond its own status. The list's filter and the overview count by the same."""

from django.db.models import Q

from rfp_manager.models import Answer, Question

Status = Question.Status

# Nothing is left to do for these.
SETTLED = (Status.APPROVED, Status.DECLINED)

_UNANSWERED = Q(answer__status=Answer.Status.NO_ANSWER)

NEEDS: dict[str, Q] = {
    # Of a question that is answered in part, the rest is a gap too.
    "gap": _UNANSWERED | Q(answer__open_parts__gt=0),
    "partly": Q(answer__open_parts__gt=0) & ~_UNANSWERED,
    "look": Q(answer__status=Answer.Status.NEEDS_REVIEW) & ~Q(status=Status.APPROVED),
    "unapproved": Q(status__in=[Status.DRAFTED, Status.IN_REVIEW]),
    "unsettled": ~Q(status__in=SETTLED),
    "reworded": ~Q(previous_text=""),
    "repeated": Q(group__isnull=False),
    "outdated": Q(answer__outdated_at__isnull=False),
}
