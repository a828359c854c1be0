"""The same answers as a Word document and as a .csv: complete, sourced, and harmless to open."""

import csv
from io import BytesIO, StringIO

import docx
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from core import jobs
from core.models import Job, Organization, User
from rfp_manager.models import RFP, Question, RFPExport
from rfp_manager.services.answer_documents import create_answer_document
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, add_member, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions(rfp: RFP) -> list[Question]:
    """Two sections; the first question approved with two sources, the second drafted, the third unanswered."""
    document = QuestionDocumentFactory(rfp=rfp, title="form.xlsx")
    made = [
        QuestionFactory(document=document, section="Access", identifier="A-1", text="Is there SSO?"),
        QuestionFactory(document=document, section="Access", identifier="A-2", text="=cmd|'/c calc'!A1"),
        QuestionFactory(document=document, section="Data", identifier="D-1", text="Where is data kept?"),
    ]
    answer = answered(made[0], text="Yes, with SAML.\n\nSince \x0bversion 2.", choice="Yes")
    for index, (title, page) in enumerate([("Manual", 4), ("White paper", None), ("Manual", 4)]):
        answer.citations.create(sentence_index=index, source_title=title, page=page, quote="SAML")
    Question.objects.filter(pk=made[0].pk).update(status=Question.Status.APPROVED)
    answered(made[1], text="@SUM(1+1)*cmd", choice="No").citations.create(
        sentence_index=0, source_title="White paper", quote="No"
    )
    return made


def own_organization(logo: bytes | None = None) -> Organization:
    own = Organization(name="Skerry & Dale", kind=Organization.Kind.OWN)
    if logo:
        own.logo = ContentFile(logo, name="logo.png")
    own.save()
    return own


def picture(kind: str) -> bytes:
    target = BytesIO()
    Image.new("RGB", (40, 20), "#224466").save(target, kind)
    return target.getvalue()


def content(export: RFPExport) -> bytes:
    with export.export_file.open("rb") as file:
        return file.read()


def word(rfp: RFP, user: User, *, drafts: bool = True) -> docx.document.Document:
    return docx.Document(BytesIO(content(create_answer_document(rfp, kind="word", drafts=drafts, user=user))))


def rows(rfp: RFP, user: User, *, drafts: bool = True) -> list[list[str]]:
    data = content(create_answer_document(rfp, kind="csv", drafts=drafts, user=user))
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_word_document_holds_every_question_under_its_headings(
    rfp: RFP, questions: list[Question], alice: User
) -> None:
    document = word(rfp, alice)
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings == [
        ("Heading 1", "form.xlsx: Questions"),
        ("Heading 2", "Access"),
        ("Heading 2", "Data"),
        ("Heading 1", "Sources"),
    ]
    first, second = document.tables
    assert [cell.text for cell in first.rows[0].cells] == ["No.", "Question", "Answer"]
    assert [row.cells[0].text for row in first.rows[1:]] == ["A-1", "A-2"]
    assert first.rows[1].cells[2].text == "Yes\nYes, with SAML.\nSince version 2., "
    assert second.rows[1].cells[2].text == "No answer yet."


def test_table_headings_repeat_and_pages_are_numbered(
    rfp: RFP, questions: list[Question], alice: User
) -> None:
    own_organization()
    document = word(rfp, alice)
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    footer = document.sections[0].footer.paragraphs[0]
    assert footer.text.startswith("Skerry & Dale")
    assert " PAGE " in footer._p.xml and " NUMPAGES " in footer._p.xml


@pytest.mark.parametrize(("kind", "pictures"), [("PNG", 1), ("JPEG", 1), ("WEBP", 0)])
def test_our_own_logo_stands_on_the_first_page_where_word_can_draw_it(
    rfp: RFP, questions: list[Question], alice: User, kind: str, pictures: int
) -> None:
    own_organization(picture(kind))
    document = word(rfp, alice)
    assert len(document.inline_shapes) == pictures
    assert [p.text for p in document.paragraphs if p.style.name == "Subtitle"] == ["Skerry & Dale"]
    assert document.core_properties.title == "Response to Records service"


def test_a_very_wide_logo_stays_on_the_page(rfp: RFP, questions: list[Question], alice: User) -> None:
    target = BytesIO()
    Image.new("RGB", (900, 30), "#224466").save(target, "PNG")
    own_organization(target.getvalue())
    (logo,) = word(rfp, alice).inline_shapes
    assert logo.width.mm == pytest.approx(90, abs=0.1)
    assert logo.width / logo.height == pytest.approx(30, rel=0.01)


def test_unapproved_answers_stay_in_the_house_unless_asked_for(
    rfp: RFP, questions: list[Question], alice: User
) -> None:
    assert word(rfp, alice, drafts=False).tables[0].rows[2].cells[2].text == "No answer yet."
    assert [row[5] for row in rows(rfp, alice, drafts=False)[1:]] == ["Yes", "", ""]
    Question.objects.filter(pk=questions[1].pk).update(status=Question.Status.DECLINED)
    assert [row[5] for row in rows(rfp, alice, drafts=True)[1:]] == ["Yes", "", ""]


def test_no_field_of_the_csv_begins_as_a_formula(rfp: RFP, questions: list[Question], alice: User) -> None:
    for position, start in enumerate(("=", "+", "-", "@", "\t", "\r", " =", "＝"), 10_000):
        QuestionFactory(document=questions[0].document, position=position, text=f"{start}1+cmd")
    found = rows(rfp, alice)
    assert found[2][4] == "'=cmd|'/c calc'!A1"
    assert found[2][6] == "'@SUM(1+1)*cmd"
    assert all(row[4].startswith("'") for row in found[4:])
    assert found[1][5:8] == ["Yes", "Yes, with SAML.\n\nSince \x0bversion 2.", "Manual, page 4; White paper"]


def test_each_kind_counts_its_own_versions(rfp: RFP, questions: list[Question], alice: User) -> None:
    made = [
        create_answer_document(rfp, kind=kind, drafts=True, user=alice) for kind in ("word", "csv", "word")
    ]
    assert [export.filename for export in made] == [
        "Records service - answered v1.docx",
        "Records service - answered v1.csv",
        "Records service - answered v2.docx",
    ]
    assert {(export.question_count, export.answered_count) for export in made} == {(3, 2)}


def test_the_page_queues_the_file_and_shows_it_when_it_is_there(
    client: Client, rfp: RFP, questions: list[Question], alice: User
) -> None:
    client.force_login(alice)
    exports = reverse("rfp_manager:exports", args=[rfp.pk])
    url = reverse("rfp_manager:answer_document_create", args=[rfp.pk])
    assert "Word document or CSV" in client.get(exports).content.decode()
    assert client.post(url, {"kind": "exe", "content": "drafts"}).status_code == 400
    client.post(url, {"kind": "word", "content": "drafts"})
    job = Job.objects.get(kind="export_answers")
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
        jobs.execute(job.pk)
    export = RFPExport.objects.get()
    assert export.filename in client.get(exports).content.decode()
    page = client.get(reverse("rfp_manager:export", args=[rfp.pk, export.pk])).content.decode()
    assert "Left open" in page and "Proof" not in page


def test_somebody_who_may_only_read_cannot_export(
    client: Client, rfp: RFP, questions: list[Question], charlie: User
) -> None:
    url = reverse("rfp_manager:answer_document_create", args=[rfp.pk])
    data = {"kind": "csv", "content": "approved"}
    client.force_login(charlie)
    assert client.post(url, data).status_code == 404
    add_member(rfp, charlie, role="viewer")
    assert client.post(url, data).status_code == 403
    assert not Job.objects.exists()
