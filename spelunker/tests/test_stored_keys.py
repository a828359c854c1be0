"""Every column that names objects of the file store is registered, under the prefixes that files really get."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from core.models import User
from core.storage import chunk_key, write_text
from core.storage_check import compare_storage
from core.stored_keys import stored_keys, stored_prefixes
from core.stored_objects import list_objects
from core.tests.stored_files import folder_storage
from rag.services.answer_imports import store_import
from rag.tests.test_answer_imports import table
from rfp_manager.models import RFPExport
from rfp_manager.services.information_texts import read_information
from rfp_manager.services.previews import store_preview
from rfp_manager.services.uploads import add_information_document, add_question_workbook
from rfp_manager.tests.factories import RFPFactory
from solution_library.services.documents import upload_document
from solution_library.services.scraped_pages import PageText, store_scraped_page
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentEmbeddingFactory,
    SolutionFactory,
)
from solution_library.tests.files import png_upload, text_upload
from themis.services.avatars import change_avatar

__all__ = ["folder_storage"]

# Columns whose names sound like keys of objects, and hold other things.
NO_OBJECTS = {
    "core.Job.idempotency_key",
    "rag.LanguageModelSettings.api_key",
    "rag.LanguageModelSettings.api_key_for",
    "rag.LanguageModelSettings.api_key_set_at",
    "rfp_manager.DismissedContradiction.key",
    "themis.IdempotentRequest.key",
    "themis.Notification.key",
}
OURS = {"core", "themis", "solution_library", "rag", "rfp_manager"}


def test_every_column_that_names_objects_is_registered() -> None:
    """Objects of a forgotten one would be taken for orphans, and deleted after a day."""
    sounding = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField) or {"key", "keys"} & set(field.name.split("_"))
    }
    assert sounding - NO_OBJECTS == {f"{keys.model._meta.label}.{keys.field}" for keys in stored_keys()}


@pytest.mark.django_db
def test_what_the_apps_store_is_all_found_and_none_of_it_orphaned(folder_storage: Path, alice: User) -> None:
    solution, rfp = SolutionFactory(), RFPFactory(owner=alice)
    document = upload_document(solution=solution, upload=text_upload("a.md"), owner=None)
    chunk = DocumentEmbeddingFactory(document=document, chunk_index=0, chunk_size=5)
    assert write_text(chunk_key(document.pk, 0), "12345") == chunk.chunk_s3_key
    page = PageText(url="https://docs.example.com/a", filename="a.md", title="A", text="Words.")
    store_scraped_page(DocumentationSourceFactory(solution=solution), page)
    store_import(solution=solution, upload=table(), user=alice)
    change_avatar(alice, picture=png_upload())
    information, _ = add_information_document(
        rfp, upload=SimpleUploadedFile("a.txt", b"Terms of the tender."), user=alice
    )
    read_information(information)
    workbook, _ = add_question_workbook(
        rfp, upload=SimpleUploadedFile("a.csv", b"No,Question,Answer\n1,Who?,\n"), user=alice
    )
    workbook.preview_key = store_preview(workbook, b"preview")
    workbook.save()
    RFPExport.objects.create(
        rfp=rfp,
        filename="a.csv",
        export_file=SimpleUploadedFile("a.csv", b"1"),
        version="1",
        question_count=1,
        answered_count=0,
    )
    stored = {
        path.relative_to(folder_storage).as_posix() for path in folder_storage.rglob("*") if path.is_file()
    }
    assert {found.key for prefix in stored_prefixes() for found in list_objects(prefix)} == stored
    with compare_storage(older_than=timedelta(0)) as found:
        assert (found.objects, list(found.findings())) == (len(stored), [])
