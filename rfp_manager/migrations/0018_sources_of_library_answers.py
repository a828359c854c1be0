"""Library answers that were approved in an RFP are based on what its answer cites."""

from typing import Any

from django.db import migrations


def keep_sources(apps: Any, schema_editor: Any) -> None:
    citation = apps.get_model("rfp_manager", "Citation")
    entry = apps.get_model("solution_library", "LibraryAnswer")
    source = apps.get_model("solution_library", "AnswerSource")
    entries = dict(entry._base_manager.exclude(origin_answer_id=None).values_list("origin_answer_id", "pk"))
    for field in ("document_id", "library_answer_id"):
        cited = citation.objects.filter(answer__in=entries, **{f"{field.removesuffix('_id')}__isnull": False})
        pairs = {(entries[answer], pk) for answer, pk in cited.values_list("answer", field)}
        source.objects.bulk_create(
            [
                source(entry_id=based, **{field: pk})
                for based, pk in sorted(pairs)
                if field == "document_id" or based != pk
            ],
            batch_size=1000,
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("rfp_manager", "0017_covered_marks"),
        ("solution_library", "0020_answer_sources"),
    ]

    operations = [migrations.RunPython(keep_sources, migrations.RunPython.noop)]
