"""What stands beside an answer goes along where the answer is used for another question that asks the same."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from core.models import User
from rfp_manager.models import FurtherCell, Question
from rfp_manager.services.column_headings import Headings
from rfp_manager.services.further_cells import OpenCell, further_values, open_cells


def fitting_cells(source: Question, members: Sequence[Question]) -> dict[int, dict[str, str]]:
    """By member, then column: the values beside `source` that its open cells of the same heading take.

    Of lists that differ, words mean the same in both; "C" or "2" need not. Reads headings from the workbooks' previews.
    """
    values = further_values(source)
    places = {place.column: place for place in open_cells(source) if place.column in values}
    if not places:
        return {}
    headings = Headings()
    names = _by_name(source, list(places), headings)
    found: dict[int, dict[str, str]] = {}
    for member in members:
        open_here = {place.column: place for place in open_cells(member)}
        same_sheet = (member.document_id, member.sheet) == (source.document_id, source.sheet)
        targets = _by_name(member, list(open_here), headings)
        for name, column in names.items():
            target = column if same_sheet and column in open_here else targets.get(name, "")
            if target and _takes(open_here[target], values[column], places[column]):
                found.setdefault(member.pk, {})[target] = values[column]
        if same_sheet:  # a column without a heading, or one of two with the same
            for column in set(places) - set(names.values()):
                if column in open_here and _takes(open_here[column], values[column], places[column]):
                    found.setdefault(member.pk, {})[column] = values[column]
    return found


def copy_cells(fitting: Mapping[int, Mapping[str, str]], *, to: Collection[int], user: User) -> None:
    """Put the values into the cells of these questions that are empty. The caller holds the questions' locks."""
    taking = [pk for pk in to if pk in fitting]
    if not taking:
        return
    held: dict[int, dict[str, str]] = {pk: {} for pk in taking}
    for row in FurtherCell.objects.filter(question__in=taking).order_by("pk"):
        held[row.question_id][row.column] = row.value
    FurtherCell.objects.bulk_create(
        FurtherCell(question_id=pk, column=column, value=value, edited_by=user)
        for pk in taking
        for column, value in fitting[pk].items()
        if not held[pk].get(column)
    )


def _by_name(question: Question, columns: Sequence[str], headings: Headings) -> dict[str, str]:
    """The column of each heading that stands above one of them only."""
    names = {column: name.casefold() for column, name in headings.of(question, columns).items()}
    counts = Counter(names.values())
    return {name: column for column, name in names.items() if counts[name] == 1}


def _takes(place: OpenCell, value: str, source: OpenCell) -> bool:
    if not place.options:
        # A list's value is no date or name of somebody, and what was written freely is none of a list's.
        return not source.options
    return value in place.options and (len(value) > 1 or set(place.options) == set(source.options))
