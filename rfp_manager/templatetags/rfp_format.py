from decimal import Decimal

from django import template

from rfp_manager.services.calibration import Calibration, Sureness
from themis.formatting import format_number

register = template.Library()


@register.filter
def sureness(confidence: float | None, calibration: Calibration) -> Sureness | None:
    """What the team did with drafts that were as sure; None without a figure."""
    return calibration.of(confidence) if confidence is not None else None


@register.filter
def cost(amount: Decimal) -> str:
    """An amount of money with two decimals; of less than ten cents, its first two digits that say something."""
    if amount >= Decimal("0.1") or not amount:
        return format_number(amount, digits=2)
    return format_number(amount, digits=1 - amount.adjusted())
