"""The demonstration as a trial of drafting: library and workbook loaded, every labelled question drafted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.models import User
from rag.services.drafting import draft_answer
from rag.services.embeddings import embed_document
from rfp_manager.demo.labelled import LabelledQuestion, read_catalogue, read_held_out, read_workbook
from rfp_manager.evaluation import Judgement, judge_draft
from rfp_manager.models import RFP
from rfp_manager.services.demonstration import load_demonstration, read_plan
from rfp_manager.services.excel_processor import detect_document_layout, import_questions
from solution_library.models import Document, EmbeddingStatus, Solution


@dataclass(frozen=True)
class Trial:
    """The labelled questions by the name of their set, and the scope of each solution by its slug."""

    sets: Mapping[str, Sequence[LabelledQuestion]]
    scopes: Mapping[str, Sequence[int]]

    def draft(self, name: str) -> list[Judgement]:
        """Draft and judge the questions of one set, as a draft run does: one after another, in their scope."""
        return [
            judge_draft(
                question,
                draft_answer(
                    question.text,
                    solutions=self.scopes[question.solution],
                    allowed=question.allowed,
                    wants_text=question.wants_text,
                ),
            )
            for question in self.sets[name]
        ]


def prepare_trial(user: User) -> Trial:
    """Load what of the demonstration is not there yet, embedded and imported when this returns."""
    plan = read_plan()
    rfp = RFP.objects.filter(reference=plan["rfp"]["reference"]).first() or load_demonstration(user)
    for document in Document.objects.exclude(embedding_status=EmbeddingStatus.EMBEDDED):
        embed_document(document.pk)
    if not rfp.questions.exists():
        workbook = rfp.question_documents.get()
        layout = detect_document_layout(workbook)
        found = layout.sheets if layout else ()
        import_questions(
            workbook, sheets=[sheet.sheet for sheet in found if sheet.is_question_sheet], user=user
        )
    solutions = {entry["slug"]: Solution.objects.get(name=entry["name"]).pk for entry in plan["solutions"]}
    return Trial(
        sets={
            "workbook": read_workbook(rfp, solution=plan["rfp"]["solutions_in_scope"][0]),
            "catalogue": read_catalogue(),
            "held out": read_held_out(),
        },
        scopes={slug: [pk] for slug, pk in solutions.items()},
    )
