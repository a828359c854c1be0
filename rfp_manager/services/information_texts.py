"""The text of an information document, read from its file once and stored beside it."""

import json
from functools import lru_cache

from core.storage import delete_objects, load_binary, read_text, write_text
from rag.parsing import ParsedDocument, parse_document_isolated
from rag.parsing.document import document_from_json, document_to_json
from rfp_manager.models import RFPInformationDocument


def read_information(document: RFPInformationDocument) -> ParsedDocument:
    """The parsed document: from the store if it was read before, else from its file.

    Raises StorageError, and ParsingError when the file cannot be read.
    """
    if document.text_key:
        return stored_information(document)
    content = load_binary(document.s3_key).getvalue()
    parsed = parse_document_isolated(content, extension=document.file_type)
    key = write_text(
        f"rfp_info_documents/{document.rfp_id}/texts/{document.pk}.json", json.dumps(document_to_json(parsed))
    )
    rows = RFPInformationDocument.objects.filter(pk=document.pk, text_key="")
    if rows.update(text_key=key, page_count=parsed.page_count):
        document.text_key, document.page_count = key, parsed.page_count
    else:
        delete_objects([key])  # somebody else read it meanwhile, or it is deleted
    return parsed


def stored_information(document: RFPInformationDocument) -> ParsedDocument:
    """The text of a document whose `text_key` is set. Raises StorageError.

    The store never overwrites, so what lies under a key stays the same: the last few texts are kept in memory.
    """
    return _stored(document.text_key)


@lru_cache(maxsize=4)
def _stored(key: str) -> ParsedDocument:
    return document_from_json(json.loads(read_text(key)))
