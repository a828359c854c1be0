from django.db import migrations


class Migration(migrations.Migration):
    """What each document's chunks were embedded with is noted on the document."""

    dependencies = [("solution_library", "0007_change_of_model")]

    operations = [
        migrations.RunSQL(
            "UPDATE solution_library_document d SET embedded_model = coalesce((SELECT e.embedding_model"
            " FROM solution_library_documentembedding e WHERE e.document_id = d.id ORDER BY e.id DESC LIMIT 1), '')",
            migrations.RunSQL.noop,
        )
    ]
