"""What all tables have in common; and the table of organizations."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from tablib import Dataset

from core.formula_guard import guarded, unguarded
from core.models import Organization, User


class ColumnsWrong(Exception):
    """The file's headings are not the table's; the message names them."""


class TableResource(resources.ModelResource):
    """A row with an id changes that row, one without adds one. Headings are found in any case and order."""

    # Without these no row can be added or found.
    needed: tuple[str, ...] = ()

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        headings = [str(heading or "").strip().casefold() for heading in dataset.headers or []]
        known = [field.column_name for field in self.get_import_fields()]
        unknown = [heading or _("(empty)") for heading in headings if heading not in known]
        missing = [name for name in self.needed if name not in headings]
        if unknown or missing or len(set(headings)) < len(headings):
            raise ColumnsWrong(_what_is_wrong(unknown, missing, known))
        dataset.headers = headings
        if "id" not in headings:
            dataset.append_col([""] * len(dataset), header="id")

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        for name, value in row.items():
            if isinstance(value, str):
                row[name] = unguarded(value).replace("\x00", "").strip()
            elif value is None:
                row[name] = ""

    def after_init_instance(self, instance: Model, new: bool, row: dict[str, Any], **kwargs: Any) -> None:
        if new and row.get("id"):
            raise ValidationError(
                {
                    "id": _("There is no row with the id %(id)s. Leave the id empty to add one.")
                    % {"id": row["id"]}
                }
            )

    def import_data(self, dataset: Dataset, *args: Any, **kwargs: Any) -> Any:
        """Nothing is written when any row is wrong."""
        return super().import_data(
            dataset, *args, **{**kwargs, "use_transactions": True, "rollback_on_validation_errors": True}
        )

    def export_resource(self, instance: Model, *args: Any, **kwargs: Any) -> list[Any]:
        cells = super().export_resource(instance, *args, **kwargs)
        return [guarded(cell) if isinstance(cell, str) else cell for cell in cells]


class PersonWidget(widgets.Widget):
    """A person by their e-mail address."""

    def clean(self, value: Any, row: dict[str, Any] | None = None, **kwargs: Any) -> User | None:
        address = str(value or "").strip()
        if not address:
            return None
        person = User.objects.filter(email__iexact=address).first()
        if person is None:
            raise ValueError(_("Nobody has the e-mail address “%(address)s”.") % {"address": address})
        return person

    def render(self, value: User | None, obj: Model | None = None, **kwargs: Any) -> str:
        return value.email if value else ""


class OrganizationResource(TableResource):
    """Companies, without their logos."""

    needed = ("name",)
    name = fields.Field("name", "name")
    kind = fields.Field("kind", "kind", default=Organization.Kind.VENDOR)

    class Meta:
        model = Organization
        fields = ("id", "name", "kind", "website")
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True


def _what_is_wrong(unknown: list[str], missing: list[str], known: list[str]) -> str:
    said = []
    if unknown:
        said.append(_("Unknown columns: %(names)s.") % {"names": ", ".join(unknown)})
    if missing:
        said.append(_("Missing columns: %(names)s.") % {"names": ", ".join(missing)})
    if not said:
        said.append(_("A column is there twice."))
    said.append(_("This table has: %(names)s.") % {"names": ", ".join(known)})
    return " ".join(said)
