"""What the title of a column says of its answers: the options that it lists, a link that it asks for."""

import re

from rfp_manager.workbooks.detection.text_shape import word_count
from rfp_manager.workbooks.detection.vocabulary import is_option, mentions, word_of

# A longer title that mentions a link tells how to answer; it does not ask for a link alone.
LINK_TITLE_WORDS = 8

_CODES = re.compile("[A-Z]{1,2}|[○◯〇◎●△▲×✕✗✓✔■□]")
_OPTIONS = re.compile(
    r"(?:answer|response)[ _-]options|possible (?:answers|values|responses)|allowed (?:answers|values)"
    r"|antwort(?:möglichkeiten|optionen|vorgaben)|(?:options|choix) de réponse|réponses possibles"
    r"|opciones de respuesta|respuestas posibles|antwoordopties|opzioni di risposta|opções de resposta",
    re.IGNORECASE,
)
_WIDE_BRACKETS = str.maketrans("（）", "()")
_YES = {
    "yes",
    "y",
    "ja",
    "j",
    "oui",
    "o",
    "sí",
    "si",
    "sì",
    "s",
    "sim",
    "tak",
    "t",
    "ano",
    "áno",
    "kyllä",
    "igen",
    "da",
    "jā",
    "jah",
    "taip",
    "так",
    "да",
    "ναι",
    "evet",
}


def options_in_title(title: str) -> tuple[str, ...] | None:
    """The options of "Compliant? (Yes / No / Partial)", "Y/N" or "Compliance (FC/PC/NC)"."""
    title = title.translate(_WIDE_BRACKETS)
    inner = title[title.rfind("(") + 1 : title.rfind(")")] if "(" in title and ")" in title else title
    for mark in ("/", "|", ",", ";", "・", "、", "／"):
        parts = [part.strip() for part in inner.split(mark)]
        parts = [part for part in parts if part]
        # "N/A" is one option although it holds a stroke.
        if mark == "/" and len(parts) > 2 and [part.upper() for part in parts[-2:]] == ["N", "A"]:
            parts[-2:] = [f"{parts[-2]}/{parts[-1]}"]
        first = parts[0].split()[-1] if parts else ""
        if mark == "/" and first.casefold() in _YES:
            parts[0] = first  # "Compliant Yes/No"
        usual = sum(map(is_option, parts))
        # One among several may be the customer's own word: "OOTB / Config / Custom / Not supported".
        if 2 <= len(parts) <= 6 and (
            usual == len(parts) or usual >= max(2 if inner != title else 3, len(parts) - 1)
        ):
            return tuple(parts)
        if inner != title and 2 <= len(parts) <= 6 and all(_CODES.fullmatch(part) for part in parts):
            return tuple(parts)
    return None


def names_options(title: str) -> bool:
    """True where the customer says, row by row, which answers there are: "Answer options", "Allowed values"."""
    return _OPTIONS.search(title) is not None


def asks_for_link(title: str) -> bool:
    """A link or an attachment, and no words before all: "Explanation and link to the policy"."""
    if not mentions(title, "evidence_link") or word_count(title) > LINK_TITLE_WORDS:
        return False
    remark, link = word_of(title, "comment"), word_of(title, "evidence_link")
    return not remark or title.casefold().find(remark) >= title.casefold().find(link or "")
