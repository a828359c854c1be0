"""Names of models and fields in the reader's language, where the model leaves them to Django.

Django derives them from the Python name ("due date" of `due_date`), in English only. What is set here is that very
name, to be translated: no model has to repeat it, and migrations do not see it.
"""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.text import camel_case_to_spaces
from django.utils.translation import pgettext_lazy

# Context, text, and the module that the model is in: what `make messages` puts into the catalogues.
derived_names: list[tuple[str, str, str]] = []


def translate_names() -> None:
    """Once, when all models are loaded."""
    for config in apps.get_app_configs():
        if Path(config.path).parent == settings.BASE_DIR:
            for model in config.get_models():
                _name_model(model)
                _name_fields(model)


def _name_model(model: type[models.Model]) -> None:
    said = model._meta.original_attrs
    with translation.override(None):
        name = str(said.get("verbose_name", camel_case_to_spaces(model.__name__)))
    for option, text in (("verbose_name", name), ("verbose_name_plural", f"{name}s")):
        if option not in said:
            setattr(model._meta, option, pgettext_lazy("model", text))
            derived_names.append(("model", text, model.__module__))


def _name_fields(model: type[models.Model]) -> None:
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        name = field.verbose_name
        # One that is marked where the model says it is lazy, and so no str.
        if isinstance(name, str) and not field.auto_created:
            field.verbose_name = pgettext_lazy("field", name)
            derived_names.append(("field", name, model.__module__))
