"""Deleting an RFP or one of its files, with everything that hangs on them."""

from django.db import transaction

from core.models import Job
from core.storage import delete_objects
from rfp_manager.models import RFP, RFPExport, RFPInformationDocument, RFPQuestionDocument


def stored_keys(rfp: RFP) -> list[str]:
    """The keys of every file that this RFP keeps in the object store."""
    return [
        *RFPInformationDocument.objects.filter(rfp=rfp).values_list("file", flat=True),
        *RFPInformationDocument.objects.filter(rfp=rfp)
        .exclude(text_key="")
        .values_list("text_key", flat=True),
        *RFPQuestionDocument.objects.filter(rfp=rfp).values_list("file", flat=True),
        *RFPQuestionDocument.objects.filter(rfp=rfp)
        .exclude(preview_key="")
        .values_list("preview_key", flat=True),
        *RFPExport.objects.filter(rfp=rfp).values_list("export_file", flat=True),
    ]


def delete_rfp(rfp: RFP) -> None:
    """Delete an RFP with all that belongs to it; the objects go once the rows are gone for good."""
    keys = stored_keys(rfp)
    with transaction.atomic():
        for row in (rfp, *rfp.question_documents.only("pk"), *rfp.information_documents.only("pk")):
            Job.objects.for_target(row).delete()
        rfp.delete()
        transaction.on_commit(lambda: delete_objects(keys))


def delete_export(export: RFPExport) -> None:
    """Delete one export with its file."""
    key = export.export_file.name
    with transaction.atomic():
        export.delete()
        transaction.on_commit(lambda: delete_objects([key] if key else []))


def delete_file(document: RFPInformationDocument | RFPQuestionDocument) -> None:
    """Delete one of an RFP's files with what was made of it (a workbook takes its questions and answers along)."""
    keys = [document.s3_key]
    if isinstance(document, RFPQuestionDocument) and document.preview_key:
        keys.append(document.preview_key)
    if isinstance(document, RFPInformationDocument) and document.text_key:
        keys.append(document.text_key)
    with transaction.atomic():
        Job.objects.for_target(document).delete()
        document.delete()
        transaction.on_commit(lambda: delete_objects(keys))
