from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# How much an administrator may add to what the language model is told: about 500 tokens.
MOST_STYLE = 2000


class LanguageModelSettings(models.Model):
    """Which language model is asked, what it may cost and how it is to write. There is one row at most.

    `rag.services.language_model_settings` changes it, and `rag.services.language_model` says what holds.
    """

    class Provider(models.TextChoices):
        NONE = "none", _("None: drafts quote the library")
        OPENAI = "openai", _("OpenAI-compatible endpoint")
        ANTHROPIC = "anthropic", "Anthropic"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    provider = models.CharField(_("provider"), max_length=20, choices=Provider.choices, default=Provider.NONE)
    url = models.CharField(_("address"), max_length=500, blank=True)
    model = models.CharField(_("model"), max_length=200, blank=True)
    # Encrypted (core.encryption), and sent to nobody but `api_key_for`.
    api_key = models.TextField(blank=True, editable=False)
    api_key_for = models.CharField(
        max_length=300,
        blank=True,
        editable=False,
        help_text="Scheme, host and port that the key was given for.",
    )
    api_key_set_at = models.DateTimeField(_("key set at"), null=True, blank=True, editable=False)
    timeout_seconds = models.PositiveSmallIntegerField(_("seconds for one reply"), default=60)
    concurrency = models.PositiveSmallIntegerField(_("questions at the same time"), default=8)
    max_tokens = models.PositiveIntegerField(_("longest reply in tokens"), default=2000)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    input_price = models.DecimalField(
        _("price of a million tokens read"), max_digits=10, decimal_places=4, default=Decimal(0)
    )
    output_price = models.DecimalField(
        _("price of a million tokens written"), max_digits=10, decimal_places=4, default=Decimal(0)
    )
    budget_per_rfp = models.DecimalField(
        _("budget for one RFP"), max_digits=12, decimal_places=2, default=Decimal(0)
    )
    drafting_style = models.CharField(_("house style of drafts"), max_length=MOST_STYLE, blank=True)
    summary_style = models.CharField(_("house style of summaries"), max_length=MOST_STYLE, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("language model settings")
        verbose_name_plural = _("language model settings")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="language_model_one_row"),
            models.CheckConstraint(
                condition=Q(provider__in=["none", "openai", "anthropic"]),
                name="language_model_provider_known",
            ),
            models.CheckConstraint(
                condition=Q(provider="none") | ~Q(model=""), name="language_model_has_a_model"
            ),
            models.CheckConstraint(
                condition=~Q(provider="openai") | ~Q(url=""), name="language_model_openai_has_an_address"
            ),
            models.CheckConstraint(
                condition=~Q(provider="anthropic") | ~Q(api_key=""), name="language_model_anthropic_has_a_key"
            ),
            models.CheckConstraint(
                condition=Q(api_key="", api_key_for="", api_key_set_at=None)
                | ~Q(api_key="") & ~Q(api_key_for="") & Q(api_key_set_at__isnull=False),
                name="language_model_key_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(
                    timeout_seconds__range=(1, 600),
                    concurrency__range=(1, 64),
                    max_tokens__range=(100, 64_000),
                ),
                name="language_model_limits_in_range",
            ),
            models.CheckConstraint(
                condition=Q(input_price__gte=0, output_price__gte=0, budget_per_rfp__gte=0),
                name="language_model_prices_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(budget_per_rfp=0) | Q(input_price__gt=0) | Q(output_price__gt=0),
                name="language_model_budget_has_prices",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Language model settings"))
