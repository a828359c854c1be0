from solution_library.models.answer import LibraryAnswer
from solution_library.models.answer_import import AnswerImport
from solution_library.models.answer_source import AnswerSource, SourceMark
from solution_library.models.answer_version import LibraryAnswerVersion
from solution_library.models.document import Document
from solution_library.models.embedding import DocumentEmbedding
from solution_library.models.embedding_status import EmbeddingStatus
from solution_library.models.freshness import Freshness
from solution_library.models.near_duplicate import DocumentFingerprint, DocumentTwin
from solution_library.models.retrieval_evaluation import RetrievalEvaluation
from solution_library.models.review_reminder import ReviewReminder
from solution_library.models.scraped_page import ScrapedPage
from solution_library.models.solution import Solution
from solution_library.models.source import DocumentationSource
from solution_library.models.source_sync import SourceSync, SourceSyncEntry

__all__ = [
    "AnswerImport",
    "AnswerSource",
    "Document",
    "DocumentEmbedding",
    "DocumentFingerprint",
    "DocumentTwin",
    "DocumentationSource",
    "EmbeddingStatus",
    "Freshness",
    "LibraryAnswer",
    "LibraryAnswerVersion",
    "RetrievalEvaluation",
    "ReviewReminder",
    "ScrapedPage",
    "Solution",
    "SourceMark",
    "SourceSync",
    "SourceSyncEntry",
]
