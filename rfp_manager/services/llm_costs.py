"""What an RFP's language model has read, written and cost, and the budget that it may cost.

A cost is kept by the prices of its day (`llm_cost`). What was read before costs were kept counts by the present ones.
"""

from dataclasses import dataclass
from decimal import Decimal
from threading import Lock
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext as _

from rag.providers.llm import LLMError, TokenUsage
from rag.services.language_model import LanguageModel, find_language_model
from rfp_manager.models import RFP, Answer, RFPInformationDocument
from rfp_manager.models.rfp import RFPQuerySet
from themis.formatting import format_number


class BudgetSpentError(LLMError):
    """The RFP's budget for its language model is spent; the message says what to do."""


@dataclass(frozen=True)
class Spending:
    """Tokens of drafts, saved or not, and of summaries together.

    `cost` is None where no price was ever set, `budget` without one.
    """

    usage: TokenUsage
    cost: Decimal | None
    budget: Decimal | None
    currency: str

    @property
    def is_spent(self) -> bool:
        return self.cost is not None and self.budget is not None and self.cost >= self.budget


def with_tokens(rfps: RFPQuerySet) -> RFPQuerySet:
    """Annotate what `find_spending` reads. What was paid for questions that are dropped counts too."""
    return rfps.annotate(
        answers_spent=_spent(Answer.objects.filter(question__rfp=OuterRef("pk")), "question__rfp"),
        summaries_spent=_spent(RFPInformationDocument.objects.filter(rfp=OuterRef("pk")), "rfp"),
    )


def _spent(rows: "QuerySet[Any]", rfp: str) -> Subquery:
    before = Q(llm_model="")
    sums = JSONObject(
        read=Sum("input_tokens", default=0),
        written=Sum("output_tokens", default=0),
        read_before=Sum("input_tokens", filter=before, default=0),
        written_before=Sum("output_tokens", filter=before, default=0),
        # As text: a number of JSON would be read as a float.
        cost=Cast(Sum("llm_cost", default=Decimal(0)), TextField()),
    )
    return Subquery(rows.order_by().values(rfp).annotate(sums=sums).values("sums"))


def find_spending(rfp: RFP, *, model: LanguageModel | None = None) -> Spending:
    """One query, unless the RFP was found `with_tokens`, and one for the language model."""
    model = model or find_language_model()
    found: Any = rfp if hasattr(rfp, "answers_spent") else with_tokens(RFP.objects.all()).get(pk=rfp.pk)
    unpriced = TokenUsage()
    usage = TokenUsage(found.unsaved_input_tokens, found.unsaved_output_tokens)
    cost: Decimal = found.unsaved_llm_cost
    for sums in (found.answers_spent, found.summaries_spent):
        if sums is not None:  # there are rows
            usage += TokenUsage(sums["read"], sums["written"])
            unpriced += TokenUsage(sums["read_before"], sums["written_before"])
            cost += Decimal(sums["cost"])
    cost += model.cost_of(unpriced)
    priced = cost if cost or model.has_prices else None
    return Spending(usage, priced, model.budget or None, model.currency)


def record_unsaved(rfp: RFP, usage: TokenUsage | None, *, model: LanguageModel) -> None:
    """Count what a draft took that is no answer's: it was shown only, or came after a person's words."""
    if usage is None:
        return
    RFP.objects.filter(pk=rfp.pk).update(
        unsaved_input_tokens=F("unsaved_input_tokens") + usage.input_tokens,
        unsaved_output_tokens=F("unsaved_output_tokens") + usage.output_tokens,
        unsaved_llm_cost=F("unsaved_llm_cost") + model.cost_of(usage),
    )


class Purse:
    """The budget during one run: what was spent before is read once, and what the run spends is added up."""

    def __init__(self, rfp: RFP, model: LanguageModel) -> None:
        self._model = model
        self._spent = (find_spending(rfp, model=model).cost or Decimal(0)) if model.budget else Decimal(0)
        self._lock = Lock()

    def require(self) -> None:
        """Raises BudgetSpentError when nothing more may be asked for."""
        budget, currency = self._model.budget, self._model.currency
        if budget and self._spent >= budget:
            said = _(
                "The language model's budget for this RFP, %(budget)s, is spent (%(spent)s). An administrator can "
                "raise it, or answer the rest yourself."
            )
            sums = {"budget": budget, "spent": self._spent}
            raise BudgetSpentError(
                said % {name: f"{currency} {format_number(value, digits=2)}" for name, value in sums.items()}
            )

    def pay(self, usage: TokenUsage | None) -> None:
        if usage is not None:
            with self._lock:
                self._spent += self._model.cost_of(usage)
