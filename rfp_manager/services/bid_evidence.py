"""What is known for and against answering an RFP, criterion by criterion: from its documents, drafts and history."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, Answer, BidCriterion
from rfp_manager.services.briefs import Brief, BriefItem
from rfp_manager.services.overview import days_left
from rfp_manager.services.question_states import NEEDS
from rfp_manager.tenders.points import Section

# How many points of the brief are shown beside a criterion; the brief has them all.
_SHOWN = 5


@dataclass(frozen=True)
class Coverage:
    """Of all questions, those with a draft, and those whose draft the library supports: all of it, or a part."""

    asked: int
    drafted: int
    supported: int
    partly: int
    gaps: int

    @property
    def share(self) -> float | None:
        """None while nothing was drafted: nothing is measured then."""
        return self.supported / self.asked if self.asked and self.drafted else None


@dataclass(frozen=True)
class Evidence:
    """Sentences with numbers, and points of the brief; `more` of them are left out."""

    facts: tuple[str, ...] = ()
    items: tuple[BriefItem, ...] = ()
    more: int = 0


def gather_evidence(rfp: RFP, *, brief: Brief, user: User) -> dict[str, Evidence]:
    """By criterion, in three queries. Of other RFPs only those count that `user` may see."""
    coverage = measure_coverage(rfp)
    return {
        BidCriterion.DEADLINE: _points(brief, Section.DEADLINES, _deadline_facts(rfp, coverage)),
        BidCriterion.MANDATORY: _points(brief, Section.MANDATORY, ()),
        BidCriterion.COVERAGE: Evidence(_coverage_facts(coverage)),
        BidCriterion.COMPETITION: _points(brief, Section.EVALUATION, _customer_facts(rfp, user)),
        BidCriterion.EFFORT: Evidence(_effort_facts(rfp, brief, coverage)),
        BidCriterion.RISK: _points(brief, Section.RED_FLAGS, ()),
    }


def measure_coverage(rfp: RFP) -> Coverage:
    drafted = Q(answer__isnull=False)
    # What a person wrote says nothing about the library.
    supported = Q(answer__status=Answer.Status.SUPPORTED) & ~Q(answer__origin=Answer.Origin.HUMAN)
    counts = rfp.questions.aggregate(
        asked=Count("pk"),
        drafted=Count("pk", filter=drafted),
        supported=Count("pk", filter=supported),
        partly=Count("pk", filter=NEEDS["partly"]),
        gaps=Count("pk", filter=Q(answer__status=Answer.Status.NO_ANSWER)),
    )
    return Coverage(**counts)


def _points(brief: Brief, section: Section, facts: tuple[str, ...]) -> Evidence:
    items = brief.section(section)
    return Evidence(facts, items[:_SHOWN], max(0, len(items) - _SHOWN))


def _deadline_facts(rfp: RFP, coverage: Coverage) -> tuple[str, ...]:
    deadline = days_left(rfp)
    facts = []
    if rfp.due_at is None:
        facts.append("No due date is set. The brief offers those that the documents name.")
    elif deadline is not None:
        facts.append(
            "The due date is past." if deadline.overdue else _counted(deadline.days, "day") + " left."
        )
    if rfp.questions_until is not None and rfp.questions_until < timezone.now():
        facts.append("The customer takes no more questions.")
    if coverage.asked:
        facts.append(f"{_counted(coverage.asked, 'question')} to answer.")
    return tuple(facts)


def _coverage_facts(coverage: Coverage) -> tuple[str, ...]:
    if not coverage.asked:
        return ("No questions are imported yet.",)
    if coverage.share is None:
        return (f"{_counted(coverage.asked, 'question')}, none drafted yet. Draft them to measure this.",)
    facts = [
        f"{coverage.supported} of {_counted(coverage.asked, 'question')} ({coverage.share:.0%}) have a draft that the "
        "library supports.",
        f"Not in the library: {coverage.gaps}.",
    ]
    if coverage.partly:
        facts.append(f"Answered in part: {coverage.partly}.")
    if coverage.drafted < coverage.asked:
        facts.append(f"Not drafted yet: {coverage.asked - coverage.drafted}.")
    return tuple(facts)


def _customer_facts(rfp: RFP, user: User) -> tuple[str, ...]:
    others = RFP.objects.visible_to(user).filter(customer_id=rfp.customer_id).exclude(pk=rfp.pk)
    counts = others.aggregate(
        all=Count("pk"),
        won=Count("pk", filter=Q(status=RFP.Status.WON)),
        lost=Count("pk", filter=Q(status=RFP.Status.LOST)),
    )
    if not counts["all"]:
        return (f"No other RFP of {rfp.customer} is known to you.",)
    return (
        f"{_counted(counts['all'], 'other RFP')} of {rfp.customer}: {counts['won']} won, {counts['lost']} lost.",
    )


def _effort_facts(rfp: RFP, brief: Brief, coverage: Coverage) -> tuple[str, ...]:
    facts = []
    if coverage.asked:
        facts.append(f"{_counted(coverage.asked, 'question')} to answer.")
        if coverage.share is not None:
            facts.append(
                f"{_counted(coverage.asked - coverage.supported, 'answer')} to be written or checked by people."
            )
    pages = sum(document.page_count or 0 for document in brief.read)
    if brief.read:
        documents = _counted(len(brief.read), "information document")
        facts.append(f"{documents}, {_counted(pages, 'page')}." if pages else f"{documents}.")
    return tuple(facts)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
