from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SolutionLibraryConfig(AppConfig):
    name = "solution_library"
    verbose_name = _("Solution library")

    def ready(self) -> None:
        # Here and not at the top: both need the models. Importing tasks registers the kinds of jobs.
        from solution_library import receivers, shell_entries, stored_files, tasks  # noqa: F401

        shell_entries.register()
        receivers.connect()
        stored_files.register()
