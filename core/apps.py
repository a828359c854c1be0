from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext, ngettext

from core.words import use_translations


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        # Models exist only once all apps are loaded; importing checks registers them.
        from core import checks, receivers  # noqa: F401
        from core.models import Organization, PartialUpload
        from core.names import translate_names
        from core.stored_keys import register_stored_keys

        translate_names()

        use_translations(gettext, ngettext)
        post_migrate.connect(create_roles, sender=self)
        receivers.connect()
        register_stored_keys(Organization, "logo", "orgs/logos/", size="file_size")
        register_stored_keys(PartialUpload, "part_keys", "uploads/", several=True)


def create_roles(**kwargs: Any) -> None:
    """Every database has the groups that permissions speak of, an emptied one too."""
    from django.contrib.auth.models import Group  # models exist only once all apps are loaded

    from core.permissions import ROLES

    for name in ROLES:
        Group.objects.using(kwargs["using"]).get_or_create(name=name)
