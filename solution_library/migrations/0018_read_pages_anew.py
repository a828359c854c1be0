from django.db import migrations


class Migration(migrations.Migration):
    """Some links of pages were not kept: the next sync asks for every page whole, and keeps them."""

    dependencies = [("solution_library", "0017_imports_once")]

    operations = [
        migrations.RunSQL(
            "UPDATE solution_library_scrapedpage SET etag = '', last_modified = ''", migrations.RunSQL.noop
        )
    ]
