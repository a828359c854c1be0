"""What one drafting job has to do: which questions, by which wish, in place of what; and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db import transaction
from django.utils.translation import gettext as _

from core.jobs import JobRun
from rag.services.drafting import Wish
from rag.services.language_model import LanguageModel, find_language_model
from rfp_manager.models import RFP, Question
from rfp_manager.services.draft_runs import Drafted
from rfp_manager.services.llm_costs import record_unsaved
from rfp_manager.services.redrafts import earlier_texts
from rfp_manager.services.saved_drafts import save_draft


@dataclass(frozen=True)
class DraftWork:
    """The questions that the job's params name, those that an earlier attempt drafted among them (`before`).

    `earlier` is what the answers said, where they are to be written anew by a wish.
    """

    run: JobRun
    rfp: RFP
    questions: Sequence[Question]
    before: frozenset[int]
    model: LanguageModel
    earlier: dict[int, str]

    @classmethod
    def of(cls, run: JobRun, rfp: RFP) -> Self:
        wanted = rfp.questions.filter(pk__in=run.job.params["questions"])
        questions = list(wanted.order_by("document_id", "position"))
        before = wanted.filter(answer__draft_job=run.job.pk).values_list("pk", flat=True)
        earlier = earlier_texts(questions) if run.job.params.get("instruction") else {}
        return cls(run, rfp, questions, frozenset(before), find_language_model(), earlier)

    @property
    def left(self) -> list[Question]:
        return [question for question in self.questions if question.pk not in self.before]

    def wish(self, question: Question) -> Wish | None:
        instruction = self.run.job.params.get("instruction", "")
        return Wish(instruction, self.earlier.get(question.pk, "")) if instruction else None

    def save(self, drafts: Drafted) -> None:
        """Behind the job's fence; what a person wrote stays but for the version that may be replaced."""
        params = self.run.job.params
        replacing: dict[str, int] = params.get("replacing", {})
        with transaction.atomic():
            self.run.fence()
            for question, draft in drafts:
                saved = save_draft(
                    question,
                    draft,
                    model=self.model,
                    job=self.run.job.pk,
                    instead_of=replacing.get(str(question.pk), params.get("instead_of")),
                )
                if not saved:  # what came too late is paid for as well
                    record_unsaved(self.rfp, draft.usage, model=self.model)

    def report(self, done: int) -> None:
        """`done` counts those of this attempt."""
        done, total = done + len(self.before), len(self.questions)
        said = _("%(done)s of %(total)s questions drafted") % {"done": done, "total": total}
        self.run.progress(done, total, said)

    def outcome(self) -> str:
        """How many have an answer now that says something, in a sentence."""
        named = Question.objects.filter(pk__in=self.run.job.params["questions"])
        answered = named.filter(answer__draft_job=self.run.job.pk).exclude(answer__text="", answer__choice="")
        drafted, total = answered.count(), len(self.questions)
        said = (
            _("%(drafted)s of %(total)s drafted.")
            if drafted == total
            else _("%(drafted)s of %(total)s drafted; the library does not answer the others.")
        )
        return said % {"drafted": drafted, "total": total}
