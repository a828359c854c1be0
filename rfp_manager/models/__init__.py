from rfp_manager.models.answer import Answer, AnswerVersion, Citation
from rfp_manager.models.assignment_reminder import AssignmentReminder
from rfp_manager.models.bid import BidAssessment, BidCriterion, BidDecision
from rfp_manager.models.bulk_step import BulkStep
from rfp_manager.models.comment import Comment
from rfp_manager.models.dismissal import DismissedContradiction
from rfp_manager.models.export import RFPExport
from rfp_manager.models.further_cell import FurtherCell
from rfp_manager.models.group import QuestionGroup
from rfp_manager.models.information import RFPInformationDocument
from rfp_manager.models.layout_memory import LayoutMemory
from rfp_manager.models.question import Question
from rfp_manager.models.question_document import RFPQuestionDocument
from rfp_manager.models.rfp import RFP, RFPMembership
from rfp_manager.models.saved_view import DefaultView, SavedView

__all__ = [
    "RFP",
    "Answer",
    "AnswerVersion",
    "AssignmentReminder",
    "BidAssessment",
    "BidCriterion",
    "BidDecision",
    "BulkStep",
    "Citation",
    "Comment",
    "DefaultView",
    "DismissedContradiction",
    "FurtherCell",
    "LayoutMemory",
    "Question",
    "QuestionGroup",
    "RFPExport",
    "RFPInformationDocument",
    "RFPMembership",
    "RFPQuestionDocument",
    "SavedView",
]
