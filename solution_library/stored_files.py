"""Which columns of the library name objects of the file store."""

from core.stored_keys import register_stored_keys
from solution_library.models import AnswerImport, Document, DocumentEmbedding, SourceSyncEntry


def register() -> None:
    register_stored_keys(Document, "file", "documents/", size="file_size")
    register_stored_keys(Document, "s3_key", "documents/", "scraped/", size="file_size")
    register_stored_keys(Document, "replaced_key", "documents/", size="replaced_size")
    register_stored_keys(DocumentEmbedding, "chunk_s3_key", "chunks/", size="chunk_size")
    register_stored_keys(AnswerImport, "file", "answer_imports/", size="file_size")
    # A report names what a page's text was; once the document is gone for good its texts are, too.
    register_stored_keys(SourceSyncEntry, "old_key", "scraped/", lasting=False)
    register_stored_keys(SourceSyncEntry, "new_key", "scraped/", lasting=False)
