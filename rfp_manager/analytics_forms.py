"""Which RFPs the analytics count: chosen in the address, out of those that a person may see."""

import datetime as dt

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Organization, User
from rfp_manager.models import RFP, RFPMembership

DAYS = {"quarter": 91, "year": 365, "two-years": 730}


class AnalyticsFilter(forms.Form):
    """A value that means nothing here, or somebody else's RFP, filters nothing."""

    period = forms.ChoiceField(
        required=False,
        choices=[
            ("year", _("Last 12 months")),
            ("quarter", _("Last 3 months")),
            ("two-years", _("Last 24 months")),
            ("all", _("All the time")),
        ],
    )
    customer = forms.ModelChoiceField(
        Organization.objects.none(), required=False, empty_label=_("Every customer"), label=_("Customer")
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label=_("Every owner"), label=_("Owner")
    )
    member = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label=_("Every team"), label=_("On the team")
    )

    def __init__(self, data: dict[str, str] | None, *, rfps: "QuerySet[RFP]") -> None:
        super().__init__(data)
        self.rfps = rfps
        seen = rfps.order_by()
        fields: dict[str, forms.ModelChoiceField] = {
            name: self.fields[name]  # type: ignore[misc]
            for name in ("customer", "owner", "member")
        }
        fields["customer"].queryset = Organization.objects.filter(pk__in=seen.values("customer")).order_by(
            "name"
        )
        people = User.objects.order_by("first_name", "last_name", "email")
        fields["owner"].queryset = people.filter(pk__in=seen.values("owner"))
        members = RFPMembership.objects.filter(rfp__in=seen.values("pk")).order_by()
        fields["member"].queryset = people.filter(
            Q(pk__in=members.values("user")) | Q(pk__in=seen.values("owner"))
        )
        for bound in self.fields.values():
            bound.widget.attrs["class"] = "select select-sm w-full"

    def apply(self) -> "QuerySet[RFP]":
        """The RFPs that are counted."""
        self.is_valid()
        chosen = self.cleaned_data
        rows = self.rfps
        days = DAYS.get(chosen.get("period") or "year")
        if days:
            rows = rows.filter(created_at__gte=timezone.now() - dt.timedelta(days=days))
        if customer := chosen.get("customer"):
            rows = rows.filter(customer=customer)
        if owner := chosen.get("owner"):
            rows = rows.filter(owner=owner)
        if member := chosen.get("member"):
            on_team = RFPMembership.objects.filter(user=member).values("rfp")
            rows = rows.filter(Q(owner=member) | Q(pk__in=on_team))
        return rows
