"""Which RFPs the analytics count: chosen in the address, out of those that a person may see."""

import datetime as dt
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
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
    customer = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=_("Customer"))
    owner = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=_("Owner"))
    member = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=_("On the team"))

    def __init__(self, data: dict[str, str] | None, *, rfps: "QuerySet[RFP]") -> None:
        super().__init__(data)
        self.rfps = rfps
        # Asked for when they are drawn or a choice is checked: a file with everything needs neither.
        offered = {"customer": self._customers, "owner": self._owners, "member": self._members}
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for bound in self.fields.values():
            bound.widget.attrs["class"] = "select select-sm w-full"

    @cached_property
    def _found_customers(self) -> list[Organization]:
        customers = self.rfps.order_by().values("customer")
        return list(Organization.objects.filter(pk__in=customers).order_by("name"))

    @cached_property
    def _people(self) -> list[Any]:
        """Everybody of the RFPs; `owns` says who owns one."""
        seen = self.rfps.order_by()
        members = RFPMembership.objects.filter(rfp__in=seen.values("pk")).order_by()
        people = User.objects.annotate(owns=Exists(seen.filter(owner=OuterRef("pk"))))
        return list(
            people.filter(Q(owns=True) | Q(pk__in=members.values("user"))).order_by(
                "first_name", "last_name", "email"
            )
        )

    def _customers(self) -> list[tuple[Any, str]]:
        return [("", str(_("Every customer"))), *((row.pk, str(row)) for row in self._found_customers)]

    def _owners(self) -> list[tuple[Any, str]]:
        return [("", str(_("Every owner"))), *((row.pk, str(row)) for row in self._people if row.owns)]

    def _members(self) -> list[tuple[Any, str]]:
        return [("", str(_("Every team"))), *((row.pk, str(row)) for row in self._people)]

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
