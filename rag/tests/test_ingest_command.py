"""`manage.py ingest`: files and folders into the library, embedded on return."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.models import Organization
from core.storage import read_text
from rag.services import preparing_ahead
from rag.services.search import search_library
from solution_library.models import Document, DocumentEmbedding, EmbeddingStatus, Solution

pytestmark = pytest.mark.django_db

BACKUPS = "# Backups\n\nEvery night an encrypted copy of the database goes to a second site.\n"
ACCESS = "# Access\n\nAdministrators sign in with a hardware key.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "policies").mkdir(parents=True)
    (folder / "backups.md").write_text(BACKUPS)
    (folder / "policies" / "access.md").write_text(ACCESS)
    return folder


def ingest(*paths: Path, vendor: str = "Harbour Ltd", solution: str = "Harbour Vault") -> str:
    output = io.StringIO()
    call_command("ingest", *map(str, paths), vendor=vendor, solution=solution, stdout=output, no_color=True)
    return output.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_folder_is_taken_in_at_every_depth_and_can_be_searched_on_return(folder: Path) -> None:
    output = ingest(folder)
    assert set(Document.objects.values_list("title", "embedding_status")) == {
        ("backups", EmbeddingStatus.EMBEDDED),
        ("access", EmbeddingStatus.EMBEDDED),
    }
    assert search_library("Where do the nightly copies go?")[0].title == "backups"
    assert "added      " + str(folder / "policies" / "access.md") in output
    assert "2 added, 0 unchanged, 0 failed" in output
    chunk = DocumentEmbedding.objects.get(document__title="access")
    assert "hardware key" in read_text(chunk.chunk_s3_key)


def test_vendor_and_solution_are_made_when_missing(folder: Path) -> None:
    ingest(folder)
    solution = Solution.objects.get()
    assert (solution.name, solution.vendor.name, solution.vendor.kind) == (
        "Harbour Vault",
        "Harbour Ltd",
        Organization.Kind.VENDOR,
    )


def test_a_known_vendor_and_solution_are_used_whatever_the_case_of_their_names(folder: Path) -> None:
    ours = Organization.objects.create(name="Harbour Ltd", kind=Organization.Kind.OWN)
    known = Solution.objects.create(vendor=ours, name="Harbour Vault")
    ingest(folder, vendor="harbour ltd", solution="HARBOUR vault")
    assert Organization.objects.count() == 1
    assert {document.solution for document in Document.objects.all()} == {known}


def test_a_customer_of_the_same_name_does_not_become_the_vendor(folder: Path) -> None:
    Organization.objects.create(name="Harbour Ltd", kind=Organization.Kind.CUSTOMER)
    ingest(folder)
    assert Solution.objects.get().vendor.kind == Organization.Kind.VENDOR


def test_the_same_content_is_not_taken_in_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(folder)
    (folder / "renamed.md").write_text(BACKUPS)
    monkeypatch.setattr(preparing_ahead, "parse_document_isolated", never)
    output = ingest(folder)
    assert Document.objects.count() == 2
    assert "0 added, 3 unchanged, 0 failed" in output


def never(*args: object, **_: object) -> None:
    raise AssertionError("nothing has changed, so nothing is to be read")


def test_a_bad_file_gets_its_sentence_and_the_others_are_taken_in(folder: Path) -> None:
    (folder / "a-program.pdf").write_bytes(b"MZ\x90\x00" + bytes(64))
    (folder / "empty.txt").touch()
    output = io.StringIO()
    with pytest.raises(CommandError, match="2 of 4 files"):
        call_command(
            "ingest", str(folder), vendor="Harbour Ltd", solution="Vault", stdout=output, no_color=True
        )
    assert f"failed     {folder / 'a-program.pdf'}: The file is not a PDF" in output.getvalue()
    assert f"failed     {folder / 'empty.txt'}: The file is empty" in output.getvalue()
    assert set(Document.objects.values_list("title", flat=True)) == {"backups", "access"}


def test_a_file_without_text_fails_with_the_reason_each_time(tmp_path: Path) -> None:
    (tmp_path / "blank.txt").write_text(" \n \n")
    for _ in range(2):
        output = io.StringIO()
        with pytest.raises(CommandError, match="1 of 1 files"):
            call_command("ingest", str(tmp_path), vendor="Harbour Ltd", solution="Vault", stdout=output)
        document = Document.objects.get()
        assert document.embedding_status == EmbeddingStatus.FAILED
        assert document.embedding_error
        assert document.embedding_error in output.getvalue()


def test_a_document_that_was_left_waiting_is_embedded_by_the_next_run(folder: Path) -> None:
    ingest(folder / "backups.md")
    Document.objects.update(embedding_status=EmbeddingStatus.FAILED, embedding_error="The store was down.")
    output = ingest(folder / "backups.md")
    document = Document.objects.get()
    assert (document.embedding_status, document.embedding_error) == (EmbeddingStatus.EMBEDDED, "")
    assert "1 added" in output


def test_files_of_other_kinds_and_hidden_ones_are_left_out(folder: Path) -> None:
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".git").mkdir()
    (folder / ".git" / "notes.md").write_text("# Not ours\n")
    output = ingest(folder)
    assert Document.objects.count() == 2
    assert "1 files of other kinds were left out" in output


def test_a_file_that_is_named_must_be_a_document(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    output = io.StringIO()
    with pytest.raises(CommandError, match="1 of 1 files"):
        call_command("ingest", str(tmp_path / "picture.png"), vendor="V", solution="S", stdout=output)
    assert "csv, doc, docx, htm, html, md, pdf, pptx, txt, xlsx." in output.getvalue()
    assert not Organization.objects.exists(), "nothing was taken in, so nothing was made"


def test_a_vendor_that_was_there_stays_without_a_document(tmp_path: Path) -> None:
    known = Organization.objects.create(name="Harbour Ltd", kind=Organization.Kind.OWN)
    (tmp_path / "empty.txt").touch()
    with pytest.raises(CommandError, match="1 of 1 files"):
        ingest(tmp_path / "empty.txt")
    assert list(Organization.objects.all()) == [known]
    assert not Solution.objects.exists()


@pytest.mark.parametrize(
    ("paths", "names", "sentence"),
    [
        (["nowhere"], {}, "There is no file or folder"),
        (["."], {}, "There is no document"),
        (["backups.md"], {"vendor": "   "}, "cannot be named so"),
        (["backups.md"], {"solution": "x" * 201}, "cannot be named so"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_made(
    tmp_path: Path, paths: list[str], names: dict[str, str], sentence: str
) -> None:
    if paths == ["backups.md"]:
        (tmp_path / "backups.md").write_text(BACKUPS)
    with pytest.raises(CommandError, match=sentence):
        ingest(*(tmp_path / path for path in paths), **names)
    assert not Organization.objects.exists()
    assert not Document.objects.exists()


def test_a_terminal_gets_a_progress_bar_and_a_pipe_plain_lines(folder: Path) -> None:
    terminal, pipe = Terminal(), io.StringIO()
    call_command("ingest", str(folder), vendor="Harbour Ltd", solution="One", stdout=terminal)
    call_command("ingest", str(folder), vendor="Harbour Ltd", solution="Two", stdout=pipe)
    assert "1/2 " in terminal.getvalue()
    assert "2/2 " in terminal.getvalue()
    assert "\x1b" not in pipe.getvalue()
    assert len(pipe.getvalue().splitlines()) == 3


def test_with_the_store_down_the_command_stops_and_leaves_no_row(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.save", refuse)
    with pytest.raises(CommandError, match="file store"):
        ingest(folder)
    assert not Document.objects.exists()
