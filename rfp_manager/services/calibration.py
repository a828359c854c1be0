"""How sure a draft is, by what this team did with earlier drafts that were as sure: approved as they were, or edited.

A drafter's own figure is what its weights say. Approved answers tell how often that was right here: they are counted by
tenths of it, and the figure shown moves from the drafter's own towards theirs the more of them there are.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Exists, F, FloatField, OuterRef, Q, Subquery
from django.db.models.functions import Floor, Least
from redis.exceptions import RedisError

from rfp_manager.models import Answer, AnswerVersion, Question

logger = logging.getLogger(__name__)

_KEY = "rfp_manager.calibration"
_SECONDS_KEPT = 600
# The drafter's own figure weighs as much as so many approved answers.
_WEIGHT = 8.0
_TENTHS = 10


@dataclass(frozen=True)
class Sureness:
    """`share` (0 to 1) is how likely a draft is approved unchanged; of `judged` as sure, `unchanged` were."""

    share: float
    judged: int
    unchanged: int


@dataclass(frozen=True)
class Calibration:
    """Approved drafts, and those of them approved unchanged, by the tenth that their confidence is in (0 to 9)."""

    counts: Mapping[int, tuple[int, int]]

    def of(self, confidence: float) -> Sureness:
        judged, unchanged = self.counts.get(min(int(confidence * _TENTHS), _TENTHS - 1), (0, 0))
        share = (unchanged + _WEIGHT * confidence) / (judged + _WEIGHT)
        return Sureness(share, judged, unchanged)


def find_calibration() -> Calibration:
    """Over all RFPs of this installation, counted anew every ten minutes; one query then.

    While the cache does not answer, the drafter's own figures stand: a page shows many, and waits for none.
    """
    try:
        counts: dict[int, tuple[int, int]] | None = cache.get(_KEY)
        if counts is None:
            counts = _count()
            cache.set(_KEY, counts, _SECONDS_KEPT)
    except RedisError:
        logger.warning("the cache does not answer; confidence is shown as drafted", exc_info=True)
        return Calibration({})
    return Calibration(counts)


def forget_calibration() -> None:
    cache.delete(_KEY)


def _count() -> dict[int, tuple[int, int]]:
    drafts = AnswerVersion.objects.filter(answer=OuterRef("answer")).exclude(origin=Answer.Origin.HUMAN)
    drafts = drafts.exclude(text="", choice="").exclude(confidence=None)
    same = drafts.filter(text=OuterRef("answer__text"), choice=OuterRef("answer__choice"))
    confidence = Subquery(drafts.order_by("-version").values("confidence")[:1], output_field=FloatField())
    rows = (
        Question.objects.filter(status=Question.Status.APPROVED, answer__isnull=False)
        .annotate(drafted=confidence, is_same=Exists(same))
        .exclude(drafted=None)
        .order_by()
        .values(tenth=Least(Floor(F("drafted") * _TENTHS), float(_TENTHS - 1), output_field=FloatField()))
        .annotate(judged=Count("pk"), unchanged=Count("pk", filter=Q(is_same=True)))
    )
    return {int(row["tenth"]): (row["judged"], row["unchanged"]) for row in rows}
