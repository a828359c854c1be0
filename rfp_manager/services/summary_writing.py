"""A document's summary by a language model, part by part, with the quoted sentences where it has none to give.

What is asked here touches no database: parts are waited for in threads, and each that came is handed to `keep` in
the caller's thread before the next is asked for, because it is paid for.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from rag.parsing import ParsedDocument
from rag.providers.llm import (
    LLMError,
    LLMProvider,
    PromptRefusedError,
    TokenUsage,
    Turn,
    UnreadableReplyError,
)
from rfp_manager.services.summary_checks import Checked, check_reply
from rfp_manager.services.summary_prompts import (
    INSTRUCTIONS,
    REPAIR,
    MalformedSummaryError,
    read_reply,
    write_prompt,
)
from rfp_manager.tenders.extraction import extract_from, extract_points
from rfp_manager.tenders.merging import fold_points
from rfp_manager.tenders.parts import Part, cut_parts
from rfp_manager.tenders.points import Point, points_from_json, points_to_json
from rfp_manager.tenders.units import Unit, units_of
from themis.formatting import speaking_alike

# More parts of one document are not sent: about 300,000 tokens.
MOST_PARTS = 60
_LOOK_AGAIN_SECONDS = 1.0
_SHOWN_AGAIN = 2_000

# What is kept of a part: {"points": [...], "dropped": int}, by the digest of the part and the model.
KeptParts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class WrittenPart:
    """A part's checked reply (None when it could not be read twice, or was refused) and what it cost."""

    checked: Checked | None
    usage: TokenUsage


@dataclass
class Summary:
    """`note` says in words what is not the language model's, "" when nothing is to be said."""

    points: list[Point]
    origin: str
    note: str = ""
    dropped: int = 0


@dataclass
class SummaryOrder:
    """One document to be summarised by a language model.

    `kept` are the parts that were paid for before; `keep` is given each new one with its digest; `report` is told
    how many parts are done and of how many, and raises to stop.
    """

    provider: LLMProvider
    kept: KeptParts
    keep: Callable[[str, dict[str, Any], TokenUsage], None]
    report: Callable[[int, int], None]
    concurrency: int = 1
    style: str = ""
    _parts: dict[int, dict[str, Any]] = field(default_factory=dict)
    _failure: LLMError | None = None

    def write(self, parsed: ParsedDocument) -> Summary:
        """The summary; of parts that the model does not give, the sentences that stand out are quoted."""
        parts = cut_parts(parsed)
        self._ask_for(parts[:MOST_PARTS])
        missing = [number for number in range(len(parts)) if number not in self._parts]
        note = self._note(parts, missing)
        if not self._parts:
            return Summary(extract_points(parsed), "extractive", note)
        units = units_of(parsed) if missing else []
        points: list[Point] = []
        for number, part in enumerate(parts):
            kept = self._parts.get(number)
            points += points_from_json(kept["points"]) if kept else _quoted(units, part)
        dropped = sum(int(part["dropped"]) for part in self._parts.values())
        return Summary(fold_points(points), "llm", note, dropped)

    def _ask_for(self, parts: list[Part]) -> None:
        digests = [part_digest(part, self.provider.name, self.style) for part in parts]
        self._parts = {number: dict(self.kept[key]) for number, key in enumerate(digests) if key in self.kept}
        waiting = [number for number in range(len(parts)) if number not in self._parts]
        refused = 0
        pool = ThreadPoolExecutor(max(1, self.concurrency), thread_name_prefix="summary")
        asked: dict[Future[WrittenPart], int] = {}
        try:
            while waiting or asked:
                self.report(len(self._parts) + refused, len(parts))
                while waiting and len(asked) < self.concurrency and self._failure is None:
                    number = waiting.pop(0)
                    order = pool.submit(speaking_alike(write_part), self.provider, parts[number], self.style)
                    asked[order] = number
                if not asked:
                    break  # the model does not answer: the rest is not asked for
                done, _waiting = wait(asked, timeout=_LOOK_AGAIN_SECONDS, return_when=FIRST_COMPLETED)
                for future in done:
                    number = asked.pop(future)
                    refused += not self._take(future, number, digests[number])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _take(self, future: Future[WrittenPart], number: int, digest: str) -> bool:
        try:
            written = future.result()
        except LLMError as error:
            self._failure = self._failure or error
            return False
        row: dict[str, Any] = {}
        if written.checked is not None:
            row = {"points": points_to_json(written.checked.points), "dropped": written.checked.dropped}
            self._parts[number] = row
        self.keep(digest if row else "", row, written.usage)
        return bool(row)

    def _note(self, parts: list[Part], missing: list[int]) -> str:
        if not missing:
            return ""
        why = str(self._failure) if self._failure else ""
        if len(parts) > MOST_PARTS and missing == list(range(MOST_PARTS, len(parts))):
            why = _("The document is longer than a language model is asked to read.")
        why = why or _("The language model's reply could not be read, and neither could its second try.")
        if len(missing) == len(parts):
            return f"{why} {_('The summary quotes the sentences that stand out instead.')}"
        labels = ", ".join(label for number in missing if (label := parts[number].label))
        where = labels or _("%(missing)d of %(parts)d parts") % {"missing": len(missing), "parts": len(parts)}
        return (
            f"{why} {_('For %(where)s, the sentences that stand out are quoted instead.') % {'where': where}}"
        )


def _quoted(units: Sequence[Unit], part: Part) -> list[Point]:
    """The extractive summary of one part."""
    numbers = {number for place in part.places for number, _text in place.blocks}
    return extract_from([unit for unit in units if unit.block in numbers])


def part_digest(part: Part, model: str, style: str = "") -> str:
    """The same only for the same text, asked of the same model by the same rules and in the same style."""
    asked = [model, INSTRUCTIONS, part.text, *([style] if style else [])]
    return hashlib.sha256("\0".join(asked).encode()).hexdigest()


def write_part(provider: LLMProvider, part: Part, style: str = "") -> WrittenPart:
    """Ask for one part's summary and check it; a malformed reply is asked for once more. May run in any thread.

    Raises LLMError where no other part would fare better.
    """
    prompt = write_prompt(part, style=style)
    turns = [Turn("us", prompt)]
    usage = TokenUsage()
    for _attempt in range(2):
        said = ""
        try:
            completion = provider.complete(INSTRUCTIONS, turns)
            usage += completion.usage
            said = completion.text
            return WrittenPart(check_reply(read_reply(said), part), usage)
        except PromptRefusedError:
            return WrittenPart(None, usage)
        except (UnreadableReplyError, MalformedSummaryError):
            shown = said.replace("\x00", "")[:_SHOWN_AGAIN].strip() or "(nothing)"
            turns = [Turn("us", prompt), Turn("model", shown), Turn("us", REPAIR)]
    return WrittenPart(None, usage)
