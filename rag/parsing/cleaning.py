"""Text hygiene that all formats share: what must never reach an index, a prompt or a page."""

import re
import unicodedata

# Control characters except tab and line feed; zero-width and bidirectional marks; variation selectors;
# soft hyphens; byte order marks; interlinear annotations; noncharacters; the tag block, in which text
# that no person sees can be smuggled past a reader to a language model.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)


def strip_invisible(text: str) -> str:
    """Text in NFC without control, zero-width, bidirectional and tag characters; line ends are `\\n`."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", text.translate(_LIGATURES))


def one_line(text: str) -> str:
    """Cleaned text with every run of white space, line ends included, as one space."""
    return " ".join(_SPACES.sub(" ", strip_invisible(text)).split())


def clean_lines(text: str) -> str:
    """Cleaned text that keeps its line ends but no trailing spaces and no more than one blank line."""
    lines = (_SPACES.sub(" ", line).strip() for line in strip_invisible(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def clean_code(text: str) -> str:
    """Cleaned text that keeps its indentation, as a listing needs."""
    lines = (line.rstrip() for line in strip_invisible(text).split("\n"))
    return "\n".join(lines).strip("\n")
