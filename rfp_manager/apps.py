from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RfpManagerConfig(AppConfig):
    name = "rfp_manager"
    verbose_name = _("RFPs")

    def ready(self) -> None:
        from core.customer_sight import show_customers
        from core.job_sight import hide_jobs
        from rag.built_in_prompts import BuiltInPrompt, register_built_in_prompt
        from rag.judgements import register_judgements

        # Importing tasks registers the kinds of jobs.
        from rfp_manager import demonstration_tasks, receivers, shell_entries, stored_files, tasks  # noqa: F401
        from rfp_manager.job_access import jobs_of_others
        from rfp_manager.permissions import customers_of_teams
        from rfp_manager.services.judgements import approved_judgements
        from rfp_manager.services.library_uses import CitedInRFPs
        from rfp_manager.services.summary_prompts import INSTRUCTIONS
        from solution_library.usage import register_usage_source

        shell_entries.register()
        register_usage_source(CitedInRFPs())
        register_judgements("rfp_manager.approved", approved_judgements)
        register_built_in_prompt(BuiltInPrompt("summary_style", _("Summaries"), INSTRUCTIONS))
        receivers.connect()
        hide_jobs(jobs_of_others)
        show_customers(customers_of_teams)
        stored_files.register()
