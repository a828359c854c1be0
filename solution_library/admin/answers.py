"""Library answers with their history and imports, and how well they are found."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.exchange import ExchangeAdmin
from core.admin.records import RecordAdmin
from core.models import User
from solution_library.admin.deletion import UndoableDeletion
from solution_library.answer_forms import TagsField
from solution_library.exceptions import LibraryError
from solution_library.exchange import LibraryAnswerResource
from solution_library.models import (
    AnswerImport,
    LibraryAnswer,
    LibraryAnswerVersion,
    RetrievalEvaluation,
    ReviewReminder,
)
from solution_library.services.answers import (
    change_library_answer,
    request_answer_embedding,
    save_library_answer,
    state_of,
)
from solution_library.services.deletions import trash_answers


class LibraryAnswerAdminForm(forms.ModelForm):
    """`state` says which entry the person was looking at."""

    tags = TagsField(label=_("Tags"), required=False, help_text=_("With commas between: security, backup."))
    state = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=64)

    class Meta:
        model = LibraryAnswer
        fields = ("solution", "question", "answer", "choice", "tags", "owner", "review_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["state"] = state_of(self.instance)

    def clean_state(self) -> str:
        state: str = self.cleaned_data["state"]
        if self.instance.pk and state != self.initial["state"]:
            raise ValidationError(
                _("Somebody else changed this answer meanwhile. Compare both before you save.")
            )
        return state


@admin.register(LibraryAnswer)
class LibraryAnswerAdmin(UndoableDeletion, ExchangeAdmin):
    resource_classes = [LibraryAnswerResource]
    form = LibraryAnswerAdminForm
    list_display = ("question", "solution", "owner", "times_used", "review_by", "embedding_status")
    list_select_related = ("solution", "owner")
    list_filter = ("embedding_status", "origin", "solution__vendor")
    search_fields = ("question", "answer", "tags")
    raw_id_fields = ("solution", "owner")
    exclude = ("embedding", "search_vector")
    readonly_fields = (
        "origin",
        "origin_note",
        "origin_answer_id",
        "times_used",
        "last_used_at",
        "embedding_status",
        "embedding_model",
        "created_at",
        "updated_at",
    )
    actions = ("embed_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LibraryAnswer]:
        return super().get_queryset(request).defer("embedding", "search_vector")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the service refuses, after the form found nothing, is said above the form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except LibraryError as error:
            messages.error(request, str(error))
            return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: LibraryAnswer, form: forms.Form, change: bool) -> None:
        assert isinstance(request.user, User)  # noqa: S101 - for the type checker
        said = {name: value for name, value in form.cleaned_data.items() if name != "state"}
        if change:
            change_library_answer(obj, **said, expected=form.cleaned_data["state"], user=request.user)
        else:
            obj.pk = save_library_answer(**said).pk

    def trash(self, rows: QuerySet[LibraryAnswer], now: datetime) -> None:
        trash_answers(LibraryAnswer.objects.filter(pk__in=[row.pk for row in rows]), now=now)

    def goes_along(self, row: LibraryAnswer) -> list[tuple[str, int]]:
        return [(gettext("versions"), row.versions.count())]

    @admin.action(description=_("Embed selected answers again"), permissions=["change"])
    def embed_again(self, request: HttpRequest, queryset: QuerySet[LibraryAnswer]) -> None:
        count = request_answer_embedding(queryset)
        self.message_user(
            request,
            ngettext("%(count)d answer is queued.", "%(count)d answers are queued.", count)
            % {"count": count},
        )


@admin.register(LibraryAnswerVersion)
class LibraryAnswerVersionAdmin(RecordAdmin):
    list_display = ("entry", "version", "edited_by", "created_at")
    list_select_related = ("entry", "edited_by")
    list_filter = ("created_at",)
    search_fields = ("question", "answer")


@admin.register(AnswerImport)
class AnswerImportAdmin(RecordAdmin):
    list_display = ("filename", "solution", "owner", "kept", "created_at", "finished_at")
    list_select_related = ("solution", "owner")
    list_filter = ("created_at", "finished_at")
    search_fields = ("filename",)


@admin.register(ReviewReminder)
class ReviewReminderAdmin(RecordAdmin):
    list_display = ("reason", "due_on", "document", "answer", "created_at")
    list_select_related = ("document", "answer")
    list_filter = ("reason", "due_on")
    search_fields = ("document__title", "answer__question")


@admin.register(RetrievalEvaluation)
class RetrievalEvaluationAdmin(RecordAdmin):
    list_display = ("created_at", "embedding_model", "fingerprint", "question_count", "ndcg", "recall", "mrr")
    list_filter = ("embedding_model",)
    search_fields = ("embedding_model", "fingerprint")
    exclude = ("results",)
