"""What the customer's own documents say about a question: shown to a language model with it, and never a source.

It says how a question is meant ("the service" is a records service for 2,400 staff). A draft's sentences still have
to cite passages of the library, and are checked against those alone.
"""

import logging
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.storage import StorageError
from rag.services.language_model import LanguageModel, find_language_model
from rfp_manager.models import RFP, RFPInformationDocument
from rfp_manager.services.information_texts import stored_information
from rfp_manager.tenders.units import units_of

logger = logging.getLogger(__name__)

# How much of it goes with one question: about 500 tokens.
_MOST_SENTENCES = 4
_MOST_CHARACTERS = 2_000
# A sentence is about the question when it shares so many of its words, and these are no everyday words.
_SHARED = 2
_WORD = re.compile(r"[^\W\d_]{4,}|\d{3,}")
_SUFFIX = re.compile(r"(?:ings?|ed|es|s|en|er|e)$")


@dataclass(frozen=True)
class _Said:
    text: str
    words: frozenset[str]


class CustomerContext:
    """The sentences of an RFP's information documents, for one run of drafts."""

    def __init__(self, said: Sequence[_Said]) -> None:
        self._said = said
        counts = Counter(word for row in said for word in row.words)
        self._weight = {word: math.log(1 + len(said) / count) for word, count in counts.items()}

    def about(self, question: str) -> tuple[str, ...]:
        """The sentences that share most with the question, in the documents' order; none is a good answer."""
        wanted = _words(question)
        scored = [
            (sum(self._weight[word] for word in shared), -number)
            for number, row in enumerate(self._said)
            if len(shared := wanted & row.words) >= _SHARED
        ]
        best = sorted(-negative for _, negative in sorted(scored, reverse=True)[:_MOST_SENTENCES])
        chosen: list[str] = []
        for number in best:
            if sum(map(len, chosen)) + len(self._said[number].text) <= _MOST_CHARACTERS:
                chosen.append(self._said[number].text)
        return tuple(chosen)


def customer_context(rfp: RFP, *, model: LanguageModel | None = None) -> CustomerContext:
    """Empty without a language model, which is who reads it. A text that cannot be fetched is left out."""
    said: list[_Said] = []
    model = model or find_language_model()
    documents = rfp.information_documents.exclude(text_key="") if model.is_configured else []
    for document in documents:
        said += _sentences(document)
    return CustomerContext(said)


def _sentences(document: RFPInformationDocument) -> list[_Said]:
    try:
        units = units_of(stored_information(document))
    except StorageError as error:
        # Drafts are as true without it.
        logger.warning("no context from information document %s: %s", document.pk, error)
        return []
    place = document.title
    return [
        _Said(
            f"{place}, page {unit.page}: {unit.text}" if unit.page else f"{place}: {unit.text}",
            _words(unit.text),
        )
        for unit in units
    ]


def _words(text: str) -> frozenset[str]:
    return frozenset(_SUFFIX.sub("", word) for word in _WORD.findall(text.casefold()))
