"""Taking in the customer's files: checked first, stored untouched, never twice."""

import hashlib
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job, User
from core.storage import STORAGE_ERRORS, delete_objects
from core.uploads import check_size, check_upload, clean_filename
from rfp_manager.exceptions import DuplicateUpload, RFPError, StoreUnavailable
from rfp_manager.models import RFP, RFPInformationDocument, RFPQuestionDocument
from rfp_manager.models.information import INFORMATION_EXTENSIONS
from rfp_manager.services.misplaced_workbooks import refuse_misplaced_workbook
from rfp_manager.workbooks.inspection import check_workbook


def add_information_document(
    rfp: RFP, *, upload: UploadedFile, user: User | None
) -> tuple[RFPInformationDocument, Job]:
    """Store an information document and queue its summary.

    Raises UploadRefused, DuplicateUpload or RFPError; nothing is stored then.
    """
    filename = clean_filename(upload.name or "")
    check_size(upload.size or 0)
    content = upload.read()
    refuse_misplaced_workbook(content, filename=filename)
    check_upload(content, filename=filename, allowed=INFORMATION_EXTENSIONS)
    title = _("Summarising %(title)s") % {"title": filename}
    document = _to_store(RFPInformationDocument, rfp, upload, filename, user)
    return document, _save(document, job="summarise_information", title=title)


def add_question_workbook(
    rfp: RFP, *, upload: UploadedFile, user: User | None
) -> tuple[RFPQuestionDocument, Job]:
    """Store a question workbook and queue the detection of its layout.

    Raises WorkbookError (it is no workbook that we can read), UploadRefused (it is empty or too large),
    DuplicateUpload or RFPError; nothing is stored then.
    """
    filename = clean_filename(upload.name or "")
    check_size(upload.size or 0)
    facts = check_workbook(upload.open(), filename=filename)
    title = _("Looking for the questions in %(title)s") % {"title": filename}
    document = _to_store(RFPQuestionDocument, rfp, upload, filename, user, warnings=list(facts.warnings))
    return document, _save(document, job="detect_layout", title=title)


def _to_store(
    model: type[Any], rfp: RFP, upload: UploadedFile, filename: str, user: User | None, **fields: Any
) -> Any:
    """A document whose file lies in the store, and whose row is not written yet."""
    digest = _digest(upload)
    if existing := model.objects.filter(rfp=rfp, content_hash=digest).first():
        raise DuplicateUpload(_("This file is already here, as “%(title)s”.") % {"title": existing.title})
    upload.seek(0)
    upload.name = filename
    document = model(rfp=rfp, file=upload, title=filename, content_hash=digest, uploaded_by=user, **fields)
    try:
        document.full_clean(exclude=["s3_key"])
        document.commit_file()
    except ValidationError as error:
        kind = StoreUnavailable if NON_FIELD_ERRORS in error.message_dict else RFPError
        raise kind(" ".join(error.messages)) from error
    except STORAGE_ERRORS as error:
        raise StoreUnavailable(
            _("The file store does not answer. Nothing was stored; try again in a moment.")
        ) from error
    return document


def _save(document: RFPInformationDocument | RFPQuestionDocument, *, job: str, title: str) -> Job:
    """The row and the job that it waits for, both or neither; without them nothing of the file is left."""
    try:
        with transaction.atomic():
            document.save()
            key = f"{job}:{document.pk}"
            return jobs.enqueue(job, title=title, key=key, target=document, owner=document.uploaded_by)
    except IntegrityError as error:
        # Two people sent the same file at the same moment; the other one was faster.
        delete_objects([document.s3_key])
        raise DuplicateUpload(
            _("This file is already here, as “%(title)s”.") % {"title": document.title}
        ) from error
    except BaseException:
        delete_objects([document.s3_key])
        raise


def _digest(upload: UploadedFile) -> str:
    upload.seek(0)
    digest = hashlib.sha256()
    for block in upload.chunks():
        digest.update(block)
    return digest.hexdigest()
