from django.apps import AppConfig


class ThemisConfig(AppConfig):
    name = "themis"

    def ready(self) -> None:
        from themis import shell_entries  # registers what the shell itself offers, once models are loaded

        shell_entries.register()
