"""How a bound field is drawn with daisyUI's classes; used by templates/components/forms/field.html only."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def field_kind(field: BoundField) -> str:
    """Which layout a field takes: checkbox, themes, options, drop_zone, file, or input."""
    widget = field.field.widget
    if getattr(widget, "is_theme_select", False):
        return "themes"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "options"
    if getattr(widget, "is_drop_zone", False):
        return "drop_zone"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "input"


def _classes(field: BoundField) -> str:
    widget, bad = field.field.widget, bool(field.errors)
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox" + (" checkbox-error" if bad else "")
    if isinstance(widget, forms.FileInput):
        return "file-input w-full" + (" file-input-error" if bad else "")
    if isinstance(widget, forms.Textarea):
        return "textarea w-full" + (" textarea-error" if bad else "")
    if isinstance(widget, forms.SelectMultiple):
        return "multi-select" + (" border-error" if bad else "")
    if isinstance(widget, forms.Select):
        return "select w-full" + (" select-error" if bad else "")
    return "input w-full" + (" input-error" if bad else "")


@register.simple_tag
def field_control(field: BoundField, **extra: Any) -> SafeString:
    """The field's own control with the classes of its kind; classes set on the widget are kept."""
    own = field.field.widget.attrs.get("class", "")
    attrs = {"class": f"{_classes(field)} {own}".strip()} | extra
    return field.as_widget(attrs=attrs)


@register.simple_tag
def option_control(option: BoundWidget) -> SafeString:
    """One radio button or checkbox of a list of options."""
    kind = "radio radio-sm" if option.data["type"] == "radio" else "checkbox checkbox-sm"
    option.data["attrs"]["class"] = kind
    # The label is drawn by the template around the control.
    return mark_safe(option.tag(wrap_label=False))  # noqa: S308 - rendered by the widget's own template
