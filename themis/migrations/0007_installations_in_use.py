from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def finish_where_there_is_content(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever works here already is not reminded of a first setup."""
    if apps.get_model("core", "Organization").objects.exists():
        apps.get_model("themis", "Setup").objects.get_or_create(
            pk=1, defaults={"finished_at": timezone.now()}
        )


class Migration(migrations.Migration):
    dependencies = [("themis", "0006_setup")]

    operations = [migrations.RunPython(finish_where_there_is_content, migrations.RunPython.noop)]
