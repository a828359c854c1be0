from django.contrib import admin
from django.db import models

from core.admin.exchange import ExchangeAdmin
from core.exchange.resources import OrganizationResource
from core.models import Organization


@admin.register(Organization)
class OrganizationAdmin(ExchangeAdmin):
    resource_classes = [OrganizationResource]
    list_display = ("name", "kind", "website", "updated_at")
    list_filter = ("kind",)
    search_fields = ("name", "website")
    readonly_fields = ("file_type", "file_size", "created_at", "updated_at")
    # Who types an address without a scheme means the safe one.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
