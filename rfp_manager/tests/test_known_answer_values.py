"""Where an answer comes from and how it stands are words that the database knows, now and in each version."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from rfp_manager.models import Answer, AnswerVersion
from rfp_manager.tests.factories import QuestionFactory, answered

pytestmark = pytest.mark.django_db

CONSTRAINTS = {
    Answer: ["answer_origin_known"],
    AnswerVersion: ["answer_version_origin_known", "answer_version_status_known"],
}


@pytest.mark.parametrize("field", ["origin", "status"])
@pytest.mark.parametrize("model", [Answer, AnswerVersion])
def test_a_word_that_nobody_knows_is_refused(model: type[Answer | AnswerVersion], field: str) -> None:
    answered(QuestionFactory())
    row = model._default_manager.get()
    with pytest.raises(IntegrityError, match=f"{field}_known"), transaction.atomic():
        model._default_manager.filter(pk=row.pk).update(**{field: "guessed"})
    for value in model._meta.get_field(field).choices or []:
        if value[0] != "no_answer":  # claims nothing, by a constraint of its own
            model._default_manager.filter(pk=row.pk).update(**{field: value[0]})


def test_an_upgrade_settles_rows_that_were_changed_by_hand() -> None:
    """A word that nobody knows becomes what loses nothing: a person's words, to be looked at."""
    answered(QuestionFactory())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model, names in CONSTRAINTS.items():
            for name in names:
                cursor.execute(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {name}")
    Answer.objects.update(origin="guessed")
    AnswerVersion.objects.update(origin="", status="guessed")
    migration = import_module("rfp_manager.migrations.0022_unknown_answer_origins")
    migration.settle_unknown_values(apps, None)
    assert Answer.objects.get().origin == "human"
    assert AnswerVersion.objects.values_list("origin", "status").get() == ("human", "needs_review")
