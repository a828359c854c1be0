"""The pages' forms behind the API, so that both hold the same rules."""

from typing import Any

from django.forms import BaseForm, BaseModelForm, ModelMultipleChoiceField, model_to_dict

from themis.api.problems import APIError, FieldError


def accept(form: BaseForm) -> None:
    """Raise APIError (422), field by field, unless the form is valid."""
    if form.is_valid():
        return
    errors = [
        FieldError(field="body" if name == "__all__" else f"body.{name}", message=str(message))
        for name, messages in form.errors.items()
        for message in messages
    ]
    raise APIError(422, " ".join(error.message for error in errors), code="invalid", errors=errors)


def edited(form: BaseModelForm, changes: dict[str, Any]) -> dict[str, Any]:
    """The data of a model form: what the row holds now, with `changes` over it."""
    data = model_to_dict(form.instance, fields=list(form.fields)) if form.instance.pk else {}
    for name, value in data.items():
        if isinstance(form.fields[name], ModelMultipleChoiceField):
            data[name] = [row.pk for row in value]
    return {name: value for name, value in (data | changes).items() if value is not None}
