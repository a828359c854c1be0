"""docs/api-main-job.sh does the whole main job against a real server and a real worker, and may be repeated."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from openpyxl import load_workbook
from pytest_django.live_server_helper import LiveServer

from core.models import User
from core.tests.factories import alice
from rfp_manager.models import RFP, RFPExport
from rfp_manager.tests.workbooks import question_workbook
from themis.services.api_keys import create_api_key

__all__ = ["alice"]

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = Path(__file__).resolve().parent.parent.parent / "docs" / "api-main-job.sh"
PAPER = """# Security

The service supports single sign-on with SAML 2.0.
Customer data is encrypted at rest with AES-256.
Access logs are kept for 400 days.
"""


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="needs curl and jq")
def test_the_script_returns_the_customers_workbook_with_answers(
    alice: User, live_server: LiveServer, celery_worker_process: Callable[..., Any], tmp_path: Path
) -> None:
    cache.clear()
    asked, answered, paper = tmp_path / "asked.xlsx", tmp_path / "answered.xlsx", tmp_path / "security.md"
    asked.write_bytes(question_workbook())
    paper.write_text(PAPER)
    _key, text = create_api_key(alice, name="script", scopes=["read", "write"])
    worker = celery_worker_process()

    def run() -> dict[str, int]:
        environment = {**os.environ, "SPELUNKER_URL": live_server.url, "SPELUNKER_KEY": text}
        environment |= {"RUN": "test", "PATIENCE": "100"}
        done = subprocess.run(
            [str(SCRIPT), str(asked), str(answered), str(paper)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stdout + done.stderr + worker.log_text()
        assert text not in done.stdout + done.stderr
        return json.loads(done.stdout)

    first = run()
    assert first["questions"] == 8
    assert first["answered"] >= 1
    sheet = load_workbook(answered)["Questions"]
    written = {row[2].value: (row[3].value, row[4].value) for row in sheet.iter_rows(min_row=2)}
    assert "AES-256" in str(written["Is customer data encrypted at rest?"])
    assert run() == first, "the same run again does nothing twice"
    assert (RFP.objects.count(), RFPExport.objects.count()) == (1, 1)
