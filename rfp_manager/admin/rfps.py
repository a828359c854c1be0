from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from rfp_manager.models import RFP, RFPMembership
from rfp_manager.services.rfps import delete_rfp
from solution_library.admin.deletion import DeletionByService


class MembershipInline(admin.TabularInline):
    model = RFPMembership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(RFP)
class RFPAdmin(DeletionByService):
    list_display = ("title", "customer", "reference", "status", "due_at", "owner")
    list_filter = ("status", "customer")
    list_select_related = ("customer", "owner")
    search_fields = ("title", "reference", "customer__name")
    autocomplete_fields = ("customer", "owner", "solutions")
    date_hierarchy = "created_at"
    inlines = (MembershipInline,)

    def goes_along(self, row: RFP) -> list[tuple[str, int]]:
        return [
            (gettext("questions"), row.questions.count()),
            (gettext("workbooks"), row.question_documents.count()),
            (gettext("information documents"), row.information_documents.count()),
            (gettext("exports"), row.exports.count()),
        ]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RFP]) -> None:
        for rfp in queryset:
            delete_rfp(rfp)


@admin.register(RFPMembership)
class RFPMembershipAdmin(admin.ModelAdmin):
    list_display = ("rfp", "user", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("rfp", "user")
    search_fields = ("rfp__title", "user__email")
    autocomplete_fields = ("rfp", "user")
