"""Keeping a generated file: numbered within its kind, stored under a key of its own, never changed again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_event
from core.models import User
from core.storage import STORAGE_ERRORS, StorageError, delete_objects
from rfp_manager.models import RFPExport, RFPQuestionDocument
from rfp_manager.services.holding import hold_rfp


@dataclass(frozen=True)
class Generated:
    """A file that is to become an export. `name` is what the download is called, up to its version."""

    content: IO[bytes]
    name: PurePosixPath
    format: str
    questions: int
    answered: int
    drafts: bool
    report: dict[str, Any]


def keep_export(
    generated: Generated,
    *,
    rfp_id: int,
    document: RFPQuestionDocument | None,
    user: User | None,
    fence: Callable[[], None] | None = None,
    record: Callable[[RFPExport], None] | None = None,
) -> RFPExport:
    """Store the file as the next version of its kind and record it.

    `fence` and `record` are called inside the transaction, before and after the row is written, so that a job notes
    its result together with it. Raises StorageError; then there is neither a row nor an object.
    """
    saved_key = ""
    try:
        with transaction.atomic():
            if fence:
                fence()
            # Holding the RFP's row: two exports at once get two versions.
            rfp = hold_rfp(rfp_id)
            earlier = RFPExport.objects.filter(rfp=rfp, document=document, format=generated.format)
            version = 1 + max(
                (int(number) for number in earlier.values_list("version", flat=True)), default=0
            )
            filename = f"{generated.name.stem} - answered v{version}{generated.name.suffix}"
            export = RFPExport(
                rfp=rfp,
                document=document,
                format=generated.format,
                filename=filename,
                version=str(version),
                question_count=generated.questions,
                answered_count=generated.answered,
                report=generated.report | {"drafts": generated.drafts},
                created_by=user,
            )
            generated.content.seek(0)
            export.export_file = File(generated.content, name=filename)
            export.save()
            saved_key = export.export_file.name or ""
            detail = {"drafts": generated.drafts, "format": generated.format}
            record_event("export.created", actor=user, target=export, detail=detail)
            if record:
                record(export)
    except STORAGE_ERRORS as error:
        raise StorageError(_("The file store could not save the export. It will be tried again.")) from error
    except BaseException:
        if saved_key:
            delete_objects([saved_key])
        raise
    return export
