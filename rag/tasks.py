"""The worker's side of embedding: job handlers over the services, and the sweep for lost work."""

from celery import shared_task
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.jobs import JobError, JobRetryError, JobRun, register_job, sees_target
from core.models import Job, User
from core.permissions import can_edit_library
from core.storage import MissingObjectError
from rag.own_library import EVALUATION_JOB, evaluate_own_library
from rag.parsing import ParsingError
from rag.providers.embedding import TransientEmbeddingError
from rag.providers.llm import TransientLLMError
from rag.services.answer_imports import IMPORT_JOB, import_answers
from rag.services.embeddings import embed_document, embed_library_answer
from rag.services.queueing import ANSWER_JOB, DOCUMENT_JOB, UNFINISHED, retake_pending
from rag.services.reembedding import SWITCH_JOB, continue_reembedding, switch_model
from solution_library.exceptions import LibraryError
from solution_library.models import AnswerImport, Document, EmbeddingStatus, LibraryAnswer
from themis.formatting import format_number


def _everybody(job: Job, user: User) -> bool:
    """It is about the library as a whole, which is open to all who may sign in, and names no row of it."""
    return user.is_active


def _editors(job: Job, user: User) -> bool:
    return can_edit_library(user)


def record_document_failure(job: Job) -> None:
    """Put the reason on the document, unless its content has changed since or another job embedded it."""
    Document.objects.filter(
        pk=job.target_id, content_hash=job.params.get("content_hash", ""), embedding_status__in=UNFINISHED
    ).update(
        embedding_status=EmbeddingStatus.FAILED,
        embedding_error=job.error or _("Embedding was cancelled. Choose Re-embed to start it again."),
    )


def record_answer_failure(job: Job) -> None:
    LibraryAnswer.objects.filter(pk=job.target_id, embedding_status__in=UNFINISHED).update(
        embedding_status=EmbeddingStatus.FAILED
    )


# What the library holds everybody sees by design: the title of a document, the question of an approved answer with
# every wording that it had. So the jobs that embed them may name them, for as long as they are there. Whether an
# answer's question may name a customer is decided when it is given to the library, not here.
@register_job(
    DOCUMENT_JOB,
    queue="embedding",
    visible_to=sees_target,
    steered_by=_editors,
    on_failure=record_document_failure,
)
def run_embed_document(run: JobRun) -> None:
    try:
        count = embed_document(int(run.job.target_id), progress=run.progress, fence=run.fence)
    except MissingObjectError:
        # Replaced or deleted while it was being read: new content has a job of its own.
        as_asked = Document.objects.in_use().filter(content_hash=run.job.params.get("content_hash", ""))
        if as_asked.filter(pk=run.job.target_id).exists():
            raise
        return
    except TransientEmbeddingError as error:
        raise JobRetryError(str(error)) from error
    run.progress(count, count, _("Embedded"))
    continue_reembedding()


@register_job(
    ANSWER_JOB,
    queue="embedding",
    visible_to=sees_target,
    steered_by=_editors,
    on_failure=record_answer_failure,
)
def run_embed_library_answer(run: JobRun) -> None:
    try:
        embed_library_answer(int(run.job.target_id), fence=run.fence)
    except TransientEmbeddingError as error:
        raise JobRetryError(str(error)) from error
    run.progress(1, 1, _("Embedded"))


@register_job(SWITCH_JOB, queue="embedding", visible_to=_everybody, steered_by=_editors)
def run_switch_embedding_model(run: JobRun) -> None:
    try:
        count = switch_model(progress=run.progress, fence=run.fence)
    except TransientEmbeddingError as error:
        raise JobRetryError(str(error)) from error
    run.progress(count, count, _("Switched"))


@register_job(IMPORT_JOB, visible_to=sees_target, steered_by=_editors)
def run_import_answers(run: JobRun) -> None:
    found = AnswerImport.objects.select_related("solution", "owner").filter(pk=run.job.target_id).first()
    if found is None:
        return
    try:
        import_answers(found, progress=run.progress, fence=run.fence)
    except (ParsingError, LibraryError) as error:
        raise JobError(str(error)) from error
    run.finish_message(
        _("%(kept)s answers are in the library; %(left_out)s rows were left out.")
        % {"kept": found.kept, "left_out": len(found.problems)},
        result_url=found.get_absolute_url(),
    )


@register_job(EVALUATION_JOB, queue="llm", visible_to=_editors, steered_by=_editors)
def run_evaluate_own_library(run: JobRun) -> None:
    try:
        evaluation = evaluate_own_library(
            started_by=run.job.owner,
            job_id=run.job.pk,
            report=run.progress,
            fence=run.fence,
            ask_model=bool(run.job.params.get("ask_model")),
        )
    except (TransientEmbeddingError, TransientLLMError) as error:
        raise JobRetryError(str(error)) from error
    count = evaluation.question_count
    run.progress(count, count)
    run.finish_message(
        ngettext("%(count)d question; nDCG@10 %(figure)s", "%(count)d questions; nDCG@10 %(figure)s", count)
        % {"count": count, "figure": format_number(evaluation.ndcg, digits=3)},
        result_url=evaluation.get_absolute_url(),
    )


@shared_task(name="rag.tasks.retake_pending_documents", expires=60)
def retake_pending_documents() -> None:
    retake_pending()


@shared_task(name="rag.tasks.reembed_outdated", expires=30)
def reembed_outdated() -> None:
    continue_reembedding()
