"""The language model that holds now: what the server's environment says, or else what an administrator saved.

Ask once for each run and hand the answer on: whoever asks again sees what was changed meanwhile.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext_lazy

from core.encryption import DecryptionError, decrypt
from rag.models import LanguageModelSettings
from rag.providers.llm import LLMChoice, LLMError, LLMProvider, TokenUsage, shared_llm_provider

KEY_PURPOSE = "rag.language_model"
_MILLION = 1_000_000
_UNREADABLE_KEY = gettext_lazy(
    "The language model's key cannot be read any more, because SECRET_KEY was replaced. An administrator can type "
    "the key again under Language model, or put the old SECRET_KEY into SECRET_KEY_FALLBACKS."
)


@dataclass(frozen=True)
class LanguageModel:
    """Everything that is set about the language model. `problem` says why it cannot be asked, though one is set."""

    provider: str = "none"
    url: str = ""
    model: str = ""
    api_key: str = field(default="", repr=False)
    timeout: float = 60.0
    concurrency: int = 8
    max_tokens: int = 2000
    currency: str = "USD"
    input_price: Decimal = Decimal(0)
    output_price: Decimal = Decimal(0)
    budget: Decimal = Decimal(0)
    drafting_style: str = ""
    summary_style: str = ""
    from_environment: bool = False
    problem: str = ""

    @property
    def is_configured(self) -> bool:
        return self.provider != "none"

    @property
    def has_prices(self) -> bool:
        return bool(self.input_price or self.output_price)

    def cost_of(self, usage: TokenUsage) -> Decimal:
        """In `currency`; 0 where no price is set."""
        read, written = usage.input_tokens * self.input_price, usage.output_tokens * self.output_price
        return (read + written) / _MILLION

    def choice(self, *, timeout: float | None = None, max_tokens: int | None = None) -> LLMChoice:
        """What a provider is made from. Raises LLMError where it cannot be asked."""
        if self.problem:
            raise LLMError(self.problem)
        return LLMChoice(
            self.provider,
            url=self.url,
            api_key=self.api_key,
            model=self.model,
            timeout=timeout or self.timeout,
            max_tokens=max_tokens or self.max_tokens,
        )


def find_language_model() -> LanguageModel:
    """One query. Where LLM_PROVIDER is set in the environment, the saved row only says how to write."""
    row = LanguageModelSettings.objects.first() or LanguageModelSettings()
    return _from_environment(row) if settings.LLM_PROVIDER else _from_row(row)


def llm_is_configured() -> bool:
    return find_language_model().is_configured


def get_llm_provider(model: LanguageModel | None = None) -> LLMProvider | None:
    """This process's provider of the model, by default the one that holds now; None without one. Raises LLMError."""
    model = model or find_language_model()
    return shared_llm_provider(model.choice()) if model.is_configured else None


def _from_environment(row: LanguageModelSettings) -> LanguageModel:
    return LanguageModel(
        provider=settings.LLM_PROVIDER,
        url=settings.LLM_API_URL,
        model=settings.LLM_MODEL,
        api_key=settings.LLM_API_KEY,
        timeout=settings.LLM_TIMEOUT_SECONDS,
        concurrency=settings.LLM_CONCURRENCY,
        max_tokens=settings.LLM_MAX_TOKENS,
        currency=settings.LLM_CURRENCY,
        input_price=Decimal(str(settings.LLM_INPUT_PRICE)),
        output_price=Decimal(str(settings.LLM_OUTPUT_PRICE)),
        budget=Decimal(str(settings.LLM_BUDGET_PER_RFP)),
        drafting_style=row.drafting_style,
        summary_style=row.summary_style,
        from_environment=True,
    )


def _from_row(row: LanguageModelSettings) -> LanguageModel:
    api_key, problem = "", ""
    if row.api_key and row.provider != row.Provider.NONE:
        try:
            api_key = decrypt(row.api_key, purpose=KEY_PURPOSE)
        except DecryptionError:
            problem = str(_UNREADABLE_KEY)
    return LanguageModel(
        provider=row.provider,
        url=row.url,
        model=row.model,
        api_key=api_key,
        timeout=float(row.timeout_seconds),
        concurrency=row.concurrency,
        max_tokens=row.max_tokens,
        currency=row.currency,
        input_price=row.input_price,
        output_price=row.output_price,
        budget=row.budget_per_rfp,
        drafting_style=row.drafting_style,
        summary_style=row.summary_style,
        problem=problem,
    )
