from django import template

from rfp_manager.services.calibration import Calibration, Sureness

register = template.Library()


@register.filter
def sureness(confidence: float | None, calibration: Calibration) -> Sureness | None:
    """What the team did with drafts that were as sure; None without a figure."""
    return calibration.of(confidence) if confidence is not None else None
