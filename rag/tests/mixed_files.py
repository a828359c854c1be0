"""Many documents of every kind, each different, a few of which cannot be taken in: as a folder in real life."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from rag.tests.hostile_files import encrypted_pdf
from rag.tests.office_files import docx_bytes, pptx_bytes, xlsx_bytes
from rag.tests.pdf_files import drawn_pdf, heading, laid_out_pdf, paragraph


def mixed_files(count: int) -> Iterator[tuple[str, bytes, bool]]:
    """(name, content, whether it can be read) of `count` files; the same ones every time."""
    return islice(_endless(), count)


def _endless() -> Iterator[tuple[str, bytes, bool]]:
    number = 0
    while True:
        for place in range(20):
            number += 1
            if place in _BAD:
                extension, make = _BAD[place]
            else:
                extension, make = _GOOD[place % len(_GOOD)]
            yield f"document-{number:04}.{extension}", make(number), place not in _BAD


def _sentences(number: int) -> list[str]:
    return [
        f"Control {number}.{line} is reviewed by team {number % 7} every {line + 2} weeks, and kept for a year."
        for line in range(1, 13)
    ]


def _pdf(number: int) -> bytes:
    return laid_out_pdf([heading(f"Policy {number}"), *map(paragraph, _sentences(number))])


def _docx(number: int) -> bytes:
    def write(document: Any) -> None:
        document.add_heading(f"Policy {number}", 1)
        for sentence in _sentences(number):
            document.add_paragraph(sentence)

    return docx_bytes(write)


def _pptx(number: int) -> bytes:
    def write(presentation: Any) -> None:
        page = presentation.slides.add_slide(presentation.slide_layouts[1])
        page.shapes.title.text = f"Policy {number}"
        page.placeholders[1].text = "\n".join(_sentences(number))

    return pptx_bytes(write)


def _rows(number: int) -> list[list[str]]:
    return [["Control", "Rule"], *([f"C-{n}", text] for n, text in enumerate(_sentences(number)))]


def _csv(number: int) -> bytes:
    return "\n".join(f'{name};"{text}"' for name, text in _rows(number)).encode()


def _html(number: int) -> bytes:
    body = "".join(f"<p>{sentence}</p>" for sentence in _sentences(number))
    return f"<!doctype html><html><body><main><h1>Policy {number}</h1>{body}</main></body></html>".encode()


def _scan(number: int) -> bytes:
    """A page with a picture of something, and no letter."""
    return drawn_pdf(lambda paper: paper.rect(72, 300, 100 + number, 200, fill=1))


def _encrypted(number: int) -> bytes:
    return encrypted_pdf(to_open=f"secret {number}")


def _truncated(number: int) -> bytes:
    return _docx(number)[:-200]


_Maker = tuple[str, Callable[[int], bytes]]
_GOOD: list[_Maker] = [
    ("pdf", _pdf),
    ("docx", _docx),
    ("pptx", _pptx),
    ("xlsx", lambda number: xlsx_bytes({"Controls": _rows(number)})),
    ("csv", _csv),
    ("md", lambda number: f"# Policy {number}\n\n{chr(10).join(_sentences(number))}\n".encode()),
    ("html", _html),
    ("txt", lambda number: "\n\n".join(_sentences(number)).encode()),
]
_BAD: dict[int, _Maker] = {4: ("pdf", _scan), 10: ("docx", _truncated), 17: ("pdf", _encrypted)}
