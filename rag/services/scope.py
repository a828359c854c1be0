"""Which solutions a search looks into, by the names that people type."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.exceptions import SpelunkerError
from solution_library.models import Solution


class ScopeError(SpelunkerError):
    """There is no such solution or vendor; the message says which there are."""


def find_scope(*, solutions: Sequence[str] = (), vendors: Sequence[str] = ()) -> list[int] | None:
    """The solutions with these names, of these vendors; None (no filter) when no name is given.

    Names are compared without regard to case. Raises ScopeError for a name that the library does not know.
    """
    if not solutions and not vendors:
        return None
    found = list(Solution.objects.select_related("vendor"))
    for kind, wanted, known in (
        ("vendor", vendors, sorted({solution.vendor.name for solution in found})),
        ("solution", solutions, sorted({solution.name for solution in found})),
    ):
        if unknown := [name for name in wanted if name.strip().casefold() not in _folded(known)]:
            names = ", ".join(known) or _("none yet")
            raise ScopeError(
                (
                    _("There is no vendor named %(unknown)s. The library has: %(known)s.")
                    if kind == "vendor"
                    else _("There is no solution named %(unknown)s. The library has: %(known)s.")
                )
                % {"unknown": ", ".join(unknown), "known": names}
            )
    scope = [
        solution.pk
        for solution in found
        if (not solutions or solution.name.casefold() in _folded(solutions))
        and (not vendors or solution.vendor.name.casefold() in _folded(vendors))
    ]
    if not scope:
        raise ScopeError(
            _("None of these solutions belongs to that vendor. Leave out one of the two filters.")
        )
    return scope


def _folded(names: Sequence[str]) -> set[str]:
    return {name.strip().casefold() for name in names}
