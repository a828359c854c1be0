"""PDFs made in memory: drawn with reportlab, and written by hand where they have to be broken."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

STYLES = getSampleStyleSheet()
Drawer = Callable[[Any, Any], None]


def laid_out_pdf(story: Sequence[Flowable], *, furniture: Drawer | None = None, title: str = "") -> bytes:
    """A PDF set by reportlab; `furniture` draws on every page what stands there besides the text."""
    buffer = BytesIO()
    document = SimpleDocTemplate(buffer, pagesize=A4, title=title, invariant=1)
    drawers = {"onFirstPage": furniture, "onLaterPages": furniture} if furniture else {}
    document.build(list(story), **drawers)
    return buffer.getvalue()


def heading(text: str, level: int = 1) -> Flowable:
    return Paragraph(text, STYLES[f"Heading{level}"])


def paragraph(text: str) -> Flowable:
    return Paragraph(text, STYLES["BodyText"])


def bullets(*texts: str) -> list[Flowable]:
    return [Paragraph(text, STYLES["BodyText"], bulletText="•") for text in texts]


def ruled_table(rows: list[list[str]]) -> Flowable:
    return Table(rows, style=[("GRID", (0, 0), (-1, -1), 0.5, "black")])


def gap(points: float) -> Flowable:
    return Spacer(1, points)


def pdf_of_lines(*pages: Sequence[str]) -> bytes:
    """One text line under the other, a page for each sequence."""
    return drawn_pdf(*[_lines_drawer(lines) for lines in pages])


def drawn_pdf(*pages: Callable[[canvas.Canvas], None], encrypt: Any = None) -> bytes:
    """A page for each function, which draws on it."""
    buffer = BytesIO()
    paper = canvas.Canvas(buffer, pagesize=A4, invariant=1, encrypt=encrypt)
    for draw in pages:
        draw(paper)
        paper.showPage()
    paper.save()
    return buffer.getvalue()


def _lines_drawer(lines: Sequence[str]) -> Callable[[canvas.Canvas], None]:
    def draw(paper: canvas.Canvas) -> None:
        paper.setFont("Helvetica", 11)
        for number, line in enumerate(lines):
            paper.drawString(72, 720 - 14 * number, line)

    return draw


def raw_pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF from the bodies of its objects, numbered from 1, with a correct cross-reference table."""
    parts, offsets = [b"%PDF-1.5\n"], []
    for number, body in enumerate(objects, start=1):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = sum(map(len, parts))
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    parts += [b"%010d 00000 n \n" % offset for offset in offsets]
    parts.append(b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start))
    return b"".join(parts)


def stream(content: bytes, *, extra: bytes = b"") -> bytes:
    """A stream object; `extra` goes into its dictionary."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def one_page_pdf(page_content: bytes, *more: bytes, catalog: bytes = b"") -> bytes:
    """One page whose content is this stream object; `more` objects are numbered from 6."""
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        page_content,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *more,
    )


def text_stream(text: str) -> bytes:
    """The content of a page with one line of text."""
    return stream(b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % text.encode("latin-1"))
