from django.contrib import admin

from core.admin.records import RecordAdmin
from rag.models import LanguageModelSettings


@admin.register(LanguageModelSettings)
class LanguageModelSettingsAdmin(RecordAdmin):
    """To look at, without the key; the language model's page judges the settings together and keeps the audit log."""

    list_display = ("__str__", "provider", "model", "url", "budget_per_rfp", "updated_at", "updated_by")
    list_filter = ("provider",)
    list_select_related = ("updated_by",)
    search_fields = ("model", "url")
    exclude = ("api_key",)
    readonly_fields = ("api_key_for", "api_key_set_at")
