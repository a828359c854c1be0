"""Forms over the documents of a solution: the filter of their list, and what is done with many."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from solution_library.answer_forms import SolutionChoiceField, TagsField
from solution_library.models import Document, EmbeddingStatus, Freshness, Solution
from solution_library.models.document import DocumentQuerySet
from solution_library.models.near_duplicate import has_twin
from solution_library.owner_field import OwnerField
from solution_library.usage import never_cited
from themis.forms import DateField
from themis.pickers import TagsInput

STATUS_GROUPS = {
    "embedded": [EmbeddingStatus.EMBEDDED],
    "waiting": list(EmbeddingStatus.unfinished()),
    "failed": [EmbeddingStatus.FAILED],
}


class DocumentFilter(forms.Form):
    """What the address of the list asks for. Nonsense in it is as if it were not there."""

    q = forms.CharField(required=False, max_length=100)
    status = forms.ChoiceField(
        required=False,
        choices=[
            ("", _("Every state")),
            ("embedded", _("Embedded")),
            ("waiting", _("Waiting")),
            ("failed", _("Failed")),
        ],
    )
    type = forms.CharField(required=False, max_length=20)
    tag = forms.CharField(required=False, max_length=50)
    owner = forms.IntegerField(required=False, min_value=1, max_value=2**53)
    freshness = forms.ChoiceField(
        required=False,
        choices=[("", _("Any freshness")), *Freshness.choices, ("changed", _("Page changed lately"))],
    )

    likeness = forms.ChoiceField(
        required=False, choices=[("", _("Any likeness")), ("near", _("Near-duplicates"))]
    )

    @property
    def values(self) -> dict[str, Any]:
        self.full_clean()
        return self.cleaned_data

    def apply(self, documents: DocumentQuerySet) -> DocumentQuerySet:
        values = {name: value for name, value in self.values.items() if value}
        if "q" in values:
            documents = documents.filter(title__icontains=values["q"])
        if "status" in values:
            documents = documents.filter(embedding_status__in=STATUS_GROUPS[values["status"]])
        if "type" in values:
            documents = documents.filter(file_type=values["type"])
        if "tag" in values:
            documents = documents.filter(tags__contains=[values["tag"]])
        if "owner" in values:
            documents = documents.filter(owner=values["owner"])
        if "freshness" in values:
            documents = documents.of_freshness(values["freshness"], unused=never_cited(Document))
        if "likeness" in values:
            documents = documents.filter(has_twin())
        return documents


class DocumentForm(forms.ModelForm):
    """One document as people describe it. A page's title is its site's."""

    tags = TagsField(
        label=_("Tags"),
        required=False,
        widget=TagsInput(source="tags"),
        help_text=_("With commas between: security, backup."),
    )
    owner = OwnerField()
    review_by = DateField(
        label=_("Review by"),
        required=False,
        help_text=_("From then on it is marked, so that somebody checks that it is still true."),
    )

    class Meta:
        model = Document
        fields = ["title", "tags", "owner", "review_by"]
        labels = {"title": _("Title")}
        help_texts = {"title": _("Drafts name it beside what they cite.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.source_id:
            del self.fields["title"]

    @property
    def changes(self) -> dict[str, Any]:
        """What the person changed, and nothing that somebody else may have changed meanwhile."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class BulkForm(forms.Form):
    """Fields that stand in a dialog beside the form `bulk`, which has the ticks, and are sent with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["form"] = "bulk"


class TagsForm(BulkForm):
    tags = TagsField(
        label=_("Tags"),
        widget=TagsInput(source="tags"),
        help_text=_("With commas between: security, backup."),
    )
    how = forms.ChoiceField(
        label=_("What to do"),
        choices=[("add", _("Add them")), ("remove", _("Take them away"))],
        initial="add",
    )


class MoveForm(BulkForm):
    target = SolutionChoiceField(label=_("To which solution"), empty_label=_("Choose the solution"))

    def __init__(self, *args: Any, solutions: "QuerySet[Solution]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].offer(solutions)  # type: ignore[attr-defined]


class ReviewForm(BulkForm):
    """Who owns documents and by when they are reviewed; both are set, also to nothing."""

    owner = OwnerField()
    review_by = DateField(label=_("Review by"), required=False)
