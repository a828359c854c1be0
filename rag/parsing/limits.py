"""What one file may cost, agreed between the process that asks and the one that parses."""

from dataclasses import dataclass

from core.words import gettext_noop

# The worker's exit status when its answer would exceed `output_bytes`.
EXIT_TOO_MUCH_OUTPUT = 3


@dataclass(frozen=True)
class ParsingLimits:
    """Seconds of CPU and of waiting, bytes of address space and of parsed text."""

    cpu_seconds: int = 120
    wall_seconds: int = 180
    memory_bytes: int = 1_500_000_000
    output_bytes: int = 200_000_000


TOO_MUCH_MEMORY = gettext_noop(
    "Reading this file takes more memory than allowed. Split the file, or save it without its pictures."
)
DEFAULT_LIMITS = ParsingLimits()
