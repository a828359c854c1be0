from django.contrib import admin

from rfp_manager.models import RFP, RFPMembership


class MembershipInline(admin.TabularInline):
    model = RFPMembership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(RFP)
class RFPAdmin(admin.ModelAdmin):
    list_display = ("title", "customer", "reference", "status", "due_at", "owner")
    list_filter = ("status", "customer")
    list_select_related = ("customer", "owner")
    search_fields = ("title", "reference", "customer__name")
    autocomplete_fields = ("customer", "owner", "solutions")
    date_hierarchy = "created_at"
    inlines = (MembershipInline,)


@admin.register(RFPMembership)
class RFPMembershipAdmin(admin.ModelAdmin):
    list_display = ("rfp", "user", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("rfp", "user")
    search_fields = ("rfp__title", "user__email")
    autocomplete_fields = ("rfp", "user")
