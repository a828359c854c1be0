"""The processes of Spelunker itself: web server, Celery workers, beat, and the steps before them."""

import signal
import sys
from collections.abc import Mapping

from spelunker.embedded.environment import PROJECT_ROOT
from spelunker.embedded.process import Command, ManagedProcess
from spelunker.embedded.state import StateFolder

# Kinds of work that must not wait for one another: name, queues, processes.
_WORKERS = (
    ("general", "default,exports", 2),
    ("scraping", "scraping", 2),
    ("embedding", "embedding", 1),
    ("drafting", "llm", 1),
)


def application_processes(
    state: StateFolder, environment: Mapping[str, str], *, host: str, port: int
) -> list[ManagedProcess]:
    """Web server, a worker for each kind of work, and beat; none is started yet."""
    processes = [_web(state, environment, host=host, port=port)]
    processes += [_worker(state, environment, *worker) for worker in _WORKERS]
    processes.append(_beat(state, environment))
    return processes


def preparation(state: StateFolder, environment: Mapping[str, str]) -> ManagedProcess:
    """Migrations and the first administrator; what it prints (a password, once) reaches no log."""
    return _child(state, environment, "prepare", ["-m", "spelunker.embedded.prepare"], speaks=True)


def demonstration(state: StateFolder, environment: Mapping[str, str]) -> ManagedProcess:
    """The demonstration content, unless there is content already."""
    return _child(state, environment, "demo", ["manage.py", "load_demo", "--if-empty"], speaks=True)


def _web(state: StateFolder, environment: Mapping[str, str], *, host: str, port: int) -> ManagedProcess:
    arguments = [
        "-m",
        "gunicorn",
        "spelunker.wsgi",
        "--bind",
        f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
    ]
    arguments += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
    # Its control socket would lie in the user's home, shared by every gunicorn there.
    arguments += ["--no-control-socket", "--access-logfile", "-", "--graceful-timeout", "4"]
    arguments += ["--logger-class", "spelunker.server_log.MaskingLogger"]
    return _child(state, environment, "web", arguments)


def _worker(
    state: StateFolder, environment: Mapping[str, str], name: str, queues: str, count: int
) -> ManagedProcess:
    arguments = [
        "-m",
        "celery",
        "-A",
        "spelunker",
        "worker",
        "-n",
        f"{name}@%h",
        "-Q",
        queues,
        "-c",
        str(count),
    ]
    arguments += ["--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return _child(state, environment, f"worker-{name}", arguments)


def _beat(state: StateFolder, environment: Mapping[str, str]) -> ManagedProcess:
    schedule = state.directory("beat") / "schedule"
    arguments = ["-m", "celery", "-A", "spelunker", "beat", "--loglevel", "INFO"]
    # No file of process numbers: after a SIGKILL it would forbid the next start.
    arguments += ["--schedule", str(schedule), "--pidfile", ""]
    return _child(state, environment, "beat", arguments)


def _child(
    state: StateFolder,
    environment: Mapping[str, str],
    name: str,
    arguments: list[str],
    *,
    speaks: bool = False,
) -> ManagedProcess:
    command = Command(
        argv=[sys.executable, *arguments],
        directory=PROJECT_ROOT,
        environment={"DJANGO_SETTINGS_MODULE": "spelunker.settings", "PYTHONUNBUFFERED": "1", **environment}
        # The workers need not load every page to check the project: the web server does.
        | {"CELERY_SKIP_CHECKS": "1"},
        # An unfinished job is taken up again by its heartbeat, so nobody waits for one to finish. No signal that can
        # be handled: a worker would first look for a broker that died with us. The pool's processes end with it.
        quick_signal=signal.SIGKILL,
        grace=5.0,
        speaks=speaks,
    )
    return ManagedProcess(name, command, state.log(name))
