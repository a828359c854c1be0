from typing import Any

from django.db import migrations


def settle_unknown_values(apps: Any, schema_editor: Any) -> None:
    """No code writes others than these; a row that was changed by hand must not stop an upgrade.

    Of unknown origin is a person's: drafting leaves it alone. Of unknown standing is what somebody has to look at.
    """
    origins = ["extractive", "llm", "library", "human"]
    for name in ("Answer", "AnswerVersion"):
        rows = apps.get_model("rfp_manager", name)._default_manager
        rows.exclude(origin__in=origins).update(origin="human")
    versions = apps.get_model("rfp_manager", "AnswerVersion")._default_manager
    versions.exclude(status__in=["supported", "needs_review", "no_answer"]).update(status="needs_review")


class Migration(migrations.Migration):
    """What the constraints of the next one would refuse is brought to what they allow."""

    dependencies = [("rfp_manager", "0021_bulk_steps")]

    operations = [migrations.RunPython(settle_unknown_values, migrations.RunPython.noop)]
