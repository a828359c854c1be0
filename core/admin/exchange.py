"""Import and export in the admin, with a preview before anything is written."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportModelAdmin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.results import Result
from import_export.tmp_storages import CacheStorage

from core.audit import record_event
from core.exceptions import SpelunkerError
from core.exchange.formats import MAX_BYTES, MAX_ROWS, LimitedCSV, LimitedXLSX
from core.words import format_number


class WaitingFile(CacheStorage):
    """Between preview and confirmation, where every web process finds it, and not for long."""

    CACHE_LIFETIME = 1800
    CACHE_PREFIX = "exchange:"


class TableImportForm(ImportForm):
    import_file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=format_lazy(
            gettext_lazy(".csv (UTF-8) or .xlsx, at most {rows} rows and {size} MB."),
            rows=MAX_ROWS,
            size=MAX_BYTES // 1_048_576,
        ),
    )

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MAX_BYTES:
            raise ValidationError(
                _("The file has %(size)s MB; the limit is %(limit)s MB.")
                % {"size": format_number(file.size / 1_048_576, 1), "limit": MAX_BYTES // 1_048_576}
            )
        return file


class ExchangeAdmin(ImportExportModelAdmin):
    """A model whose rows may be taken along as a table and brought back."""

    formats = [LimitedCSV, LimitedXLSX]
    import_form_class = TableImportForm
    export_form_class = ExportForm
    import_template_name = "admin/exchange/import.html"
    tmp_storage_class = WaitingFile
    from_encoding = "utf-8-sig"
    to_encoding = "utf-8-sig"
    import_error_display = ("message",)
    skip_admin_log = False

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        if isinstance(e, SpelunkerError):
            form.add_error("import_file", str(e))
        else:
            form.add_error(
                "import_file", _("The file could not be read. Check that it is what its format says.")
            )

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form: ConfirmImportForm = self.create_confirm_form(request)
        if form.is_valid() and WaitingFile(name=form.cleaned_data["import_file_name"]).read() is None:
            messages.error(
                request, _("The preview has expired. Choose the file once more; nothing was changed.")
            )
            return redirect("admin:{}_{}_import".format(*self.get_model_info()))
        return super().process_import(request, **kwargs)

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """Between preview and confirmation a row may have become wrong: then nothing was written."""
        if result.has_errors() or result.has_validation_errors():
            messages.error(
                request,
                _("Something changed since the preview, so nothing was written. Preview the file again."),
            )
            return redirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))
        record_event(
            "admin.imported",
            detail={"table": self.model._meta.label_lower, **{k: v for k, v in result.totals.items() if v}},
        )
        return super().process_result(result, request)

    def export_action(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = super().export_action(request)
        if response.get("Content-Disposition"):
            record_event("admin.exported", detail={"table": self.model._meta.label_lower})
        return response
