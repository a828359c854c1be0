from django.db import migrations


class Migration(migrations.Migration):
    """Note ten times as many words of the index as usual: search asks how rare a word is, and most are rare."""

    dependencies = [("solution_library", "0005_deleted_documents")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE solution_library_documentembedding ALTER COLUMN search_vector SET STATISTICS 1000",
            "ALTER TABLE solution_library_documentembedding ALTER COLUMN search_vector SET STATISTICS -1",
        )
    ]
