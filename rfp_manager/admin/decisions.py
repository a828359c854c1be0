"""What teams said, decided and kept about an RFP: records, to be read."""

from django.contrib import admin

from core.admin.records import RecordAdmin
from rfp_manager.models import (
    AssignmentReminder,
    BidAssessment,
    BidDecision,
    BulkStep,
    Comment,
    DefaultView,
    DismissedContradiction,
    QuestionGroup,
    SavedView,
)


@admin.register(BidAssessment)
class BidAssessmentAdmin(RecordAdmin):
    list_display = ("rfp", "criterion", "version", "score", "assessed_by", "assessed_at")
    list_filter = ("criterion", "score")
    list_select_related = ("rfp", "assessed_by")
    search_fields = ("rfp__title", "note")


@admin.register(BidDecision)
class BidDecisionAdmin(RecordAdmin):
    list_display = ("rfp", "decision", "decided_by", "decided_at")
    list_filter = ("decision",)
    list_select_related = ("rfp", "decided_by")
    search_fields = ("rfp__title", "reason")
    date_hierarchy = "decided_at"


@admin.register(DismissedContradiction)
class DismissedContradictionAdmin(RecordAdmin):
    list_display = ("rfp", "dismissed_by", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("rfp", "dismissed_by")
    search_fields = ("rfp__title", "key")


@admin.register(BulkStep)
class BulkStepAdmin(RecordAdmin):
    list_display = ("rfp", "user", "kind", "number", "moment")
    list_filter = ("kind", "moment")
    list_select_related = ("rfp", "user")
    search_fields = ("rfp__title",)


@admin.register(QuestionGroup)
class QuestionGroupAdmin(RecordAdmin):
    list_display = ("__str__", "rfp", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("rfp",)
    search_fields = ("rfp__title",)


@admin.register(Comment)
class CommentAdmin(RecordAdmin):
    list_display = ("__str__", "question", "author", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("question", "author")
    search_fields = ("text", "question__text", "question__rfp__title")


@admin.register(SavedView)
class SavedViewAdmin(RecordAdmin):
    list_display = ("name", "rfp", "owner", "shared", "created_at")
    list_filter = ("shared",)
    list_select_related = ("rfp", "owner")
    search_fields = ("name", "rfp__title", "owner__email")


@admin.register(AssignmentReminder)
class AssignmentReminderAdmin(RecordAdmin):
    list_display = ("rfp", "user", "day", "created_at")
    list_filter = ("day",)
    list_select_related = ("rfp", "user")
    search_fields = ("rfp__title", "user__email")


@admin.register(DefaultView)
class DefaultViewAdmin(RecordAdmin):
    list_display = ("rfp", "user", "view")
    list_filter = ("rfp",)
    list_select_related = ("rfp", "user", "view")
    search_fields = ("rfp__title", "user__email")
