"""Answers that contradict each other, found among answers that are already at hand: touches no database tables.

Questions meet in groups that ask the same, never all with all, and answers that say the same are compared once.
"""

import hashlib
import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from django.urls import reverse

from rag.services.contradictions import Contradiction, Piece, find_contradictions, mark_words
from rag.services.question_candidates import may_ask_the_same
from rag.services.similarity import group_alike_questions, normalised

# Different answers to one question that are compared; where there are more, it asks nothing definite.
MOST_COMPARED = 60
# "If yes, please describe" is another question each time that it is asked.
_ASKS_NOTHING = re.compile(
    r"\b(?:if|so|yes|no|not|please|provide|give|describe|explain|specify|state|details?|comments?|notes?|remarks?|"
    r"evidence|references?|answers?|responses?|above|below|further|more|additional|information|any|the|your|you|"
    r"and|or|of|to|in|for|this|that|a|an|how|what|why|which|is|are|do|does|supplier|vendor|n|column)\b|[\W\d_]",
    re.IGNORECASE,
)


class Place(StrEnum):
    HERE = "here"
    LIBRARY = "library"
    EARLIER = "earlier"


@dataclass(frozen=True, eq=False)
class Said:
    """One answer and where it was given; `target` are the numbers in its address.

    `group`: the repeated question that it belongs to within its RFP. `apart`: a person said that its question is
    no other's; it is compared with no other of its RFP.
    """

    place: Place
    question: str
    text: str
    choice: str
    target: tuple[int, ...]
    name: str = ""
    status: str = ""
    group: int | None = None
    apart: bool = False

    @property
    def url(self) -> str:
        library = self.place == Place.LIBRARY
        return reverse("solution_library:answer" if library else "rfp_manager:question", args=self.target)

    @cached_property
    def digest(self) -> str:
        """What it answers and says; it changes with any word of either."""
        content = "\0".join([normalised(self.question), self.choice.strip(), " ".join(self.text.split())])
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class Side:
    """One of two answers that disagree, with those that say the same elsewhere."""

    said: Said
    others: tuple[Said, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Pair:
    """Two answers that contradict each other; the first is one of this RFP's."""

    key: str
    here: Side
    there: Side
    found: tuple[Contradiction, ...]

    @property
    def marks_choice(self) -> bool:
        return any(row.kind == "choice" for row in self.found)


@dataclass
class _Saying:
    """Answers to the same words in the same words."""

    digest: str
    said: list[Said] = field(default_factory=list)


def find_pairs(own: Sequence[Said], others: Sequence[Said]) -> list[Pair]:
    """The contradictions of an RFP's own answers with each other and with `others`, in the order given."""
    own = [said for said in own if _asks_something(said.question)]
    others = [others[index] for index in may_ask_the_same(_texts(own), [said.question for said in others])]
    alike = _alike([*own, *others])
    mine, theirs = _sayings(own, alike), _sayings(others, alike)
    found: dict[str, Pair] = {}
    for members in _sayings(own, _groups(own, alike)).values():
        for index, saying in enumerate(members):
            _compare(saying, members[index + 1 :], found)
    for key, members in mine.items():
        for saying in members:
            _compare(saying, theirs.get(key, ()), found)
    place = {said.digest: index for index, said in reversed(list(enumerate(own)))}
    return sorted(found.values(), key=lambda pair: place[pair.here.said.digest])


def _compare(one: _Saying, others: Iterable[_Saying], found: dict[str, Pair]) -> None:
    here = one.said[0]
    for other in others:
        there = other.said[0]
        reasons = find_contradictions(
            here.text, there.text, choice_here=here.choice, choice_there=there.choice
        )
        key = hashlib.sha256("".join(sorted([one.digest, other.digest])).encode()).hexdigest()
        if reasons and key not in found:
            found[key] = Pair(
                key,
                Side(here, tuple(one.said[1:]), _marked(here, [(row.kind, row.here) for row in reasons])),
                Side(
                    there, tuple(other.said[1:]), _marked(there, [(row.kind, row.there) for row in reasons])
                ),
                tuple(reasons),
            )


def _marked(said: Said, reasons: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[Piece, ...]:
    words = {kind: list(said_words) for kind, said_words in reasons if kind == "denial"}
    figures = [word for kind, said_words in reasons if kind in ("figure", "date") for word in said_words]
    pieces: Iterator[Piece] = iter(mark_words(said.text, words.get("denial", ()), once=True))
    return tuple(
        part for piece in pieces for part in ([piece] if piece.marked else mark_words(piece.text, figures))
    )


def _asks_something(question: str) -> bool:
    return bool(_ASKS_NOTHING.sub("", question))


def _texts(answers: Iterable[Said]) -> list[str]:
    return list(dict.fromkeys(said.question for said in answers))


def _alike(answers: Sequence[Said]) -> dict[Said, Hashable]:
    """For each answer, what its question shares with those that ask the same."""
    texts = _texts(answers)
    groups = {
        texts[index]: number for number, group in enumerate(group_alike_questions(texts)) for index in group
    }
    return {said: groups.get(said.question, said.question) for said in answers}


def _groups(own: Iterable[Said], alike: dict[Said, Hashable]) -> dict[Said, Hashable]:
    """As `alike` within the RFP, where a person's word on what belongs together counts for more."""
    return {
        said: ("group", said.group) if said.group else ("alone", said.target) if said.apart else alike[said]
        for said in own
    }


def _sayings(answers: Iterable[Said], keys: dict[Said, Hashable]) -> dict[Hashable, list[_Saying]]:
    """The different answers to each question, at most MOST_COMPARED of them, in the order given."""
    found: dict[Hashable, dict[str, _Saying]] = {}
    for said in answers:
        members = found.setdefault(keys[said], {})
        digest = said.digest
        if digest in members or len(members) < MOST_COMPARED:
            members.setdefault(digest, _Saying(digest)).said.append(said)
    return {key: list(members.values()) for key, members in found.items()}
