"""Which further sentence says no to what the best one leaves open.

The best sentence is often the one that says what the thing is: "The engine is an optimiser. No machine learning is
used." The denial that follows answers, if it is of what is asked and of nothing else.
"""

import re
from collections.abc import Sequence

from rag.services.asked_words import content_words, thing_words
from rag.services.polarity import has_caveat, is_negated
from rag.services.readings import Reply, read_reply

_CLAUSE = re.compile(r"[;.:]\s+|,\s+(?=(?:and|but|or|und|aber)\b)", re.IGNORECASE)


def settle(reply: Reply, further: Sequence[Reply]) -> Reply:
    """The reply itself, or, where it denies nothing that is asked, the first further one that does."""
    if not further or not reply.part.closed or reply.part.negated or read_reply(reply) not in (None, "yes"):
        return reply
    return next((other for other in further if _denies_in_place(reply, other)), reply)


def _denies_in_place(reply: Reply, other: Reply) -> bool:
    """Whether it denies plainly what the best sentence leaves out, and names nothing that is not asked for.

    "Payslips are not shown in the portal" says nothing of the app, which the sentence before is about.
    """
    wanted = thing_words(reply.part.subject)
    left_out = wanted - content_words(reply.text)
    if not left_out or not wanted <= content_words(f"{reply.text} {other.text} {other.context}"):
        return False
    for clause in _CLAUSE.split(other.text):
        words = thing_words(clause)
        if is_negated(clause) and left_out <= words and words <= content_words(reply.part.text):
            return not has_caveat(other.text) and read_reply(other) == "no"
    return False
