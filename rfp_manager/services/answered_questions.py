"""The questions of an RFP with what may be said about them, for exports that are not the customer's workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

from django.utils.translation import gettext as _

from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services.column_headings import Headings
from rfp_manager.services.further_cells import further_values, open_cells

MOST_QUOTED = 400  # characters of a passage that a note quotes


@dataclass(frozen=True)
class Reference:
    """One passage that an answer relies on, as the reader would look it up. `quote` is the sentence relied on."""

    title: str
    page: int | None = None
    heading: str = ""
    quote: str = ""

    def __str__(self) -> str:
        """Title and place: the page, or the heading where there are no pages."""
        place = self._page() if self.page else self.heading.rsplit(" > ", 1)[-1]
        return f"{self.title}, {place}" if place else self.title

    @property
    def note(self) -> str:
        """Everything that is known of the passage, on one line."""
        place = [self._page()] if self.page else []
        place += [self.heading] if self.heading else []
        quote = shorten(self.quote, MOST_QUOTED, placeholder=" …")
        return ", ".join([self.title, *place]) + (f": “{quote}”" if quote else "")

    def _page(self) -> str:
        return _("page %(page)s") % {"page": self.page}


@dataclass(frozen=True)
class AnsweredQuestion:
    """One question in the customer's order. `choice` and `text` are "" where nothing may be said yet."""

    workbook: str
    sheet: str
    section: str
    identifier: str
    text: str
    status: str
    choice: str = ""
    answer: str = ""
    references: tuple[Reference, ...] = ()
    # What goes beside the answer: the customer's name of each column, and what was put there.
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def is_answered(self) -> bool:
        return bool(self.choice or self.answer)

    @property
    def sources(self) -> list[str]:
        """The places of the references, each once."""
        return list(dict.fromkeys(map(str, self.references)))


def answered_questions(rfp: RFP, *, drafts: bool) -> Iterator[AnsweredQuestion]:
    """Every question of the RFP, workbook by workbook; `drafts` shows answers that nobody approved yet too."""
    questions = (
        rfp.questions.select_related("document", "answer")
        .prefetch_related("answer__citations", "further_cells")
        .order_by("document_id", "position")
    )
    headings = Headings()
    for question in questions.iterator(chunk_size=1000):
        answer = sendable_answer(question, drafts=drafts)
        yield AnsweredQuestion(
            workbook=question.document.title,
            sheet=question.sheet,
            section=question.section,
            identifier=question.identifier,
            text=question.text,
            status=question.get_status_display(),
            choice=answer.choice if answer else "",
            answer=answer.text if answer else "",
            references=_references(answer) if answer else (),
            beside=_beside(question, headings) if answer else (),
        )


def sendable_answer(question: Question, *, drafts: bool) -> Answer | None:
    """The answer that may leave the house: approved, or, with `drafts`, any that was not declined."""
    answer: Answer | None = getattr(question, "answer", None)
    approved = question.status == Question.Status.APPROVED
    wanted = approved or (drafts and question.status != Question.Status.DECLINED)
    return answer if answer and wanted and answer.has_content else None


def _beside(question: Question, headings: Headings) -> tuple[tuple[str, str], ...]:
    """From left to right; a column without a heading is named by its letters."""
    values = further_values(question)
    columns = [place.column for place in open_cells(question) if place.column in values] if values else []
    names = headings.of(question, columns) if columns else {}
    nameless = _("Column %(column)s")
    return tuple((names.get(column) or nameless % {"column": column}, values[column]) for column in columns)


def _references(answer: Answer) -> tuple[Reference, ...]:
    """The passages in the order of the sentences that they support, each once."""
    found = (
        Reference(citation.source_title, citation.page, citation.heading, citation.quote)
        for citation in answer.citations.all()
    )
    return tuple(dict.fromkeys(found))
