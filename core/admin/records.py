from django.contrib import admin
from django.db import models
from django.http import HttpRequest


class RecordAdmin(admin.ModelAdmin):
    """To be read: a service writes it, and it goes with what it belongs to."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
