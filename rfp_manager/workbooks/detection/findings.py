"""What a table turned out to be, and how surely it asks anything."""

from dataclasses import dataclass, field, replace

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.column_owners import is_for_reviewer, is_suppliers_reply
from rfp_manager.workbooks.detection.columns import ColumnProfile
from rfp_manager.workbooks.detection.rows import RowModel
from rfp_manager.workbooks.detection.series import count_references
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import word_count
from rfp_manager.workbooks.detection.vocabulary import mentions
from rfp_manager.workbooks.layout import CHOICE, CODE, NARRATIVE, TICK
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import column_letters

ASKING_SCORE = 3.0
# So many columns named like those of a change log make a table one: version, date, author.
LOG_COLUMNS = 3
# Where the customer has rated both, the table is a register of the customer's risks.
_RISK = ("likelihood", "impact")
# So many, such as expected and actual results, make it one of tests.
TEST_COLUMNS = 2
# So many names of features make a list of them.
LABELS = 4
# Answers that are written for more rows than this leaves blank are another's, to be read.
BEGUN = 0.2


@dataclass
class Finding:
    """What a table turned out to be. `rows` are its question rows; `bare`, that it is a list of nothing but these.

    `whole` is the column that asks: `question` itself, or the one whose questions `question` parts.
    """

    table: Table
    question: int
    identifier: int | None
    section: int | None
    answers: list[AnswerRole]
    rows: list[int]
    score: float = 0.0
    evidence: list[str] = field(default_factory=list)
    model: RowModel | None = None
    bare: bool = False
    whole: int | None = None

    @property
    def asks(self) -> bool:
        return self.score >= ASKING_SCORE and bool(self.rows)

    def same_columns(self, other: "Finding") -> bool:
        mine = [(answer.column, answer.role) for answer in self.answers]
        return self.question == other.question and mine == [
            (answer.column, answer.role) for answer in other.answers
        ]


def weigh(grid: Grid, finding: Finding, profiles: dict[int, ColumnProfile]) -> None:
    """The score that decides whether the table asks, and the sentences that explain it."""
    own = profiles.get(finding.question)
    if own is None or not finding.rows:
        return
    own = _told_whole(own, profiles.get(finding.whole or finding.question, own))
    letter = column_letters(finding.question)
    roles = {answer.role for answer in finding.answers}
    score = -1.0
    say = finding.evidence.append
    say(
        _(
            "Column %(letter)s is the question: %(filled)s%% of the rows have text there, %(words)s "
            "words long on average, %(asking)s%% with a question mark."
        )
        % {
            "letter": letter,
            "filled": f"{own.filled * 100:.0f}",
            "words": f"{own.words:.0f}",
            "asking": f"{own.asking * 100:.0f}",
        }
    )
    score += 2.0 * own.asking + 1.5 * own.statements
    labels = grid.texts(finding.question, finding.rows)
    titles = [profiles[answer.column].title for answer in finding.answers if answer.column in profiles]
    references = count_references(titles, labels)
    labelled = _is_labelled(finding, profiles, own, references=references)
    if labelled:
        score += 1.5
    elif own.words < 2.6 and finding.identifier != finding.question:
        score -= 1.5
    if _titles_ask(finding, profiles, own):
        score += 1.0
    elif own.distinct < 0.5:
        score -= 1.0
    if mentions(own.title, "question"):
        score += 0.7
    if own.asking > 0.5 and finding.answers and finding.table.headings and own.formulas < 0.5:
        score += 1.0  # questions by their marks, beside blanks under a title
    if len(finding.rows) < 3:
        score -= 1.5
    score += _score_of_answers(finding, profiles, references=references)
    score += 1.5 if finding.bare else 0.0
    if NARRATIVE in roles and CHOICE in roles:
        score += 0.5
    if finding.answers and grid.facts.protected:
        score += 1.5
    if finding.identifier is not None:
        score += 0.8
        say(
            _("Column %(column)s holds short identifiers, mostly different.")
            % {"column": column_letters(finding.identifier)}
        )
    score += _score_of_regularity(finding, profiles)
    if not finding.answers:
        score += _score_without_answers(finding, profiles, own)
    if any(profile.dates > 0.6 and profile.filled > 0.5 for profile in profiles.values()):
        score -= 1.5
    if own.formulas > 0.9 and own.statements < 0.5:
        score -= 2.0
    if own.formulas > 0.9 and any(
        profile.formulas > 0.9 and mentions(profile.title, "answer") for profile in profiles.values()
    ):
        score -= 4.0  # questions and answers are shown here that stand elsewhere
    if sum(mentions(profile.title, "log") for profile in profiles.values()) >= LOG_COLUMNS:
        score -= 2.0
    if _is_list_with_remarks(finding, profiles, own):
        score -= 2.0
    if _is_risk_register(finding, profiles):
        score -= 8.0
    if sum(mentions(profile.title, "test") for profile in profiles.values()) >= TEST_COLUMNS:
        score -= 8.0
    for answer in finding.answers:
        say(
            _("Column %(column)s takes answers (%(role)s): %(reason)s.")
            % {"column": column_letters(answer.column), "role": _(answer.role), "reason": answer.reason}
        )
    if finding.section is not None:
        say(
            _("Column %(column)s names the section: its texts recur.")
            % {"column": column_letters(finding.section)}
        )
    finding.score = score


def _is_list_with_remarks(finding: Finding, profiles: dict[int, ColumnProfile], own: ColumnProfile) -> bool:
    """Things that are described, under no title that asks, beside a blank for nobody's remarks in particular."""
    titles = [profiles[answer.column].title for answer in finding.answers if answer.column in profiles]
    if not titles or not finding.table.headings or own.asking > 0.3 or mentions(own.title, "question"):
        return False
    return all(
        mentions(title, "comment") and not mentions(title, "answer") and word_count(title) <= 2
        for title in titles
    )


def _is_risk_register(finding: Finding, profiles: dict[int, ColumnProfile]) -> bool:
    """Both sides of each risk are rated by the customer, and no column is said to be the supplier's."""
    rated = [profile.title for profile in profiles.values() if profile.filled > 0.5]
    if not all(any(mentions(title, side) for title in rated) for side in _RISK):
        return False
    return not any(
        mentions(profiles[answer.column].title, "supplier")
        for answer in finding.answers
        if answer.column in profiles
    )


def _told_whole(part: ColumnProfile, whole: ColumnProfile) -> ColumnProfile:
    """A part of a question asks what the whole one asks, in one more way."""
    if part is whole:
        return part
    return replace(
        part,
        words=part.words + whole.words,
        asking=max(part.asking, whole.asking),
        statements=max(part.statements, whole.statements),
        distinct=1.0,
        title=f"{whole.title} / {part.title}",
    )


def _is_labelled(
    finding: Finding, profiles: dict[int, ColumnProfile], own: ColumnProfile, *, references: bool
) -> bool:
    """Names of features ask, where each differs and has blank cells that are plainly there to be answered in."""
    written = [profiles[answer.column] for answer in finding.answers if answer.column in profiles]
    return (
        bool(written)
        and bool(finding.table.headings)
        and len(finding.rows) >= LABELS
        and own.distinct > 0.9
        and own.formulas < 0.5
        and (
            all(profile.blank > BEGUN or profile.open_lists > 0.8 for profile in written)
            or any(is_suppliers_reply(profile.title) for profile in written)
        )
        and (
            any(answer.role in (CHOICE, CODE) for answer in finding.answers)
            or any(mentions(profile.title, "answer") for profile in written)
            or references
        )
    )


def _titles_ask(finding: Finding, profiles: dict[int, ColumnProfile], own: ColumnProfile) -> bool:
    """ "Question" over the texts and "Response" over blank cells: said so plainly, one row is enough."""
    return mentions(own.title, "question") and any(
        mentions(profile.title, "answer") and profile.blank > BEGUN
        for answer in finding.answers
        if (profile := profiles.get(answer.column)) is not None
    )


def _score_of_answers(finding: Finding, profiles: dict[int, ColumnProfile], *, references: bool) -> float:
    """Dropdowns and option columns say more than blank cells, the more rows have them."""
    listed = max(
        (profiles[a.column].open_lists for a in finding.answers if a.column in profiles), default=0.0
    )
    if any(answer.kind == TICK for answer in finding.answers):
        listed = 1.0
    if listed:
        return min(3.0, 4.0 * listed)
    if any(answer.role in (CHOICE, CODE) for answer in finding.answers):
        return 2.5
    if not finding.answers:
        return 0.0
    titles = [profiles[answer.column].title for answer in finding.answers if answer.column in profiles]
    if references:
        return 2.5
    return 2.0 if any(mentions(title, "answer") for title in titles) else 1.2


def _score_of_regularity(finding: Finding, profiles: dict[int, ColumnProfile]) -> float:
    """Short labels ask too, when every row has an identifier and a blank under a title; price lists do not."""
    written = [profiles[a.column] for a in finding.answers if a.column in profiles and a.kind != TICK]
    if not written or not finding.table.headings:
        return 0.0
    score = 0.0
    numbered = finding.identifier not in (None, finding.question) and len(finding.rows) >= 4
    if numbered and all(profile.blank > 0.95 or profile.open_lists > 0.9 for profile in written):
        score += 1.5 if any(mentions(profile.title, "answer") for profile in written) else 1.0
    taken = {finding.question, finding.identifier, *(answer.column for answer in finding.answers)}
    numeric = [
        p for column, p in profiles.items() if column not in taken and p.filled > 0.8 and p.numbers > 0.9
    ]
    priced = any(mentions(p.title, "measure") for p in numeric)
    if priced and not any(mentions(p.title, "answer") or mentions(p.title, "comment") for p in written):
        score -= 2.5  # a list of prices, with a blank for a rebate
    if any(p.formulas > 0.8 for p in numeric) and any(not p.formulas for p in numeric):
        score -= 2.0
    return score


def _score_without_answers(finding: Finding, profiles: dict[int, ColumnProfile], own: ColumnProfile) -> float:
    """A list of questions with no place for answers still asks; a list of answered ones does not."""
    for column, profile in profiles.items():
        if profile.blank > 0.95 and is_for_reviewer(profile.title):
            return -4.0  # what is left to write is the customer's
        if column > finding.question and profile.filled > 0.85 and profile.words > 8:
            return -3.0
        if profile.filled > 0.95 and profile.words > 3 and mentions(profile.title, "answer"):
            return -4.0  # all answered, as in a log of suppliers' questions
        if profile.lists > 0.3 and profile.open_lists < 0.1 * profile.lists:
            finding.evidence.append(
                _("Its dropdown cells hold formulas: the sheet repeats answers given elsewhere.")
            )
            return -4.0
    score = 0.0 if own.asking >= 0.3 and finding.identifier is not None else -2.0
    if mentions(own.title, "question"):
        score += 1.0
    return score
