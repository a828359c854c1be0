"""Exports of a whole RFP that are not the customer's workbook: a Word document, a .csv."""

import io
import tempfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organization, User
from core.storage import read_bytes
from rfp_manager.models import RFP, RFPExport
from rfp_manager.services.answered_questions import AnsweredQuestion, answered_questions
from rfp_manager.services.csv_export import write_csv
from rfp_manager.services.export_versions import Generated, keep_export
from rfp_manager.services.word_export import Letterhead, write_word
from themis.formatting import format_date

Format = RFPExport.Format
SUFFIXES = {Format.WORD: ".docx", Format.CSV: ".csv"}


def create_answer_document(
    rfp: RFP,
    *,
    kind: str,
    drafts: bool,
    user: User | None,
    fence: Callable[[], None] | None = None,
    record: Callable[[RFPExport], None] | None = None,
) -> RFPExport:
    """Write all questions of the RFP with their answers as `kind` (word or csv) and keep the file as an export.

    `fence` and `record` as in keep_export. Raises StorageError.
    """
    questions = list(answered_questions(rfp, drafts=drafts))
    with tempfile.TemporaryFile() as target:
        write(questions, rfp, kind=kind, target=cast(IO[bytes], target))
        generated = Generated(
            content=cast(IO[bytes], target),
            name=PurePosixPath(_file_stem(rfp) + SUFFIXES[Format(kind)]),
            format=kind,
            questions=len(questions),
            answered=sum(question.is_answered for question in questions),
            drafts=drafts,
            report={"unfilled": [_unfilled(question) for question in questions if not question.is_answered]},
        )
        return keep_export(generated, rfp_id=rfp.pk, document=None, user=user, fence=fence, record=record)


def write(questions: list[AnsweredQuestion], rfp: RFP, *, kind: str, target: IO[bytes]) -> None:
    if kind == Format.CSV:
        write_csv(questions, target)
    else:
        write_word(questions, letterhead(rfp), target)


def letterhead(rfp: RFP) -> Letterhead:
    """Our own organization; where none is named as such, the vendor of the first solution in scope."""
    own = Organization.objects.filter(kind=Organization.Kind.OWN).order_by("pk").first()
    if own is None:
        solution = rfp.solutions.select_related("vendor").order_by("pk").first()
        own = solution.vendor if solution else None
    return Letterhead(
        title=_("Response to %(title)s") % {"title": rfp.title},
        organization=own.name if own else "",
        customer=rfp.customer.name,
        reference=rfp.reference,
        date=format_date(timezone.now()),
        logo=io.BytesIO(read_bytes(own.logo.name or "")) if own and own.logo else None,
    )


def _file_stem(rfp: RFP) -> str:
    """The RFP's title as a file name: a stroke would make folders of it, a full stop an ending."""
    return "".join(c if c.isalnum() or c in " -_()" else "_" for c in rfp.title).strip()[:150] or "RFP"


def _unfilled(question: AnsweredQuestion) -> dict[str, str]:
    return {
        "sheet": question.sheet,
        "identifier": question.identifier,
        "text": question.text[:200],
        "reason": question.status,
    }
