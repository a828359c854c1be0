from django.apps import AppConfig


class RfpManagerConfig(AppConfig):
    name = "rfp_manager"
    verbose_name = "RFPs"

    def ready(self) -> None:
        from rag.judgements import register_judgements

        # Importing tasks registers the kinds of jobs.
        from rfp_manager import demonstration_tasks, receivers, shell_entries, tasks  # noqa: F401
        from rfp_manager.services.judgements import approved_judgements
        from rfp_manager.services.library_uses import CitedInRFPs
        from solution_library.usage import register_usage_source

        shell_entries.register()
        register_usage_source(CitedInRFPs())
        register_judgements("rfp_manager.approved", approved_judgements)
        receivers.connect()
