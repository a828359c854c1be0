"""What is known for and against answering an RFP, criterion by criterion: from its documents, drafts and history."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from rfp_manager.models import RFP, Answer, BidCriterion
from rfp_manager.services.briefs import Brief, BriefItem
from rfp_manager.services.overview import days_left
from rfp_manager.services.question_states import NEEDS
from rfp_manager.tenders.points import Section
from themis.formatting import format_percent

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
        facts.append(_("No due date is set. The brief offers those that the documents name."))
    elif deadline is not None:
        facts.append(
            _("The due date is past.")
            if deadline.overdue
            else ngettext("%(days)d day left.", "%(days)d days left.", deadline.days)
            % {"days": deadline.days}
        )
    if rfp.questions_until is not None and rfp.questions_until < timezone.now():
        facts.append(_("The customer takes no more questions."))
    if coverage.asked:
        facts.append(_to_answer(coverage))
    return tuple(facts)


def _coverage_facts(coverage: Coverage) -> tuple[str, ...]:
    if not coverage.asked:
        return (_("No questions are imported yet."),)
    if coverage.share is None:
        return (
            ngettext(
                "%(asked)d question, none drafted yet. Draft them to measure this.",
                "%(asked)d questions, none drafted yet. Draft them to measure this.",
                coverage.asked,
            )
            % {"asked": coverage.asked},
        )
    facts = [
        ngettext(
            "%(supported)d of %(asked)d question (%(share)s) have a draft that the library supports.",
            "%(supported)d of %(asked)d questions (%(share)s) have a draft that the library supports.",
            coverage.asked,
        )
        % {"supported": coverage.supported, "asked": coverage.asked, "share": format_percent(coverage.share)},
        _("Not in the library: %(gaps)s.") % {"gaps": coverage.gaps},
    ]
    if coverage.partly:
        facts.append(_("Answered in part: %(number)s.") % {"number": coverage.partly})
    if coverage.drafted < coverage.asked:
        facts.append(_("Not drafted yet: %(number)s.") % {"number": coverage.asked - coverage.drafted})
    return tuple(facts)


def _customer_facts(rfp: RFP, user: User) -> tuple[str, ...]:
    others = RFP.objects.visible_to(user).filter(customer_id=rfp.customer_id).exclude(pk=rfp.pk)
    counts = others.aggregate(
        all=Count("pk"),
        won=Count("pk", filter=Q(status=RFP.Status.WON)),
        lost=Count("pk", filter=Q(status=RFP.Status.LOST)),
    )
    if not counts["all"]:
        return (_("No other RFP of %(customer)s is known to you.") % {"customer": rfp.customer},)
    return (
        ngettext(
            "%(all)d other RFP of %(customer)s: %(won)d won, %(lost)d lost.",
            "%(all)d other RFPs of %(customer)s: %(won)d won, %(lost)d lost.",
            counts["all"],
        )
        % (counts | {"customer": rfp.customer}),
    )


def _effort_facts(rfp: RFP, brief: Brief, coverage: Coverage) -> tuple[str, ...]:
    facts = []
    if coverage.asked:
        facts.append(_to_answer(coverage))
        if coverage.share is not None:
            left = coverage.asked - coverage.supported
            facts.append(
                ngettext(
                    "%(number)d answer to be written or checked by people.",
                    "%(number)d answers to be written or checked by people.",
                    left,
                )
                % {"number": left}
            )
    pages = sum(document.page_count or 0 for document in brief.read)
    if brief.read:
        number = len(brief.read)
        read = ngettext("%(number)d information document", "%(number)d information documents", number) % {
            "number": number
        }
        if pages:
            read += ", " + ngettext("%(pages)d page", "%(pages)d pages", pages) % {"pages": pages}
        facts.append(f"{read}.")
    return tuple(facts)


def _to_answer(coverage: Coverage) -> str:
    asked = coverage.asked
    return ngettext("%(asked)d question to answer.", "%(asked)d questions to answer.", asked) % {
        "asked": asked
    }
