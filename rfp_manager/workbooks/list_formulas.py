"""How the formulas of dropdown lists are spelled, for detection and for writing: both have to follow the same ones."""

import re

# A name may stand for another one, but not for ever.
DEEPEST_NAME = 6

LITERAL = re.compile(r'"((?:[^"]|"")*)"', re.DOTALL)
INDIRECT = re.compile(r"INDIRECT\((.+?)(?:,(?:TRUE|1))?\)", re.IGNORECASE | re.DOTALL)
_OFFSET = re.compile(
    r"OFFSET\((?P<start>[^,()]+),(?P<down>-?\d*),(?P<right>-?\d*)"
    r"(?:,(?P<height>COUNTA\((?P<counted>[^()]+)\)(?:-(?P<less>\d+))?|\d+))?(?:,1?)?\)",
    re.IGNORECASE,
)


def bare(formula: str) -> str:
    """The formula without its equals sign and the brackets around it."""
    formula = formula.strip().removeprefix("=").strip()
    while formula.startswith("(") and formula.endswith(")"):
        formula = formula[1:-1].strip()
    return formula


def literal_items(formula: str) -> list[str] | None:
    """The items of a list that is written out; None when the formula is something else."""
    literal = LITERAL.fullmatch(formula)
    return literal[1].replace('""', '"').split(",") if literal else None


def offset_match(formula: str) -> "re.Match[str] | None":
    """The parts of an OFFSET over one column, with a height that is a number or counted."""
    return _OFFSET.fullmatch(formula.replace(" ", "") if "'" not in formula else formula)


def bare_name(formula: str) -> str:
    """A defined name without the sheet that it may be written with."""
    return formula.rsplit("!", 1)[-1].strip("'")
