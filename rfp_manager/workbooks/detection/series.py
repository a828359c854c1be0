"""Titles that count: "Contract 1", "Contract 2", or "Reference A", "Reference B", one for each thing asked after."""

import re
from collections import Counter
from collections.abc import Iterable

from rfp_manager.workbooks.detection.text_shape import normalised
from rfp_manager.workbooks.detection.vocabulary import mentions

_COUNTED = re.compile(
    r"(?P<name>.*[^\W\d_])[\s.:#–-]*(?:no\.?|nr\.?|n°)?\s*(?P<count>\d{1,2}|(?<=[\W])[A-H])[.:)]?",
    re.IGNORECASE,
)
NAME_WORDS = 4


def count_references(titles: Iterable[str], labels: Iterable[str]) -> bool:
    """Titles that count what was done for others: "Project 1" may be one's own plan unless a label names a client."""
    counted = engagements(titles)
    if any(mentions(title, "reference") for title in counted):
        return True
    return bool(counted) and any(mentions(label, "client") for label in labels)


def engagements(texts: Iterable[str]) -> set[str]:
    """Those of the texts that count references, contracts or projects; none where only one does."""
    named = {text: name for text in texts if (name := _name(text))}
    usual = Counter(named.values())
    return {text for text, name in named.items() if usual[name] > 1 and mentions(name, "engagement")}


def _name(text: str) -> str:
    """What is counted: "contract" of "Contract no. 2"."""
    if len(text.split()) > NAME_WORDS + 1:
        return ""
    match = _COUNTED.fullmatch(text.strip())
    return normalised(match["name"]) if match else ""
