import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("solution_library", "0006_word_statistics")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="embedded_model",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The embedding model of the chunks that search sees.",
                max_length=200,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="documentembedding",
            name="waiting_search_vector",
            field=django.contrib.postgres.search.SearchVectorField(null=True),
        ),
    ]
