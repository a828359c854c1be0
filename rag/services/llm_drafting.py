"""A draft that a language model writes from the passages that were found, and that code then checks.

Nothing that it says is believed: a sentence counts only if a passage that it was given, and that it cites, bears it
out. What is written here touches neither database nor store, so that many drafts can be waited for at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rag.providers.llm import LLMProvider, PromptRefusedError, TokenUsage, Turn, UnreadableReplyError
from rag.services.choices import choose, meaning_of
from rag.services.coverage import cover_parts, missing_parts
from rag.services.drafts import (
    Draft,
    DraftCitation,
    DraftPart,
    DraftSentence,
    DraftStatus,
    UnsupportedSentence,
)
from rag.services.evidence import QuestionEvidence
from rag.services.llm_prompts import INSTRUCTIONS, REPAIR, Wish, name_passages, write_prompt
from rag.services.llm_replies import MalformedReplyError, Reply, ReplySentence, read_reply
from rag.services.meaning import far_from_sources
from rag.services.passages import Passage
from rag.services.polarity import has_caveat, is_negated, says_it_is_over, says_it_is_planned
from rag.services.readings import Reply as PartReply
from rag.services.same_question import leans_on_another
from rag.services.sentences import split_sentences
from rag.services.verification import closest_quote, longest_foreign_run, verify_sentence

# That many words of content in a row that no cited passage has were not paraphrased but made up.
_FOREIGN_WORDS = 3
# As much of a malformed reply as is shown to the model again.
_SHOWN_AGAIN = 2_000

UNREADABLE = gettext_noop(
    "The language model's reply could not be read, and neither could its second try. Draft it again, or write "
    "the answer yourself."
)


@dataclass(frozen=True)
class DraftOrder:
    """Everything that one draft needs; `write` makes it."""

    provider: LLMProvider
    question: str
    evidence: QuestionEvidence
    allowed: Sequence[str]
    wants_text: bool
    max_characters: int
    wish: Wish | None = None
    context: Sequence[str] = ()
    style: str = ""

    def write(self) -> Draft:
        """Ask for the draft and check it; a malformed reply is asked for once more. May run in any thread.

        A question that the model refuses, or answers with garbage twice, becomes an empty draft that needs review.
        Raises TransientLLMError and LLMError where no other question would fare better, EmbeddingError when what was
        written cannot be compared with its sources.
        """
        passages = name_passages(self.evidence.passages)
        prompt = write_prompt(
            self.question,
            [part.part.text for part in self.evidence.parts],
            passages,
            allowed=self.allowed,
            max_characters=self.max_characters,
            wish=self.wish,
            context=self.context,
            style=self.style,
        )
        try:
            reply, usage = _ask(self.provider, prompt)
        except PromptRefusedError as error:
            return Draft("", "", "needs_review", 0.0, "llm", str(error), ())
        if reply is None:
            return Draft("", "", "needs_review", 0.0, "llm", _(UNREADABLE), (), usage=usage)
        return _checked(self, reply, passages, usage)


@dataclass
class _Sorted:
    """The sentences of a reply: those that hold, and the others."""

    supported: list[DraftSentence] = field(default_factory=list)
    unsupported: list[UnsupportedSentence] = field(default_factory=list)


def _ask(provider: LLMProvider, prompt: str) -> tuple[Reply | None, TokenUsage]:
    """The reply, or None when it could not be read twice; and the tokens of both tries."""
    turns = [Turn("us", prompt)]
    usage = TokenUsage()
    for _attempt in range(2):
        said = ""
        try:
            completion = provider.complete(INSTRUCTIONS, turns)
            usage += completion.usage
            said = completion.text
            return read_reply(said), usage
        except (UnreadableReplyError, MalformedReplyError):
            shown = said.replace("\x00", "")[:_SHOWN_AGAIN].strip() or "(nothing)"
            turns = [Turn("us", prompt), Turn("model", shown), Turn("us", REPAIR)]
    return None, usage


def _checked(order: DraftOrder, reply: Reply, passages: Mapping[str, Passage], usage: TokenUsage) -> Draft:
    found = _sort(reply, passages, order.max_characters)
    unsupported = tuple(found.unsupported)
    sentences = tuple(found.supported)
    sure = _best_confidences(order.evidence)
    covered = _covered(order.evidence, sentences)
    missing = _missing(order.evidence, reply, covered)
    parts = covered if len(covered) > 1 else ()
    if not sentences:
        confidence = max(sure.values(), default=0.0) if reply.sentences else 0.0
        return Draft("", "", "no_answer", confidence, "llm", missing, (), unsupported, usage, parts)
    choice, choice_holds = _choice(order, reply, sentences, covered, sure)
    if any(leans_on_another(order.question, [c.passage for c in s.citations], s.text) for s in sentences):
        choice, choice_holds = "", False
    confidence = _confidence(found, covered, sure)
    complete = not (missing or unsupported) and choice_holds
    status: DraftStatus = (
        "supported" if complete and confidence >= settings.DRAFT_MIN_CONFIDENCE else "needs_review"
    )
    text = " ".join(sentence.text for sentence in sentences) if order.wants_text else ""
    return Draft(text, choice, status, confidence, "llm", missing, sentences, unsupported, usage, parts)


def _covered(evidence: QuestionEvidence, sentences: Sequence[DraftSentence]) -> tuple[DraftPart, ...]:
    """What the model says of parts is not asked for. A question of one part is covered by whatever holds."""
    if len(evidence.parts) == 1:
        every = tuple(range(len(sentences)))
        return (DraftPart(evidence.parts[0].part.text, bool(sentences), every),)
    return cover_parts(evidence, sentences, threshold=settings.DRAFT_MIN_CONFIDENCE)


def _sort(reply: Reply, passages: Mapping[str, Passage], max_characters: int) -> _Sorted:
    found = _Sorted()
    length = 0
    for text, cited, reasons in _judged(reply, passages):
        citations = tuple(
            DraftCitation(passage, quote) for passage in cited if (quote := closest_quote(text, passage.text))
        )
        if not reasons and not citations:
            reasons = [_("No passage that it cites says anything like it.")]
        if not reasons and length + len(text) + 1 > max_characters:
            reasons = [_("The answer would be longer than it may be.")]
        if reasons:
            found.unsupported.append(UnsupportedSentence(text, tuple(reasons)))
        elif all(text != sentence.text for sentence in found.supported):
            length += len(text) + 1
            found.supported.append(DraftSentence(text, citations))
    return found


def _judged(reply: Reply, passages: Mapping[str, Passage]) -> list[tuple[str, list[Passage], list[str]]]:
    """Each sentence with what it cites and why it does not count; the model of meanings is asked once for all."""
    judged = []
    for row in reply.sentences:
        cited = [passages[name] for name in dict.fromkeys(row.passages) if name in passages]
        # Each by itself: a true half must not carry a made-up one.
        judged += [(text, cited, objections(text, cited)) for text in _single_sentences(row)]
    held = [(text, cited) for text, cited, reasons in judged if not reasons]
    far = iter(far_from_sources(held))
    return [(text, cited, reasons or [why for why in [next(far)] if why]) for text, cited, reasons in judged]


def _single_sentences(row: ReplySentence) -> list[str]:
    """The row's sentences, without what would make one a heading, an item or a row of a table."""
    text = row.text.replace("|", " ").lstrip("#*-•>` ").strip()
    units = [unit.text for unit in split_sentences(text)]
    return [unit if unit[-1:] in ".!?" else f"{unit}." for unit in units]


def objections(text: str, cited: Sequence[Passage]) -> list[str]:
    """What the rules have against a sentence that cites these passages, in sentences; empty when it may stand."""
    if not cited:
        return [_("It cites no passage that was found.")]
    source = "\n\n".join(f"{passage.context}\n\n{passage.text}" for passage in cited)
    reasons = list(verify_sentence(text, source).reasons)
    foreign = longest_foreign_run(text, source)
    if len(foreign) >= _FOREIGN_WORDS:
        reasons.append(_("No passage that it cites says “%(words)s”.") % {"words": " ".join(foreign[:8])})
    return reasons


def _best_confidences(evidence: QuestionEvidence) -> dict[tuple[str, int], float]:
    """How surely each passage answers some part of the question, at its best."""
    best: dict[tuple[str, int], float] = {}
    for part in evidence.parts:
        for found in part.found:
            best[found.passage.ref] = max(best.get(found.passage.ref, 0.0), found.confidence)
    return best


def _confidence(found: _Sorted, parts: Sequence[DraftPart], sure: Mapping[tuple[str, int], float]) -> float:
    """The surest passage cited for each covered part, averaged; less by the share of sentences that did not hold."""
    surest = [_surest(sentence, sure) for sentence in found.supported]
    means = [max(surest[number] for number in part.sentences) for part in parts if part.covered]
    held = len(found.supported) / (len(found.supported) + len(found.unsupported))
    return held * (sum(means) / len(means) if means else max(surest))


def _surest(sentence: DraftSentence, sure: Mapping[tuple[str, int], float]) -> float:
    return max(sure.get(citation.passage.ref, 0.0) for citation in sentence.citations)


def _choice(
    order: DraftOrder,
    reply: Reply,
    sentences: Sequence[DraftSentence],
    parts: Sequence[DraftPart],
    sure: Mapping[tuple[str, int], float],
) -> tuple[str, bool]:
    """The model's choice where it may stand, and whether code reads the same off the sentences.

    It may not stand if it is none of the customer's values, or says what the sentences do not.
    """
    if not order.allowed:
        return "", True
    said = reply.choice.casefold()
    choice = next((value for value in order.allowed if value.strip().casefold() == said and said), "")
    if not choice:
        return "", False
    answering = {number: sentences[part.sentences[0]] for number, part in enumerate(parts) if part.sentences}
    replies = [
        PartReply(
            order.evidence.parts[number].part,
            sentence.text,
            context=f"{sentence.citations[0].passage.context} {order.evidence.offering}",
            confidence=_surest(sentence, sure),
        )
        for number, sentence in answering.items()
    ]
    others = [sentence.text for sentence in sentences if sentence not in answering.values()]
    read = choose(replies, others, order.allowed, complete=len(replies) == len(parts))
    if read:
        return (choice, True) if read == choice else ("", False)
    texts = [sentence.text for sentence in sentences]
    return ("" if _contradicts(choice, texts) else choice), False


def _contradicts(choice: str, texts: Sequence[str]) -> bool:
    """A yes over a denial or a reservation, a no or "not applicable" over sentences that deny nothing."""
    meaning = meaning_of(choice)
    if meaning == "yes":
        return any(
            is_negated(text) or has_caveat(text) or says_it_is_over(text) or says_it_is_planned(text)
            for text in texts
        )
    if meaning in ("no", "not applicable"):
        return not any(is_negated(text) for text in texts)
    return False


def _missing(evidence: QuestionEvidence, reply: Reply, parts: Sequence[DraftPart]) -> str:
    """What the library would have to say: the parts that no sentence answers, and what the model missed."""
    sentences = [missing_parts(evidence, parts)]
    if reply.missing:
        sentences.append(_("Not found: %(missing)s") % {"missing": reply.missing[:600]})
    return " ".join(sentence for sentence in sentences if sentence)
