from django.contrib import admin

from core.models import Organization


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "website", "updated_at")
    list_filter = ("kind",)
    search_fields = ("name",)
    readonly_fields = ("file_type", "file_size", "created_at", "updated_at")
