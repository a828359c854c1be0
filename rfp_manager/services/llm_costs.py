"""What an RFP's language model has read, written and cost, and the budget that it may cost.

A cost is kept by the prices of its day (`llm_cost`). What was read before costs were kept counts by the present ones.
"""

from dataclasses import dataclass
from decimal import Decimal
from threading import Lock

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from rag.providers.llm import LLMError, TokenUsage
from rag.services.language_model import LanguageModel, find_language_model
from rfp_manager.models import RFP, Answer, RFPInformationDocument
from themis.formatting import format_number


class BudgetSpentError(LLMError):
    """The RFP's budget for its language model is spent; the message says what to do."""


@dataclass(frozen=True)
class Spending:
    """Tokens of drafts and summaries together. `cost` is None where no price was ever set, `budget` without one."""

    usage: TokenUsage
    cost: Decimal | None
    budget: Decimal | None
    currency: str

    @property
    def is_spent(self) -> bool:
        return self.cost is not None and self.budget is not None and self.cost >= self.budget


def find_spending(rfp: RFP, *, model: LanguageModel | None = None) -> Spending:
    """Two queries, and one for the language model. What was paid for questions that are dropped counts too."""
    model = model or find_language_model()
    usage, unpriced, cost = TokenUsage(), TokenUsage(), Decimal(0)
    before = Q(llm_model="")
    for rows in (
        Answer.objects.filter(question__rfp=rfp),
        RFPInformationDocument.objects.filter(rfp=rfp),
    ):
        sums = rows.aggregate(
            read=Sum("input_tokens", default=0),
            written=Sum("output_tokens", default=0),
            read_before=Sum("input_tokens", filter=before, default=0),
            written_before=Sum("output_tokens", filter=before, default=0),
            cost=Sum("llm_cost", default=Decimal(0)),
        )
        usage += TokenUsage(sums["read"], sums["written"])
        unpriced += TokenUsage(sums["read_before"], sums["written_before"])
        cost += sums["cost"]
    cost += model.cost_of(unpriced)
    priced = cost if cost or model.has_prices else None
    return Spending(usage, priced, model.budget or None, model.currency)


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
