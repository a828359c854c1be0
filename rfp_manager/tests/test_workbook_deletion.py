"""Deleting a workbook takes its answers along: once its questions were imported, that is the managers' to do."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, RFPQuestionDocument
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from themis.services.api_keys import create_api_key

pytestmark = pytest.mark.django_db


def workbook(rfp: RFP, status: str) -> RFPQuestionDocument:
    document: RFPQuestionDocument = QuestionDocumentFactory(rfp=rfp, layout_status=status)
    answered(QuestionFactory(document=document))
    return document


@pytest.mark.parametrize("status", ["confirmed", "replaced"])
def test_what_was_imported_is_not_a_contributors_to_delete(
    client: Client, rfp: RFP, alice: User, bob: User, status: str
) -> None:
    document = workbook(rfp, status)
    url = reverse("rfp_manager:delete_workbook", args=[rfp.pk, document.pk])
    client.force_login(bob)
    page = client.get(reverse("rfp_manager:workbook", args=[rfp.pk, document.pk])).content.decode()
    assert url not in page
    assert client.post(url).status_code == 403
    assert RFPQuestionDocument.objects.exists()
    client.force_login(alice)
    client.post(url)
    assert not RFPQuestionDocument.objects.exists()


def test_what_was_not_imported_is(client: Client, rfp: RFP, bob: User) -> None:
    document = workbook(rfp, "detected")
    client.force_login(bob)
    client.post(reverse("rfp_manager:delete_workbook", args=[rfp.pk, document.pk]))
    assert not RFPQuestionDocument.objects.exists()


def test_over_the_api_neither(client: Client, rfp: RFP, alice: User, bob: User) -> None:
    document = workbook(rfp, "replaced")
    url = f"/api/v1/rfps/{rfp.pk}/question-documents/{document.pk}"
    codes = []
    for user in (bob, alice):
        _key, text = create_api_key(user, name="test", scopes=["read", "write"])
        codes.append(client.delete(url, headers={"Authorization": f"Bearer {text}"}).status_code)
    assert codes == [403, 204]
