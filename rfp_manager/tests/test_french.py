"""Somebody who reads French meets French: in the pages, in what a worker writes for them, and in refusals."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import User
from rfp_manager.models import RFP, Answer
from rfp_manager.services.requests import request_drafts
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory
from themis.models import Profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def french(client: Client, bob: User) -> Client:
    Profile.objects.update_or_create(user=bob, defaults={"language": "fr"})
    client.force_login(bob)
    return client


def test_the_workspace_and_what_a_worker_refused_are_in_french(french: Client, rfp: RFP, bob: User) -> None:
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    question = QuestionFactory(document=document, text="Which harbour do your ships call at in winter?")
    page = french.get(reverse("rfp_manager:questions", args=[rfp.pk])).content.decode()
    assert 'lang="fr"' in page
    assert "Tout ébaucher" in page
    assert "Sans réponse" in page
    assert "Draft all" not in page

    job = request_drafts(rfp, user=bob)
    assert job.title == "Ébauche des réponses pour Records service"
    jobs.execute(job.pk)
    job.refresh_from_db()
    assert job.message == "0 ébauchées sur 1\u202f; la bibliothèque ne répond pas aux autres."
    missing = Answer.objects.get(question=question).missing
    assert missing.startswith("La bibliothèque ne répond pas à ceci\u00a0: Which harbour")
    panel = french.get(reverse("rfp_manager:question", args=[rfp.pk, question.pk])).content.decode()
    assert "La bibliothèque n’y répond pas" in panel
    assert "La bibliothèque ne répond pas à ceci" in panel


def test_a_workbook_that_cannot_be_read_is_refused_in_french(french: Client, rfp: RFP) -> None:
    upload = SimpleUploadedFile("questions.xlsx", b"not a workbook at all")
    url = reverse("rfp_manager:upload_workbook", args=[rfp.pk])
    response = french.post(url, {"files": upload}, follow=True)
    (said,) = (str(message) for message in response.context["messages"])
    assert "Le fichier n’est pas un classeur Excel" in said
