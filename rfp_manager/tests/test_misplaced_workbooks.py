"""A question workbook that is dropped among the information documents is pointed to its place."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, RFPInformationDocument
from rfp_manager.tests.workbook_factory import Sheet, build
from rfp_manager.tests.workbooks import question_workbook, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media_folder")]


def told(client: Client, rfp: RFP, upload: SimpleUploadedFile) -> str:
    url = reverse("rfp_manager:upload_information", args=[rfp.pk])
    response = client.post(url, {"files": upload}, follow=True)
    assert not RFPInformationDocument.objects.exists()
    return str(next(iter(response.context["messages"])))


def test_a_workbook_with_questions_belongs_to_the_question_workbooks(
    client: Client, rfp: RFP, alice: User
) -> None:
    client.force_login(alice)
    said = told(client, rfp, uploaded(question_workbook()))
    assert "questions. Upload it under “Question workbooks”" in said


@pytest.mark.parametrize(
    "content", [build(Sheet("Prices", [["Item", "Price"], ["Desk", 3]])).read(), b"PK\x03\x04 no"]
)
def test_any_other_workbook_is_refused_as_before(
    client: Client, rfp: RFP, alice: User, content: bytes
) -> None:
    client.force_login(alice)
    assert "Upload one of these" in told(client, rfp, uploaded(content))
