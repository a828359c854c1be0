from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RagConfig(AppConfig):
    name = "rag"
    verbose_name = _("Retrieval and drafting")

    def ready(self) -> None:
        # Here and not at the top: both need the models, which are not loaded before now.
        from rag import shell_entries, tasks  # noqa: F401  (registers the kinds of jobs, in every process)
        from rag.receivers import connect
        from rag.services.answer_warnings import find_answer_warnings
        from solution_library.answer_checks import register_answer_check

        connect()
        shell_entries.register()
        register_answer_check("rag.same_question", find_answer_warnings)
