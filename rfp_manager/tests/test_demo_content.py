"""The demonstration content keeps what its labels promise: quality figures are only as true as these."""

import html
import io
import json
import re
from functools import cache
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest

from rfp_manager import demo

HERE = Path(demo.__file__).resolve().parent
RFP = json.loads((HERE / "rfp.json").read_text("utf-8"))
LABELS = json.loads((HERE / "labels.json").read_text("utf-8"))["questions"]
QUESTIONS = json.loads((HERE / "questions.json").read_text("utf-8"))["questions"]
LIBRARY = [document["path"] for solution in RFP["solutions"] for document in solution["documents"]]


def docx_lines(source: Path | io.BytesIO) -> list[str]:
    document = docx.Document(str(source) if isinstance(source, Path) else source)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


@cache
def text_of(path: str) -> str:
    """A document's text with single spaces, read without the product's own parsers."""
    source = HERE / path
    if source.suffix == ".pdf":
        with pypdfium2.PdfDocument(source) as pdf:
            text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    elif source.suffix == ".docx":
        text = "\n".join(docx_lines(source))
    elif source.suffix == ".html":
        text = html.unescape(re.sub(r"<[^>]+>", " ", source.read_text("utf-8")))
    else:
        text = source.read_text("utf-8")
    return re.sub(r"\s+", " ", text)


def pages_of(path: str) -> int:
    if path.endswith(".pdf"):
        with pypdfium2.PdfDocument(HERE / path) as pdf:
            return len(pdf)
    return -(-len(text_of(path).split()) // 400)


def workbook() -> openpyxl.Workbook:
    return openpyxl.load_workbook(HERE / RFP["rfp"]["workbook"])


def test_library_has_fifteen_documents_and_forty_pages() -> None:
    assert len(LIBRARY) == len(set(LIBRARY)) >= 15
    assert sum(pages_of(path) for path in LIBRARY) >= 40
    assert {Path(path).suffix for path in LIBRARY} == {".md", ".docx", ".pdf", ".html", ".txt"}


def test_every_file_in_the_library_is_listed_and_every_listed_file_exists() -> None:
    listed = {*LIBRARY, *(document["path"] for document in RFP["rfp"]["information_documents"])}
    found = {str(path.relative_to(HERE)) for path in (HERE / "library").rglob("*") if path.is_file()}
    assert found == set(LIBRARY)
    assert all((HERE / path).is_file() for path in listed)


@pytest.mark.parametrize("label", [*LABELS, *QUESTIONS], ids=lambda label: label["text"][:60])
def test_evidence_of_a_label_stands_in_the_documents_it_names(label: dict) -> None:
    if label["answerable"] == "no":
        assert not label["documents"]
        assert not label["evidence"]
        return
    texts = [text_of(path) for path in label["documents"]]
    assert texts
    assert all(any(evidence in text for text in texts) for evidence in label["evidence"])
    assert all(any(evidence in text for evidence in label["evidence"]) for text in texts)


def test_labels_name_documents_of_their_own_solution_only() -> None:
    for question in QUESTIONS:
        assert all(path.startswith(f"library/{question['solution']}/") for path in question["documents"])
    scopes = tuple(f"library/{slug}/" for slug in RFP["rfp"]["solutions_in_scope"])
    assert all(path.startswith(scopes) for label in LABELS for path in label["documents"])


def test_label_sets_have_the_promised_size_and_mixture() -> None:
    assert len(LABELS) == 60
    answerable = sum(label["answerable"] == "yes" for label in LABELS)
    assert 0.75 <= answerable / len(LABELS) <= 0.8
    assert len(QUESTIONS) >= 120
    assert len({(question["solution"], question["text"]) for question in QUESTIONS}) == len(QUESTIONS)
    for answer, least in (("yes", 60), ("partly", 5), ("no", 25)):
        assert sum(question["answerable"] == answer for question in QUESTIONS) >= least
    assert {question["trap"] for question in QUESTIONS} >= {
        "number",
        "negation",
        "wrong-solution",
        "paraphrase",
        "multi-part",
        "missing-detail",
        "false-premise",
        "out-of-scope",
    }


def test_workbook_holds_each_labelled_question_in_its_row() -> None:
    book = workbook()
    for label in LABELS:
        sheet = book[label["sheet"]]
        assert sheet.cell(label["row"], 1).value == label["identifier"]
        assert sheet.cell(label["row"], 2).value == label["text"]
        assert sheet.cell(label["row"], 3).value is None
        assert sheet.cell(label["row"], 4).value is None


def test_workbook_has_the_features_of_a_real_form() -> None:
    book = workbook()
    assert book.sheetnames == ["Instructions", "Requirements", "Security and privacy", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    assert book.defined_names["ComplianceLevels"].attr_text == "Lists!$A$2:$A$4"
    formulas = set()
    for name in ("Requirements", "Security and privacy"):
        sheet = book[name]
        (validation,) = sheet.data_validations.dataValidation
        formulas.add(validation.formula1)
        covered = {label["row"] for label in LABELS if label["sheet"] == name}
        assert {
            row for cells in validation.sqref.ranges for row in range(cells.min_row, cells.max_row + 1)
        } == covered
        assert sheet.freeze_panes == "C8"
        sections = {label["section"] for label in LABELS if label["sheet"] == name}
        merged = {sheet.cell(cells.min_row, 1).value for cells in sheet.merged_cells.ranges}
        assert sections <= merged
        assert sheet.print_title_rows == "$7:$7"
    assert formulas == {"ComplianceLevels", '"Yes,No,N/A"'}


def test_labelled_choices_are_values_of_their_dropdowns() -> None:
    allowed = {
        "Requirements": {"Fully compliant", "Partially compliant", "Not compliant"},
        "Security and privacy": {"Yes", "No", "N/A"},
    }
    for label in LABELS:
        if label["answerable"] == "no":
            assert label["choice"] is None
        else:
            assert label["choice"] in allowed[label["sheet"]]


def test_builder_reproduces_the_committed_files() -> None:
    pytest.importorskip("reportlab", reason="the builder needs reportlab, a development dependency")
    from rfp_manager.demo.build import built_files  # local: it imports reportlab

    built = built_files()
    assert built == built_files()
    suffixes = [path.suffix for path in built]
    assert suffixes.count(".xlsx") == 1
    for path, content in built.items():
        if path.suffix == ".docx":
            assert docx_lines(io.BytesIO(content)) == docx_lines(path)
        elif path.suffix == ".xlsx":
            fresh, committed = openpyxl.load_workbook(io.BytesIO(content)), openpyxl.load_workbook(path)
            for name in committed.sheetnames:
                assert list(fresh[name].values) == list(committed[name].values)
        else:
            with pypdfium2.PdfDocument(content) as pdf:
                text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
            assert re.sub(r"\s+", " ", text) == text_of(str(path.relative_to(HERE)))
