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
    check_upload(content, filename=filename, allowed=INFORMATION_EXTENSIONS)
    document = _store(RFPInformationDocument, rfp, upload, filename, user)
    return document, _queue(
        "summarise_information", _("Summarising %(title)s") % {"title": document.title}, document, user
    )


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
    document = _store(RFPQuestionDocument, rfp, upload, filename, user, warnings=list(facts.warnings))
    return document, _queue(
        "detect_layout",
        _("Looking for the questions in %(title)s") % {"title": document.title},
        document,
        user,
    )


def _store(
    model: type[Any], rfp: RFP, upload: UploadedFile, filename: str, user: User | None, **fields: Any
) -> Any:
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
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        # Two people sent the same file at the same moment; the other one was faster.
        delete_objects([document.s3_key])
        raise DuplicateUpload(
            _("This file is already here, as “%(title)s”.") % {"title": filename}
        ) from error
    except BaseException:
        delete_objects([document.s3_key])
        raise
    return document


def _digest(upload: UploadedFile) -> str:
    upload.seek(0)
    digest = hashlib.sha256()
    for block in upload.chunks():
        digest.update(block)
    return digest.hexdigest()


def _queue(kind: str, title: str, document: Any, user: User | None) -> Job:
    return jobs.enqueue(kind, title=title, key=f"{kind}:{document.pk}", target=document, owner=user)
