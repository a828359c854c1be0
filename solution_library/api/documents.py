import datetime as dt
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from ninja.responses import Status
from pydantic import Field

from core.models import User
from core.responses import stored_file_response
from solution_library.exceptions import DuplicateDocument
from solution_library.models import Document, Solution
from solution_library.services.deletions import trash
from solution_library.services.document_details import describe_document
from solution_library.services.documents import request_embedding, upload_document
from solution_library.services.replacements import undo_replacement, with_replaced_file
from solution_library.services.restoring import restorable_documents, restore_documents
from solution_library.views.access import require_editor
from themis.api.assembly import FILE_RESPONSE
from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest

router = Router(tags=["Documents"])

EmbeddingStatus = Literal["pending", "processing", "embedded", "failed"]
ORDERS = {"title": ("title", "pk"), "-created_at": ("-created_at", "-pk"), "created_at": ("created_at", "pk")}


class DocumentOut(Schema):
    """`embedding_status` "embedded" means that search finds it; `embedding_error` says why it failed.
    `reading_notes` say what of the file was not read. `replaced_at`: since when it has its file, while the one before
    is kept."""

    id: int
    solution_id: int
    source_id: int | None
    title: str
    url: str
    file_type: str
    file_size: int | None
    embedding_status: EmbeddingStatus
    embedding_error: str
    reading_notes: str
    chunk_count: int
    page_count: int | None
    tags: list[str]
    review_by: dt.date | None
    replaced_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime


class DocumentChanges(Schema):
    """What is left out stays as it is; null takes owner, review date or tags away."""

    title: Annotated[str, Field(min_length=1, max_length=500)] = ""
    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=50)]], Field(max_length=20)] | None = (
        None
    )
    owner: Id | None = None
    review_by: dt.date | None = None


class DocumentQuery(PageQuery):
    solution: Id | None = None
    status: EmbeddingStatus | None = None
    tag: Annotated[str, Field(max_length=50)] | None = None
    q: Annotated[str, Field(max_length=100, description="Part of the title.")] = ""
    order_by: Literal["title", "created_at", "-created_at"] = "title"


@router.get("/documents", response=Page[DocumentOut], summary="Documents of the library")
def list_documents(request: SignedInRequest, query: Query[DocumentQuery]) -> dict[str, Any]:
    rows = _documents(request).filter(title__icontains=query.q)
    if query.solution:
        rows = rows.filter(solution=query.solution)
    if query.status:
        rows = rows.filter(embedding_status=query.status)
    if query.tag:
        rows = rows.filter(tags__contains=[query.tag])
    return paginate(rows.order_by(*ORDERS[query.order_by]), query)


@router.post(
    "/solutions/{solution_id}/documents",
    response={201: DocumentOut},
    summary="Upload a document; it is read and embedded in the background",
)
def create_document(
    request: SignedInRequest,
    solution_id: Id,
    file: File[UploadedFile],
    title: Annotated[str, Form(max_length=500)] = "",
) -> Status[DocumentOut]:
    user = require_editor(request)
    solution = get_object_or_404(Solution.objects.visible_to(user), pk=solution_id)
    document = upload_document(solution=solution, upload=file, owner=user, title=title)
    return Status(201, DocumentOut.from_orm(document))


@router.get("/documents/{document_id}", response=DocumentOut, summary="A document and how far it is")
def get_document(request: SignedInRequest, document_id: Id) -> Document:
    return get_object_or_404(_documents(request), pk=document_id)


@router.patch("/documents/{document_id}", response=DocumentOut, summary="Describe a document otherwise")
def update_document(request: SignedInRequest, document_id: Id, data: DocumentChanges) -> Document:
    """With another title its passages are made anew; a page of a site keeps the site's."""
    require_editor(request)
    document = get_object_or_404(_documents(request), pk=document_id)
    changes = data.model_dump(exclude_unset=True)
    if changes.get("owner") is not None:
        changes["owner"] = get_object_or_404(User, pk=changes["owner"], is_active=True)
    describe_document(
        document, {name: [] if name == "tags" and value is None else value for name, value in changes.items()}
    )
    return _documents(request).get(pk=document.pk)


@router.get("/documents/{document_id}/file", summary="Download a document", **FILE_RESPONSE)
def download_document(request: SignedInRequest, document_id: Id) -> HttpResponseBase:
    document = get_object_or_404(_documents(request), pk=document_id)
    return stored_file_response(document.s3_key, filename=document.download_name)


@router.post("/documents/{document_id}/embed", response={202: DocumentOut}, summary="Embed a document again")
def embed_document(request: SignedInRequest, document_id: Id) -> Status[DocumentOut]:
    require_editor(request)
    document = get_object_or_404(_documents(request), pk=document_id)
    request_embedding([document])
    return Status(202, DocumentOut.from_orm(document))


@router.delete(
    "/documents/{document_id}",
    response={204: None},
    summary="Delete a document; for a day it can be restored",
)
def delete_library_document(request: SignedInRequest, document_id: Id) -> Status[None]:
    """It is out of search and of every list at once. After 24 hours its file is deleted for good.

    A page of a documentation site comes back by itself with the next sync, as long as the site has it.
    """
    require_editor(request)
    document = get_object_or_404(_documents(request), pk=document_id)
    trash(_documents(request).filter(pk=document.pk), now=timezone.now())
    return Status(204, None)


@router.post(
    "/documents/{document_id}/restore",
    response={202: DocumentOut},
    summary="Bring back a deleted document; it is embedded in the background",
)
def restore_library_document(request: SignedInRequest, document_id: Id) -> Status[DocumentOut]:
    """Within 24 hours of its deletion; 404 afterwards. 409 when its file was uploaded again meanwhile."""
    require_editor(request)
    document = get_object_or_404(restorable_documents(), pk=document_id)
    if not restore_documents(Document.objects.filter(pk=document.pk)).changed:
        raise DuplicateDocument(
            Document.objects.get(solution=document.solution_id, content_hash=document.deleted_hash)
        )
    return Status(202, DocumentOut.from_orm(_documents(request).get(pk=document.pk)))


@router.post(
    "/documents/{document_id}/restore-file",
    response={202: DocumentOut},
    summary="Bring back the file that a document had before; it is embedded in the background",
)
def restore_replaced_file(request: SignedInRequest, document_id: Id) -> Status[DocumentOut]:
    """Within 24 hours of its replacement; 404 afterwards. 409 when that file was uploaded again meanwhile. The newer
    file is deleted."""
    require_editor(request)
    document = get_object_or_404(with_replaced_file(_documents(request)), pk=document_id)
    undo_replacement(document)
    return Status(202, DocumentOut.from_orm(_documents(request).get(pk=document.pk)))


def _documents(request: SignedInRequest) -> QuerySet[Document]:
    return Document.objects.visible_to(request.user)
