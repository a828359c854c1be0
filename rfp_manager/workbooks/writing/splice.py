"""Replacing byte ranges in a stream, and nothing else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """Put `replacement` in place of the bytes from `start` up to `end`; an insertion when they are equal."""

    start: int
    end: int
    replacement: bytes


def splice(blocks: Iterable[bytes], edits: Iterable[Edit]) -> Iterator[bytes]:
    """The blocks with the edits made. Edits must not overlap; insertions at one place keep their order."""
    # An insertion comes before the replacement of what it is inserted in front of.
    pending = iter(sorted(edits, key=lambda edit: (edit.start, edit.end)))
    edit = next(pending, None)
    base = 0
    # How far the original has been passed on or replaced.
    done = 0
    for block in blocks:
        end = base + len(block)
        if edit is None or edit.start > end:
            if done <= base:
                yield block
                done = end
            elif done < end:
                yield block[done - base :]
                done = end
            base = end
            continue
        pieces = []
        while edit is not None and edit.start <= end:
            if edit.start < done:
                raise ValueError("edits overlap")
            pieces.append(block[max(done, base) - base : edit.start - base])
            pieces.append(edit.replacement)
            done = edit.end
            edit = next(pending, None)
        if done < end:
            pieces.append(block[max(done, base) - base :])
            done = end
        yield b"".join(pieces)
        base = end
    if edit is not None or done > base:
        raise ValueError("an edit lies behind the end of the part")
