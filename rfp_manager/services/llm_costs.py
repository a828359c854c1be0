"""What an RFP's language model has read, written and cost, and the budget that it may cost."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum

from rag.providers.llm import LLMError, TokenUsage
from rfp_manager.models import RFP, Answer, RFPInformationDocument

_MILLION = 1_000_000


class BudgetSpentError(LLMError):
    """The RFP's budget for its language model is spent; the message says what to do."""


@dataclass(frozen=True)
class Spending:
    """Tokens of drafts and summaries together. `cost` is None where no price is set, `budget` where there is none."""

    usage: TokenUsage
    cost: float | None
    budget: float | None

    @property
    def currency(self) -> str:
        return str(settings.LLM_CURRENCY)

    @property
    def is_spent(self) -> bool:
        return self.cost is not None and self.budget is not None and self.cost >= self.budget


def cost_of(usage: TokenUsage) -> float | None:
    """In settings.LLM_CURRENCY, by the prices for a million tokens; None where neither price is set."""
    if not (settings.LLM_INPUT_PRICE or settings.LLM_OUTPUT_PRICE):
        return None
    read = usage.input_tokens * settings.LLM_INPUT_PRICE
    written = usage.output_tokens * settings.LLM_OUTPUT_PRICE
    return float((read + written) / _MILLION)


def find_spending(rfp: RFP) -> Spending:
    """Two queries. What was paid for questions that a newer workbook dropped counts too."""
    usage = TokenUsage()
    for rows in (
        Answer.objects.filter(question__rfp=rfp),
        RFPInformationDocument.objects.filter(rfp=rfp),
    ):
        sums = rows.aggregate(read=Sum("input_tokens", default=0), written=Sum("output_tokens", default=0))
        usage += TokenUsage(sums["read"], sums["written"])
    return Spending(usage, cost_of(usage), settings.LLM_BUDGET_PER_RFP or None)


class Purse:
    """The budget during one run: what was spent before is read once, and what the run spends is added up."""

    def __init__(self, rfp: RFP) -> None:
        self._budget = settings.LLM_BUDGET_PER_RFP or None
        self._spent = (find_spending(rfp).cost or 0.0) if self._budget else 0.0

    def require(self) -> None:
        """Raises BudgetSpentError when nothing more may be asked for."""
        if self._budget is not None and self._spent >= self._budget:
            currency = settings.LLM_CURRENCY
            raise BudgetSpentError(
                f"The language model's budget for this RFP, {currency} {self._budget:,.2f}, is spent "
                f"({currency} {self._spent:,.2f}). Raise LLM_BUDGET_PER_RFP, or answer the rest yourself."
            )

    def pay(self, usage: TokenUsage | None) -> None:
        if usage is not None:
            self._spent += cost_of(usage) or 0.0
