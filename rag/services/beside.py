"""What other sentences that were found say of the thing that a sentence is chosen for."""

from collections.abc import Iterable

from rag.services.asked_words import content_words, thing_words
from rag.services.left_out import left_out
from rag.services.polarity import is_negated, says_it_is_over, says_it_is_planned

_MOST = 0.5


def affirmed_beside(subject: str, beside: Iterable[str]) -> bool:
    """Whether another sentence speaks of the thing as of one that there is."""
    wanted = thing_words(subject)
    return any(wanted <= content_words(text) and not _is_no_yes(text) for text in beside)


def denied_beside(subject: str, said: str, beside: Iterable[str]) -> bool:
    """Whether another sentence denies, or only plans, most of what is asked, and with it what this one leaves out."""
    asked = content_words(subject)
    missing = asked - content_words(said)
    return any(
        missing & words and len(asked & words) >= _MOST * len(asked)
        for words in (content_words(text) for text in beside if _is_no_yes(text))
    )


def told_beside(subject: str, said: str, beside: Iterable[str]) -> bool:
    """Whether another sentence speaks of what this one, with its headings, leaves out."""
    missing = left_out(subject, said)
    return bool(missing) and any(missing & content_words(text) for text in beside)


def _is_no_yes(text: str) -> bool:
    return is_negated(text) or says_it_is_over(text) or says_it_is_planned(text)
