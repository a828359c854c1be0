"""Drafting many questions: those that ask the same once, and several at a time where a language model writes.

Searching and saving stay in the caller's thread; only the waiting for the language model is done in others.
"""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial

from core.jobs import JobCancelled
from rag.providers.embedding import EmbeddingError
from rag.providers.llm import LLMError
from rag.services.drafting import Draft, DraftOrder, Wish
from rag.services.language_model import LanguageModel
from rfp_manager.models import Question
from rfp_manager.services import question_drafts
from rfp_manager.services.llm_costs import Purse
from themis.formatting import speaking_alike

# How long a cancelled run may go on unnoticed while it waits for the language model.
_LOOK_AGAIN_SECONDS = 1.0

Drafted = Sequence[tuple[Question, Draft]]


@dataclass
class _Group:
    """Questions that ask the same: those still open, and the drafts made for others among them."""

    open: list[Question]
    drafts: list[tuple[Question, Draft]] = field(default_factory=list)

    def take_fitting(self) -> list[tuple[Question, Draft]]:
        """Take out the open questions that an earlier draft answers as well."""
        fitting = [(each, question_drafts.fitting_draft(each, self.drafts)) for each in self.open]
        self.open = [question for question, draft in fitting if draft is None]
        return [(question, draft) for question, draft in fitting if draft is not None]


class DraftRun:
    """One run over `questions`. `save` writes drafts at once, `report` is told how many are done.

    `report` raises to stop the run, and so does the `purse` when it is empty. What a language model was asked for
    until then is still waited for and saved: it is paid for.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        *,
        solutions: Collection[int],
        model: LanguageModel,
        save: Callable[[Drafted], None],
        report: Callable[[int], None],
        wish: Callable[[Question], Wish | None] = lambda question: None,
        context: Callable[[str], Sequence[str]] = lambda question: (),
        purse: Purse,
    ) -> None:
        groups: dict[Hashable, _Group] = {}
        for question in questions:
            groups.setdefault(question_drafts.same_question_key(question), _Group([])).open.append(question)
        self._waiting = deque(groups.values())
        self._asked: dict[Future[Draft], tuple[_Group, Question]] = {}
        self._solutions = solutions
        # Of the whole run: what is changed meanwhile holds for the next one.
        self._model = model
        self._concurrency = model.concurrency
        self._save = save
        self._report = report
        self._wish = wish
        self._context = context
        self._purse = purse
        self._done = 0

    def run(self) -> None:
        """Draft every question. Raises what `report`, `save`, the store and the models raise."""
        pool = ThreadPoolExecutor(self._concurrency, thread_name_prefix="drafting")
        try:
            self._go_on(pool)
        except (JobCancelled, LLMError, EmbeddingError):
            self._save_what_was_asked_for()
            raise
        finally:
            # Nobody waits for replies that may no longer be saved.
            pool.shutdown(wait=False, cancel_futures=True)

    def _go_on(self, pool: ThreadPoolExecutor) -> None:
        while self._waiting or self._asked:
            self._report(self._done)
            # As many again are searched for while the model writes, and wait in the pool: a place that is free is
            # taken at once.
            if self._waiting and len(self._asked) < 2 * self._concurrency:
                self._begin(self._waiting.popleft(), pool)
                self._collect(timeout=0)
            else:
                self._collect(timeout=_LOOK_AGAIN_SECONDS)

    def _begin(self, group: _Group, pool: ThreadPoolExecutor) -> None:
        question = group.open[0]
        begun = question_drafts.begin_question(
            question,
            solutions=self._solutions,
            wish=self._wish(question),
            context=self._context(question.text),
            model=self._model,
        )
        if isinstance(begun, DraftOrder):
            self._purse.require()
            self._asked[pool.submit(speaking_alike(partial(self._write, begun)))] = (group, question)
        else:
            self._finish(group, question, begun)

    def _write(self, order: DraftOrder) -> Draft:
        """In a thread of the pool. The budget may have been spent since the order was made.

        Paid for here, before this thread takes the next order.
        """
        self._purse.require()
        draft = order.write()
        self._purse.pay(draft.usage)
        return draft

    def _collect(self, *, timeout: float) -> None:
        """Save the drafts that have come, all of them before the error of any is raised."""
        if not self._asked:
            return
        come, _ = wait(self._asked, timeout=timeout, return_when=FIRST_COMPLETED)
        failure: BaseException | None = None
        for future in come:
            group, question = self._asked.pop(future)
            error = future.exception()
            if error is None:
                self._finish(group, question, future.result())
            failure = failure or error
        if failure is not None:
            raise failure

    def _finish(self, group: _Group, question: Question, draft: Draft) -> None:
        """Save the draft for its question and for all others that it answers, in one go; the rest waits on."""
        group.open.remove(question)
        group.drafts.append((question, draft))
        drafted = [(question, draft), *group.take_fitting()]
        self._save(drafted)
        self._done += len(drafted)
        if group.open:
            self._waiting.appendleft(group)

    def _save_what_was_asked_for(self) -> None:
        for future in list(self._asked):
            if future.cancel():  # nobody was asked yet
                del self._asked[future]
        while self._asked:
            try:
                self._collect(timeout=_LOOK_AGAIN_SECONDS)
            except (LLMError, EmbeddingError):  # the first one is raised, or the cancelling
                continue
