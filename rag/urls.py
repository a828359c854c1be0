from django.urls import path

from rag.views import answer_imports, ask, evaluations

app_name = "rag"

urlpatterns = [
    path("ask/", ask.ask, name="ask"),
    # Pages of the library that need what only this app can do: reading tables.
    path("library/answers/import/", answer_imports.import_create, name="import_create"),
    path("library/answers/import/<int:pk>/", answer_imports.answer_import, name="answer_import"),
    path("library/answers/import/<int:pk>/run/", answer_imports.import_run, name="import_run"),
    path("library/answers/import/<int:pk>/delete/", answer_imports.import_delete, name="import_delete"),
    path("library/quality/", evaluations.evaluations, name="evaluations"),
    path("library/quality/measure/", evaluations.evaluation_start, name="evaluation_start"),
]
