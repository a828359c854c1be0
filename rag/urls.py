from django.urls import path

from rag.views import answer_imports, ask, evaluations, language_model

app_name = "rag"

urlpatterns = [
    path("ask/", ask.ask, name="ask"),
    path("language-model/", language_model.language_model, name="language_model"),
    path("language-model/test/", language_model.language_model_test, name="language_model_test"),
    path("language-model/style/", language_model.language_model_style, name="language_model_style"),
    path(
        "language-model/style/<slug:style>/default/",
        language_model.language_model_default,
        name="language_model_default",
    ),
    path(
        "language-model/key/remove/",
        language_model.language_model_key_remove,
        name="language_model_key_remove",
    ),
    # Pages of the library that need what only this app can do: reading tables.
    path("library/answers/import/", answer_imports.import_create, name="import_create"),
    path("library/answers/import/<int:pk>/", answer_imports.answer_import, name="answer_import"),
    path("library/answers/import/<int:pk>/run/", answer_imports.import_run, name="import_run"),
    path("library/answers/import/<int:pk>/delete/", answer_imports.import_delete, name="import_delete"),
    path("library/quality/", evaluations.evaluations, name="evaluations"),
    path("library/quality/measure/", evaluations.evaluation_start, name="evaluation_start"),
]
