"""Parsing in a process of its own, so that a hostile file can harm nothing but its own parsing."""

import json
import os
import signal
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from core.words import gettext as _
from core.words import gettext_noop
from rag.parsing.document import ParsedDocument, document_from_json
from rag.parsing.errors import ParsingError
from rag.parsing.formats import normalise_extension
from rag.parsing.limits import (
    DEFAULT_LIMITS,
    EXIT_TOO_MUCH_OUTPUT,
    TOO_MUCH_MEMORY,
    ParsingLimits,
)
from rag.parsing.nursery_client import NurseryDied, OutOfTime, run_worker

_ROOT = Path(__file__).resolve().parents[2]
# A nursery may have been ended for reasons that have nothing to do with the file; a second one tells.
_ATTEMPTS = 2
# How compiled readers end when they are given no more memory.
_OUT_OF_MEMORY = (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL)
_TOO_SLOW = gettext_noop(
    "Reading this file took longer than %(seconds)s seconds, so it was stopped. Split the file and retry."
)
_UNREADABLE = gettext_noop(
    "This file cannot be read: it seems to be damaged. Open it in its program, save it again, and retry."
)


def parse_document_isolated(
    content: bytes, *, extension: str, limits: ParsingLimits = DEFAULT_LIMITS
) -> ParsedDocument:
    """Check and parse in a fresh process under `limits`; raises ParsingError with a sentence, whatever happens."""
    answer = _run_worker(content, extension=normalise_extension(extension), limits=limits)
    try:
        return document_from_json(answer["document"])
    except (KeyError, TypeError, ValueError) as error:
        raise ParsingError(_UNREADABLE) from error


def read_rows_isolated(
    content: bytes, *, extension: str, limits: ParsingLimits = DEFAULT_LIMITS
) -> list[list[str]]:
    """As `rows.read_rows`, checked and read in a fresh process under `limits`; raises ParsingError."""
    answer = _run_worker(content, extension=normalise_extension(extension), limits=limits, rows=True)
    try:
        return [[str(cell) for cell in row] for row in answer["rows"]]
    except (KeyError, TypeError) as error:
        raise ParsingError(_UNREADABLE) from error


def _run_worker(
    content: bytes, *, extension: str, limits: ParsingLimits, rows: bool = False
) -> dict[str, Any]:
    """One request to one fresh worker process, forked by the nursery.

    Raises ParsingError when it refuses, fails or is stopped.
    """
    request = json.dumps({"extension": extension, "limits": asdict(limits), "rows": rows})
    for _attempt in range(_ATTEMPTS):
        # New files each time: a parser that lost its nursery may still be writing into the old ones.
        with _scratch_file() as source, _scratch_file() as result:
            source.write(content)
            source.flush()
            source.seek(0)
            try:
                code = run_worker(
                    [request], source=source, result=result, wall_seconds=limits.wall_seconds, root=_ROOT
                )
            except OutOfTime as error:
                raise ParsingError(_TOO_SLOW, seconds=limits.wall_seconds) from error
            except NurseryDied:
                continue
            if code != 0:
                raise _why_it_ended(code, limits)
            result.seek(0)
            return _read_answer(result)
    raise ParsingError(_UNREADABLE)


def _scratch_file() -> IO[bytes]:
    """A file without a name: in memory where the system can, so that nothing confidential meets a disk."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("parsing"), "w+b")
    return tempfile.TemporaryFile()


def _read_answer(result: IO[bytes]) -> dict[str, Any]:
    try:
        answer = json.load(result)
    except ValueError as error:
        raise ParsingError(_UNREADABLE) from error
    if not isinstance(answer, dict):
        raise ParsingError(_UNREADABLE)
    if "error" in answer:
        values = answer.get("values")
        raise ParsingError(str(answer["error"]), **(values if isinstance(values, dict) else {}))
    return answer


def _why_it_ended(code: int, limits: ParsingLimits) -> ParsingError:
    if code == -signal.SIGXCPU or code == -signal.SIGKILL:
        return ParsingError(_TOO_SLOW, seconds=limits.cpu_seconds)
    if code in _OUT_OF_MEMORY:
        return ParsingError(TOO_MUCH_MEMORY)
    if code == EXIT_TOO_MUCH_OUTPUT:
        return ParsingError(
            _("This file unpacks to far more text than can be searched usefully. Split it and retry.")
        )
    return ParsingError(_UNREADABLE)
