from django.db import migrations


class Migration(migrations.Migration):
    """A chunk's row stays in one piece. Its vector lay beside it and was read from there, candidate by candidate.

    A vector of 384 numbers and a chunk's words take some 2.5 KB; what is longer is still put beside the row. Rows that
    are there already move when they are written again, or all at once by VACUUM FULL.
    """

    dependencies = [("solution_library", "0012_embedded_model_index")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE solution_library_documentembedding SET (toast_tuple_target = 4080)",
            "ALTER TABLE solution_library_documentembedding RESET (toast_tuple_target)",
        ),
    ]
