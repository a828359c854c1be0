"""Which columns of RFPs name objects of the file store."""

from core.stored_keys import register_stored_keys
from rfp_manager.models import RFPExport, RFPInformationDocument, RFPQuestionDocument


def register() -> None:
    for model, prefix, derived in (
        (RFPInformationDocument, "rfp_info_documents/", "text_key"),
        (RFPQuestionDocument, "rfp_question_documents/", "preview_key"),
    ):
        register_stored_keys(model, "file", prefix, size="file_size")
        register_stored_keys(model, "s3_key", prefix, size="file_size")
        register_stored_keys(model, derived, prefix)
    register_stored_keys(RFPExport, "export_file", "rfp_exports/", size="file_size")
