"""An RFP takes the jobs of its files along: their titles name what the customer sent."""

import pytest

from core.models import Job, User
from rfp_manager.models import RFP
from rfp_manager.services.rfps import delete_rfp
from rfp_manager.tests.factories import InformationDocumentFactory, QuestionDocumentFactory, RFPFactory
from themis.tests.factories import make_job

pytestmark = pytest.mark.django_db


def test_no_job_is_left_of_a_deleted_rfp(rfp: RFP, alice: User) -> None:
    workbook, note = QuestionDocumentFactory(rfp=rfp), InformationDocumentFactory(rfp=rfp)
    for target, kind in (
        (rfp, "draft_answers"),
        (workbook, "detect_layout"),
        (note, "summarise_information"),
    ):
        make_job(alice, Job.State.FAILED, kind=kind, target=target, title="Of Acme")
    other = QuestionDocumentFactory(rfp=RFPFactory(owner=alice))
    kept = [make_job(alice, kind="detect_layout", target=other), make_job(alice)]
    delete_rfp(rfp)
    assert set(Job.objects.all()) == set(kept)
