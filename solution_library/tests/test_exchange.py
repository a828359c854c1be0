"""Tables of the admin: what goes out comes back, and a file with a wrong row changes nothing."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from core.exchange import formats
from core.models import AuditEvent, Organization
from core.tests.factories import OrganizationFactory, UserFactory
from solution_library.models import EmbeddingStatus, LibraryAnswer, LibraryAnswerVersion, Solution
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory

pytestmark = pytest.mark.django_db
CSV, XLSX = "0", "1"


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(UserFactory(email="ada@example.com", is_staff=True, is_superuser=True))
    return client


def preview(client: Client, table: str, content: bytes | str, kind: str = CSV) -> HttpResponse:
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("rows.csv" if kind == CSV else "rows.xlsx", content)
    return client.post(
        reverse(f"admin:{table}_import"), {"import_file": file, "format": kind, "resource": "0"}
    )


def confirm(client: Client, table: str, page: HttpResponse) -> HttpResponse:
    form = page.context["confirm_form"]
    return client.post(reverse(f"admin:{table}_process_import"), form.initial, follow=True)


def export(client: Client, table: str, kind: str = CSV) -> bytes:
    page = client.post(reverse(f"admin:{table}_export"), {"format": kind, "resource": "0"})
    assert "attachment" in page["Content-Disposition"]
    return page.content


def test_a_preview_writes_nothing_and_its_confirmation_everything(administrator: Client) -> None:
    old = OrganizationFactory(name="Acme")
    table = f"Name,ID,Kind\nAcme Ltd,{old.pk},vendor\nBorealis,,customer\n"
    page = preview(administrator, "core_organization", table)
    assert "Borealis" in page.content.decode()
    assert list(Organization.objects.values_list("name", flat=True)) == ["Acme"]
    confirm(administrator, "core_organization", page)
    assert dict(Organization.objects.values_list("name", "kind")) == {
        "Acme Ltd": "vendor",
        "Borealis": "customer",
    }
    assert AuditEvent.objects.get(action="admin.imported").detail["new"] == 1


def test_one_wrong_row_is_named_and_no_row_is_written(administrator: Client) -> None:
    OrganizationFactory(name="Acme", kind="vendor")
    table = "name,kind\nBorealis,customer\nAcme,vendor\nCobalt,friend\n"
    page = preview(administrator, "core_organization", table)
    text = page.content.decode()
    assert "confirm_form" not in page.context
    assert "There is already an organization of this kind with this name." in text
    assert "friend" in text
    assert Organization.objects.count() == 1


def test_a_row_that_became_wrong_after_the_preview_stops_the_whole_file(administrator: Client) -> None:
    page = preview(administrator, "core_organization", "name\nBorealis\nCobalt\n")
    OrganizationFactory(name="Cobalt")
    said = confirm(administrator, "core_organization", page).content.decode()
    assert "nothing was written" in said
    assert list(Organization.objects.values_list("name", flat=True)) == ["Cobalt"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("name,colour\nAcme,red\n", "Unknown columns: colour."),
        ("kind\nvendor\n", "Missing columns: name."),
        ("name,id\nAcme,999999\n", "There is no row with the id 999999."),
        (b"name\nM\xfcller\n", "not in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(administrator: Client, table: bytes | str, said: str) -> None:
    page = preview(administrator, "core_organization", table)
    assert said in page.content.decode()
    assert "Traceback" not in page.content.decode()
    assert not Organization.objects.exists()


def test_files_beyond_the_limits_are_refused(administrator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_ROWS", 2)
    page = preview(administrator, "core_organization", "name\nA\nB\nC\n")
    assert "has 3 rows; the limit is 2" in page.content.decode()
    page = preview(administrator, "core_organization", "name\n" + "A" * (formats.MAX_BYTES + 1))
    assert "the limit is 2 MB" in page.content.decode()


def test_an_expired_preview_is_said_and_not_crashed_on(administrator: Client) -> None:
    said = administrator.post(
        reverse("admin:core_organization_process_import"),
        {"import_file_name": "gone", "original_file_name": "rows.csv", "format": CSV, "resource": "0"},
        follow=True,
    )
    assert "The preview has expired" in said.content.decode()


@pytest.mark.parametrize("kind", [CSV, XLSX])
def test_no_program_runs_an_exported_cell_and_it_comes_back_as_it_was(
    administrator: Client, kind: str
) -> None:
    entry = LibraryAnswerFactory(question="=HYPERLINK(1)", answer="-1+cmd|' /C calc'!A0", tags=["a", "b"])
    content = export(administrator, "solution_library_libraryanswer", kind)
    if kind == CSV:
        assert b",'=HYPERLINK(1)," in content
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        assert [cell.data_type for cell in sheet["D"]] == ["s", "s"]
        assert sheet["D2"].value == "'=HYPERLINK(1)"
    page = preview(administrator, "solution_library_libraryanswer", content, kind)
    assert [row.import_type for row in page.context["result"].rows] == ["skip"]
    entry.refresh_from_db()
    assert entry.question == "=HYPERLINK(1)"


def test_answers_come_in_through_the_service(administrator: Client) -> None:
    entry = LibraryAnswerFactory(answer="Old.", embedding_status=EmbeddingStatus.EMBEDDED)
    solution = entry.solution
    table = (
        "id,solution,vendor,question,answer,tags,owner,review_by\n"
        f'{entry.pk},{solution.name},{solution.vendor},{entry.question},New.,"x, y",,2030-01-31\n'
        f",{solution.name},,Is it new?,It is.,,ada@example.com,\n"
    )
    confirm(
        administrator,
        "solution_library_libraryanswer",
        preview(administrator, "solution_library_libraryanswer", table),
    )
    entry.refresh_from_db()
    assert (entry.answer, entry.tags, str(entry.review_by)) == ("New.", ["x", "y"], "2030-01-31")
    assert entry.embedding_status == EmbeddingStatus.PENDING
    assert LibraryAnswerVersion.objects.filter(entry=entry, answer="New.").exists()
    added = LibraryAnswer.objects.get(question="Is it new?")
    assert (added.origin, added.origin_note, added.owner.email) == ("imported", "rows.csv", "ada@example.com")


def test_the_preview_says_what_the_library_has_on_the_same_question(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = LibraryAnswerFactory(question="How long are backups kept?", answer="For 30 days.")
    table = (
        "solution,question,answer\n"
        f"{entry.solution.name},How long are backups kept?,For 90 days.\n"
        f"{entry.solution.name},Who audits you?,A firm.\n"
        f"{entry.solution.name},Where is the data?,In Norway.\n"
    )
    monkeypatch.setattr("solution_library.exchange.MOST_COMPARED", 2)
    page = preview(administrator, "solution_library_libraryanswer", table)
    assert [row.notices for row in page.context["result"].valid_rows()] == [
        ["Row 1: It says 30 days there, and 90 days here. (How long are backups kept?)"],
        [],
        ["From row 3 on, rows are not compared with the library here."],
    ]
    assert "It says 30 days there" in page.content.decode()
    confirm(administrator, "solution_library_libraryanswer", page)
    assert LibraryAnswer.objects.count() == 4


def test_solutions_find_their_vendor_and_owner_by_name(administrator: Client) -> None:
    OrganizationFactory(name="Acme")
    table = "solution_library_solution"
    wrong = preview(administrator, table, "vendor,name,owner\nNobody,Vault,who@example.com\n")
    assert "No vendor is called “Nobody”." in wrong.content.decode()
    assert "Nobody has the e-mail address “who@example.com”." in wrong.content.decode()
    confirm(
        administrator,
        table,
        preview(administrator, table, "vendor,name,owner\nacme,Vault,ada@example.com\n"),
    )
    assert Solution.objects.get().vendor.name == "Acme"


def test_who_may_only_look_may_export_and_not_import(client: Client) -> None:
    from django.contrib.auth.models import Permission

    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_solution"))
    client.force_login(clerk)
    SolutionFactory()
    assert b"vendor" in export(client, "solution_library_solution")
    assert client.get(reverse("admin:solution_library_solution_import")).status_code == 403
    assert client.get(reverse("admin:core_organization_export")).status_code == 403
