"""A layout of twenty thousand questions is corrected within the request: nobody waits for a job."""

import gc
import io
import time

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import User
from rfp_manager.models import RFP
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.workbooks import uploaded

pytestmark = pytest.mark.django_db

QUESTIONS = 20_000


def vast_form() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Form")
    sheet.append(["No.", "Question", "Compliant", "Comment"])
    for number in range(QUESTIONS):
        sheet.append([f"A-{number}", f"Does part {number} of the service encrypt the data that it keeps?"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_correction_of_a_vast_form_is_quick(client: Client, rfp: RFP, alice: User) -> None:
    """Told against the first reading in the same process: seconds by themselves depend on the machine, and on how many
    tests the process has behind it. Measured: 0.4 of it (1.1 s), up to 0.9 after other tests.
    """
    document, job = add_question_workbook(rfp, upload=uploaded(vast_form()), user=alice)
    started = time.process_time()
    jobs.execute(job.pk)
    reading = time.process_time() - started
    document.refresh_from_db()
    client.force_login(alice)
    times = []
    for selection in ("5:9", "11:12", "20"):
        data = {"action": "not_questions", "selection": selection, "version": document.layout_version}
        url = reverse("rfp_manager:layout_correct", args=[rfp.pk, document.pk, 0])
        started = time.process_time()
        response = client.post(url, data, headers={"HX-Request": "true"})
        times.append(time.process_time() - started)
        assert response.status_code == 200
        document.refresh_from_db()
    assert len(document.layout["sheets"][0]["questions"]) == QUESTIONS - 8
    assert "19,992" in response.content.decode()
    assert min(times) < 2 * reading, (times, reading)
    assert gc.isenabled()
