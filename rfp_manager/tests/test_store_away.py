"""A page that cannot do without the file store says so when the store does not do what is asked."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, RFPExport
from rfp_manager.tests.factories import InformationDocumentFactory, QuestionDocumentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media_folder")]


@pytest.mark.parametrize("kind", ["export", "information", "workbook"])
def test_a_download_of_a_lost_file_is_503_in_words(kind: str, rfp: RFP, alice: User, client: Client) -> None:
    client.force_login(alice)
    if kind == "export":
        row = RFPExport.objects.create(
            rfp=rfp,
            version="1",
            filename="out.xlsx",
            question_count=1,
            answered_count=1,
            export_file=ContentFile(b"PK", name="out.xlsx"),
        )
        file, route = row.export_file, "export_download"
    elif kind == "information":
        row = InformationDocumentFactory(rfp=rfp)
        file, route = row.file, "download_information"
    else:
        row = QuestionDocumentFactory(rfp=rfp)
        file, route = row.file, "download_workbook"
    file.storage.delete(file.name)
    response = client.get(reverse(f"rfp_manager:{route}", args=[rfp.pk, row.pk]))
    assert response.status_code == 503
    page = response.content.decode()
    assert "The file is missing" in page
    assert "is missing from the file store. Restore it from a backup" in page
    assert "Records service" not in page
