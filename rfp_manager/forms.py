import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Organization, User
from rfp_manager.models import RFP, RFPExport, RFPMembership
from rfp_manager.services.rfp_details import customer_named, describe_detail, details_of
from rfp_manager.services.rfp_status import CHOOSABLE
from rfp_manager.workbooks.detection.corrections import ACTIONS, Correction, CorrectionRefused, Selection
from themis.forms import DeadlineField, FilesField
from themis.pickers import PickerSelect


class RFPForm(forms.ModelForm):
    customer_name = forms.CharField(
        label=gettext_lazy("New customer"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only when the customer is not in the list above."),
    )

    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "What is asked for and what matters, in your own words. The team reads it first."
        ),
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput(), max_length=60_000)
    is_conflict = False

    class Meta:
        model = RFP
        fields = [
            "title",
            "customer",
            "customer_name",
            "reference",
            "solutions",
            "due_at",
            "questions_until",
            "summary",
        ]
        labels = {
            "title": gettext_lazy("Title"),
            "customer": gettext_lazy("Customer"),
            "due_at": gettext_lazy("Due"),
            "questions_until": gettext_lazy("Questions until"),
        }
        help_texts = {"due_at": gettext_lazy("A date without a time means the end of that day.")}
        field_classes = {"due_at": DeadlineField, "questions_until": DeadlineField}
        widgets = {
            "customer": PickerSelect(source="customers"),
            "solutions": forms.CheckboxSelectMultiple(),
        }

    field_order = [
        "title",
        "customer",
        "customer_name",
        "reference",
        "due_at",
        "questions_until",
        "summary",
        "solutions",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["seen"]
        else:
            self._details = details_of(self.instance)
            self.initial["seen"] = json.dumps(self._details)
        self.fields["customer"].required = False
        self.fields["customer"].empty_label = _("Choose the customer")  # type: ignore[attr-defined]
        self.fields["customer"].queryset = Organization.objects.filter(kind=Organization.Kind.CUSTOMER)  # type: ignore[attr-defined]
        solutions = self.fields["solutions"].queryset.select_related("vendor")  # type: ignore[attr-defined]
        self.fields["solutions"].queryset = solutions  # type: ignore[attr-defined]
        if self.instance.pk is None and len(two := list(solutions[:2])) == 1:
            self.initial.setdefault("solutions", two)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name = (cleaned.get("customer_name") or "").strip()
        if not cleaned.get("customer") and not name:
            self.add_error("customer", _("Choose the customer, or type the name of a new one."))
        if cleaned.get("seen"):
            self._compare_with(cleaned["seen"])
        return cleaned

    def _compare_with(self, seen: str) -> None:
        """Refuse what was typed over details that have changed since, and say which; sent again it is a decision."""
        try:
            before = json.loads(seen)
        except ValueError:
            before = None
        before = before if isinstance(before, dict) else {}
        changed = [name for name, now in self._details.items() if before.get(name) != now]
        if not changed:
            return
        self.is_conflict = True
        sent: Any = self.data  # what a request sends does not change
        self.data = sent.copy()
        self.data[self.add_prefix("seen")] = json.dumps(self._details)  # type: ignore[index]
        now = "; ".join(
            _("%(label)s: %(value)s")
            % {"label": self.fields[name].label, "value": describe_detail(self.instance, name)}
            for name in changed
        )
        self.add_error(
            None,
            _(
                "Somebody changed these details meanwhile. Saved now: %(now)s. Yours are in the form; save them again "
                "to keep them."
            )
            % {"now": now},
        )

    def save(self, commit: bool = True) -> RFP:
        if not self.cleaned_data.get("customer"):
            self.instance.customer = customer_named(self.cleaned_data["customer_name"].strip())
        return super().save(commit)


class StatusForm(forms.Form):
    """Where the RFP stands; `seen` is where it stood on the page."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=[(status.value, status.label) for status in CHOOSABLE]
    )
    seen = forms.ChoiceField(choices=RFP.Status.choices, widget=forms.HiddenInput())

    @classmethod
    def of(cls, rfp: RFP) -> "StatusForm":
        return cls(initial={"status": rfp.status, "seen": rfp.status}, auto_id="stands_%s")


class InformationUploadForm(forms.Form):
    files = FilesField(  # type: ignore[assignment]
        label=gettext_lazy("Information documents"),
        accept=[".pdf", ".docx", ".doc", ".txt", ".md"],
        in_parts=True,
    )


class WorkbookUploadForm(forms.Form):
    files = FilesField(  # type: ignore[assignment]
        label=gettext_lazy("Question workbooks"), accept=[".xlsx", ".xlsm", ".csv"], in_parts=True
    )


class AnswerForm(forms.Form):
    """A person's words for one question; `version` is the one that they were looking at."""

    choice = forms.ChoiceField(label=gettext_lazy("Choice"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-grows": ""}),
        max_length=200_000,
        strip=True,
    )
    everywhere = forms.BooleanField(
        label=gettext_lazy("Use this answer for every question that asks the same"),
        required=False,
        initial=True,
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput())

    def __init__(self, *args: Any, choices: list[str], repeated: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not repeated:
            del self.fields["everywhere"]
        if choices:
            offered = [("", _("Nothing chosen")), *((value, value) for value in choices)]
            self.fields["choice"].choices = offered  # type: ignore[attr-defined]
        else:
            del self.fields["choice"]


class CorrectionForm(forms.Form):
    """One correction of a sheet's layout; `version` is the layout that the person was looking at."""

    action = forms.ChoiceField(choices=[(action, action) for action in ACTIONS])
    selection = forms.CharField(max_length=40, required=False)
    table = forms.IntegerField(min_value=0, required=False)
    version = forms.IntegerField(min_value=0)

    def clean_selection(self) -> Selection:
        text = self.cleaned_data["selection"]
        try:
            return Selection.parse(text) if text else Selection()
        except CorrectionRefused as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def correction(self) -> Correction:
        data = self.cleaned_data
        return Correction(data["action"], data["selection"], data["table"])


class LayoutVersionForm(forms.Form):
    version = forms.IntegerField(min_value=0)


class RestartForm(LayoutVersionForm):
    start = forms.ChoiceField(choices=[("memory", "memory"), ("detection", "detection")])


class DeclineForm(forms.Form):
    reason = forms.CharField(max_length=1000)


class ExportForm(forms.Form):
    CONTENT = [
        ("approved", gettext_lazy("Approved answers only")),
        ("drafts", gettext_lazy("Drafts too, approved or not")),
    ]

    content = forms.ChoiceField(
        label=gettext_lazy("What goes into the workbook"),
        choices=CONTENT,
        initial="approved",
        widget=forms.RadioSelect(),
    )


class AnswerDocumentForm(forms.Form):
    KINDS = [(kind.value, kind.label) for kind in (RFPExport.Format.WORD, RFPExport.Format.CSV)]

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of file"),
        choices=KINDS,
        initial=RFPExport.Format.WORD.value,
        widget=forms.RadioSelect(),
    )
    content = forms.ChoiceField(
        label=gettext_lazy("What goes into it"),
        choices=ExportForm.CONTENT,
        initial="approved",
        widget=forms.RadioSelect(),
    )


class RoleForm(forms.ModelForm):
    """Another role for somebody who is on the team."""

    class Meta:
        model = RFPMembership
        fields = ["role"]


class MemberForm(forms.ModelForm):
    class Meta:
        model = RFPMembership
        fields = ["user", "role"]
        labels = {"user": gettext_lazy("Person"), "role": gettext_lazy("Role")}
        widgets = {"user": PickerSelect(source="teammates")}
        help_texts = {
            "role": gettext_lazy(
                "Viewers read and comment. Contributors draft and write answers. Reviewers approve them too. "
                "Managers also change the RFP and its team."
            )
        }

    def __init__(self, *args: Any, rfp: RFP, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.rfp = rfp
        taken = rfp.memberships.values("user")
        self.fields["user"].queryset = (  # type: ignore[attr-defined]
            User.objects.filter(is_active=True).exclude(pk__in=taken).exclude(pk=rfp.owner_id)
        )
        self.fields["user"].empty_label = _("Choose the person")  # type: ignore[attr-defined]
