"""What was deleted over the API comes back over it, and search finds it again once it is embedded."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import jobs
from core.models import Job
from rag.services.search import find_passages
from solution_library.models import Document
from solution_library.services.replacements import replace_document_file
from solution_library.services.scraped_pages import PageText, store_scraped_page
from solution_library.tests.factories import DocumentationSourceFactory, SolutionFactory
from spelunker.tests.api.caller import Caller

pytestmark = pytest.mark.django_db

FACT = "Backups are kept in Tromsø for ninety days."


def work() -> None:
    """What the workers do."""
    for job in Job.objects.active():
        jobs.execute(job.pk)


def found() -> list[str]:
    return [passage.text for passage in find_passages("Where are backups kept?").passages]


def delete_and_restore(caller: Caller, path: str) -> None:
    work()
    assert any("Tromsø" in text for text in found())
    assert caller.delete(path).status_code == 204
    assert caller.get(path).status_code == 404
    assert found() == []
    assert caller.post(f"{path}/restore").status_code == 202
    assert caller.get(path).status_code == 200
    work()
    assert any("Tromsø" in text for text in found())
    # It is no longer deleted, so there is nothing to bring back.
    assert caller.post(f"{path}/restore").status_code == 404


def test_a_document(as_alice: Caller) -> None:
    upload = SimpleUploadedFile("backups.md", f"# Backups\n\n{FACT}\n".encode())
    solution = SolutionFactory()
    created = as_alice.post(f"/solutions/{solution.pk}/documents", files={"file": upload})
    delete_and_restore(as_alice, f"/documents/{created.json()['id']}")


def test_a_site_with_its_pages(as_alice: Caller) -> None:
    site = DocumentationSourceFactory()
    page = PageText(url=f"{site.base_url}backups", filename="backups.md", title="Backups", text=FACT)
    store_scraped_page(site, page)
    delete_and_restore(as_alice, f"/sources/{site.pk}")


def test_a_library_answer(as_alice: Caller) -> None:
    data = {"solution": SolutionFactory().pk, "question": "Where are backups kept?", "answer": FACT}
    created = as_alice.post("/library-answers", data)
    delete_and_restore(as_alice, f"/library-answers/{created.json()['id']}")


def test_a_file_that_was_uploaded_again_meanwhile_stays_deleted(as_alice: Caller) -> None:
    solution = SolutionFactory()

    def upload() -> int:
        file = SimpleUploadedFile("backups.md", f"# Backups\n\n{FACT}\n".encode())
        number: int = as_alice.post(f"/solutions/{solution.pk}/documents", files={"file": file}).json()["id"]
        return number

    first = upload()
    assert as_alice.delete(f"/documents/{first}").status_code == 204
    upload()
    assert as_alice.post(f"/documents/{first}/restore").status_code == 409
    assert as_alice.get(f"/documents/{first}").status_code == 404


def test_who_does_not_edit_the_library_brings_nothing_back(as_alice: Caller, as_charlie: Caller) -> None:
    site = DocumentationSourceFactory()
    assert as_alice.delete(f"/sources/{site.pk}").status_code == 204
    assert as_charlie.post(f"/sources/{site.pk}/restore").status_code == 403
    assert as_alice.get(f"/sources/{site.pk}").status_code == 404


def test_the_file_that_a_document_had_before(as_alice: Caller, as_charlie: Caller) -> None:
    upload = SimpleUploadedFile("backups.md", f"# Backups\n\n{FACT}\n".encode())
    created = as_alice.post(f"/solutions/{SolutionFactory().pk}/documents", files={"file": upload}).json()
    path = f"/documents/{created['id']}"
    assert created["replaced_at"] is None
    assert as_alice.post(f"{path}/restore-file").status_code == 404
    other = SimpleUploadedFile("menu.md", b"# Menu\n\nSoup is served on Mondays.\n")
    replace_document_file(Document.objects.get(), upload=other)
    work()
    assert not any("Tromsø" in text for text in found())
    assert as_alice.get(path).json()["replaced_at"]
    assert as_charlie.post(f"{path}/restore-file").status_code == 403
    answer = as_alice.post(f"{path}/restore-file")
    assert (answer.status_code, answer.json()["replaced_at"]) == (202, None)
    work()
    assert any("Tromsø" in text for text in found())
