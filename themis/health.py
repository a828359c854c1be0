"""Is everything that Spelunker needs there? Checks by the shell; apps may register more.

A check takes at most a few seconds and returns what it found in words for administrators. The
public endpoints show only which part fails, never the detail.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from core.clock import time_since_ring
from core.models import Job, StorageCheck
from core.storage import validate_s3_connectivity
from core.storage_check import MOST_ORPHANS
from themis.formatting import format_duration, format_number
from themis.registry import HealthCheck, HealthResult, health_checks

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

logger = logging.getLogger(__name__)

# A queued job older than this means that nobody is working.
QUEUE_PATIENCE = timedelta(minutes=2)
# Beat rings every ten seconds; a worker that is busy with something long answers it late.
CLOCK_PATIENCE = timedelta(minutes=3)
# For so long the public answer stays the same.
RECENT_SECONDS = 5.0


@dataclass(frozen=True)
class CheckReport:
    """One check as it was last run; `milliseconds` is how long it took."""

    check: HealthCheck
    result: HealthResult
    milliseconds: int


@dataclass(frozen=True)
class HealthReport:
    """All checks. `ready` is false when a required one fails, `well` when any does."""

    checks: list[CheckReport]

    @property
    def ready(self) -> bool:
        return all(entry.result.ok for entry in self.checks if entry.check.required)

    @property
    def well(self) -> bool:
        return all(entry.result.ok for entry in self.checks)


def run_checks() -> HealthReport:
    """Run every registered check, one after the other."""
    return HealthReport([_run(check) for check in health_checks.all()])


class _Recent:
    """What the checks found last. Strangers may ask, and each answer would cost a second and five connections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._report: HealthReport | None = None
        self._found_at = 0.0

    def report(self) -> HealthReport:
        with self._lock:
            if self._report is None or time.monotonic() - self._found_at > RECENT_SECONDS:
                self._report = run_checks()
                self._found_at = time.monotonic()
            return self._report

    def forget(self) -> None:
        with self._lock:
            self._report = None


recent = _Recent()


def _run(check: HealthCheck) -> CheckReport:
    started = time.monotonic()
    try:
        result = check.check()
    except Exception:
        logger.exception("health check %s broke", check.key)
        result = HealthResult(False, _("The check itself failed."), _("Look at the server's log."))
    return CheckReport(check, result, round((time.monotonic() - started) * 1000))


def check_database() -> HealthResult:
    """Postgres answers, and pgvector is installed in this database."""
    advice = _("Check that Postgres runs and that DATABASE_URL is right.")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
            row = cursor.fetchone()
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
    except DatabaseError:
        logger.warning("the database does not answer", exc_info=True)
        return HealthResult(False, _("The database does not answer."), advice)
    if row is None:
        missing = _("The pgvector extension is not installed in this database.")
        return HealthResult(
            False, missing, _("Run: manage.py migrate, as a role that may create extensions.")
        )
    return HealthResult(True, f"PostgreSQL {version.split()[0]}, pgvector {row[0]}")


def check_broker() -> HealthResult:
    """The broker accepts a connection."""
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
            kind = broker.transport_cls
    except (BrokerError, OSError):
        logger.warning("the broker does not answer", exc_info=True)
        return HealthResult(
            False,
            _("The broker does not answer. Jobs wait in the database until it is back."),
            _("Check that Redis or Valkey runs and that REDIS_URL is right."),
        )
    return HealthResult(True, _("Answers (%(kind)s)") % {"kind": kind})


def check_object_store() -> HealthResult:
    """The bucket exists and our credentials open it."""
    try:
        validate_s3_connectivity()
    except ValidationError as error:
        return HealthResult(
            False, " ".join(error.messages), _("Check that the S3 server runs, and the S3_... settings.")
        )
    return HealthResult(True, _("The bucket answers"))


def check_worker() -> HealthResult:
    """Celery workers answer, and whatever waits is in a queue that one of them takes from."""
    try:
        answers = current_app.control.inspect(timeout=1.0).active_queues() or {}
    except (BrokerError, OSError):
        answers = {}
    if not answers:
        return HealthResult(
            False,
            _("No worker answers. Uploads are accepted, and their work waits."),
            _("Start a worker: celery -A spelunker worker. `make run` starts one by itself."),
        )
    served = {queue["name"] for queues in answers.values() for queue in queues}
    waiting = Job.objects.filter(state=Job.State.QUEUED).exclude(queue__in=served)
    unserved = ", ".join(waiting.order_by("queue").values_list("queue", flat=True).distinct())
    if unserved:
        return HealthResult(
            False,
            _("Jobs wait where no worker takes them up: %(queues)s.") % {"queues": unserved},
            _("Start a worker for each of these queues: celery -A spelunker worker -Q %(queues)s")
            % {"queues": unserved.replace(" ", "")},
        )
    return HealthResult(True, ", ".join(sorted(answers)))


def check_clock() -> HealthResult:
    """Beat rings, and a worker carries out what it rings for: syncs, reminders, the sweep."""
    advice = _("Start one, and only one: celery -A spelunker beat. `make run` starts it by itself.")
    try:
        age = time_since_ring()
    except RedisError:
        logger.warning("the clock's last ring cannot be read", exc_info=True)
        return HealthResult(False, _("Cannot be told while the broker does not answer."), advice)
    if age is None:
        return HealthResult(False, _("Beat has not rung yet: nothing happens by itself."), advice)
    said = _("Last rang %(age)s ago") % {"age": format_duration(age)}
    return HealthResult(True, said) if age <= CLOCK_PATIENCE else HealthResult(False, said, advice)


def check_queue() -> HealthResult:
    """No job waits longer than it should."""
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    oldest = waiting.order_by("queued_at").first()
    if oldest is None:
        return HealthResult(True, _("Nothing waits"))
    age = timezone.now() - oldest.queued_at
    said = _("%(count)s waiting, the oldest for %(age)s") % {
        "count": waiting.count(),
        "age": format_duration(age),
    }
    if age <= QUEUE_PATIENCE:
        return HealthResult(True, said)
    return HealthResult(False, said, _("Check that the worker and beat run; start more workers if they do."))


def check_stored_files() -> HealthResult:
    """What the last comparison of the file store with the database has found; the clock makes one each day."""
    last = StorageCheck.objects.order_by("-created_at", "-pk").first()
    if last is None:
        return HealthResult(True, _("Not compared yet; it is done once a day"))
    said = _("Compared %(age)s ago") % {"age": format_duration(timezone.now() - last.created_at)}
    if last.missing or last.changed:
        figures = {"missing": format_number(last.missing), "changed": format_number(last.changed)}
        wrong = _("Files missing: %(missing)s, changed: %(changed)s.") % figures
        advice = _("Run: manage.py check_storage. It names them; restore them from a backup of the bucket.")
        return HealthResult(False, f"{wrong} {said}", advice)
    left = last.orphaned - last.deleted
    if left > MOST_ORPHANS:  # the clock has not dared to delete them
        return HealthResult(
            False,
            _("Files that nothing in the database names: %(count)s.") % {"count": format_number(left)}
            + f" {said}",
            _(
                "Is this the database that belongs to this bucket? If so, run: manage.py check_storage "
                "--delete-orphans."
            ),
        )
    return HealthResult(True, said)


BASE_CHECKS: tuple[tuple[str, "_StrOrPromise", Callable[[], HealthResult], bool], ...] = (
    ("database", gettext_lazy("Database"), check_database, True),
    ("broker", gettext_lazy("Broker"), check_broker, True),
    ("object_store", gettext_lazy("File store"), check_object_store, True),
    ("worker", gettext_lazy("Worker"), check_worker, False),
    ("clock", gettext_lazy("Clock (beat)"), check_clock, False),
    ("queue", gettext_lazy("Waiting jobs"), check_queue, False),
    ("stored_files", gettext_lazy("Stored files"), check_stored_files, False),
)
