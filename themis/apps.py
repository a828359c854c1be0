from django.apps import AppConfig
from django.db.models.signals import post_delete


class ThemisConfig(AppConfig):
    name = "themis"

    def ready(self) -> None:
        # Here and not at the top: all need the models. Importing tasks registers the kinds of jobs.
        from core.jobs import register_surroundings
        from core.signals import job_ended
        from core.stored_keys import register_stored_keys
        from core.words import use_number_format
        from themis import formatting, notification_tasks, shell_entries, tasks  # noqa: F401
        from themis.models import Profile
        from themis.services.avatars import delete_avatar
        from themis.services.job_tidings import speaking_to_owner, tell_owner
        from themis.services.webhook_events import publish_job_end

        shell_entries.register()
        register_stored_keys(Profile, "avatar", "people/avatars/", size="file_size")
        use_number_format(lambda value, digits: formatting.format_number(value, digits=digits))
        post_delete.connect(delete_avatar, sender=Profile, dispatch_uid="avatar_of_deleted_person")
        register_surroundings(speaking_to_owner)
        job_ended.connect(publish_job_end, dispatch_uid="webhook_job_finished")
        job_ended.connect(tell_owner, dispatch_uid="notification_job_ended")
