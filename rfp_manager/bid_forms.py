"""What the go / no-go sheet sends: one criterion's score with a note, or the decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rfp_manager.models import BidAssessment, BidCriterion, BidDecision
from rfp_manager.services.bids import Assessed


def _score(value: Any) -> int | None:
    return int(value) if value else None


class AssessmentForm(forms.Form):
    """`version` is the one that the person was looking at."""

    criterion = forms.ChoiceField(choices=BidCriterion.choices, widget=forms.HiddenInput())
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput())
    score = forms.TypedChoiceField(
        label=gettext_lazy("How it looks"),
        required=False,
        coerce=_score,
        empty_value=None,
        choices=[("", gettext_lazy("Not scored")), *BidAssessment.Score.choices],
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    @classmethod
    def of(cls, row: Assessed) -> "AssessmentForm":
        """The form as the criterion stands now."""
        initial = {
            "criterion": row.criterion.value,
            "version": row.version,
            "score": row.now.score if row.now else None,
            "note": row.now.note if row.now else "",
        }
        return cls(initial=initial, auto_id=f"{row.criterion.value}_%s")


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=BidDecision.Decision.choices, widget=forms.RadioSelect()
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed for a go and for a no-go."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        decided = cleaned.get("decision") in (BidDecision.Decision.GO, BidDecision.Decision.NO_GO)
        if decided and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why, in a sentence: people will ask."))
        return cleaned
