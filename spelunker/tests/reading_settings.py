"""Settings as a process of their own reads them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent


def read_settings(
    variables: dict[str, str], *, prefix: str, shown: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """What reading them says: the values `shown`, or why they are refused.

    Of the variables that begin with `prefix` there are those given only.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(prefix)}
    code = f"from spelunker import settings as s; print({', '.join(f's.{name}' for name in shown)})"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=_ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )
