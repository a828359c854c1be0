"""The parser's own process, forked by `nursery`: REQUEST as its argument, the file on stdin, JSON on stdout.

It limits itself before it looks at the file, and ends.
"""

import ctypes
import errno
import json
import os
import re
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from rag.parsing.checks import check_content
from rag.parsing.document import document_to_json
from rag.parsing.errors import ParsingError
from rag.parsing.formats import parse_document
from rag.parsing.limits import EXIT_TOO_MUCH_OUTPUT, TOO_MUCH_MEMORY
from rag.parsing.rows import read_rows

_PR_SET_PDEATHSIG = 1
# The share of the allowed memory beyond which a failure is put down to it.
_NEARLY_ALL = 0.75


def _end_with_parent() -> None:
    """Linux ends this process when the one that asked is killed: nobody would read the answer."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit_self(limits: dict[str, int]) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, limits["output_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))


def _answer(request: dict[str, Any]) -> bytes:
    try:
        content = sys.stdin.buffer.read()
        check_content(content, extension=request["extension"])
        if request.get("rows"):
            return json.dumps({"rows": read_rows(content, extension=request["extension"])}).encode("ascii")
        document = parse_document(content, extension=request["extension"])
        return json.dumps({"document": document_to_json(document)}).encode("ascii")
    except ParsingError as error:
        return json.dumps({"error": error.message, "values": error.values}).encode("ascii")
    except MemoryError:
        return json.dumps({"error": TOO_MUCH_MEMORY}).encode("ascii")
    except Exception:
        # Compiled readers report a lack of memory as whatever failed for it.
        if _peak_memory() > _NEARLY_ALL * request["limits"]["memory_bytes"]:
            return json.dumps({"error": TOO_MUCH_MEMORY}).encode("ascii")
        raise


def _peak_memory() -> int:
    """The most bytes of address space that this process had, 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmPeak:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def main() -> None:
    request = json.loads(sys.argv[1])
    _end_with_parent()
    _limit_self(request["limits"])
    answer = _answer(request)
    try:
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        # Not sys.exit: closing stdout would try to write the rest once more.
        os._exit(EXIT_TOO_MUCH_OUTPUT)


if __name__ == "__main__":
    main()
