"""The sources in a Word export are endnotes that Word and LibreOffice number themselves."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from rfp_manager.services.answered_questions import AnsweredQuestion, Reference
from rfp_manager.services.word_export import Letterhead, write_word

SAML = Reference("Manual", 4, "Access > Sign-in", "SAML 2.0 is supported.")
KEYS = Reference("White paper", None, "Keys", "Keys are turned once a year & on request.")
LETTERHEAD = Letterhead("Response to Records", "Skerry & Dale", "Northern Water", "NW-7", "3 May 2026")


def question(*references: Reference, identifier: str = "A-1") -> AnsweredQuestion:
    return AnsweredQuestion(
        "form.xlsx",
        "Questions",
        "Access",
        identifier,
        "Is it safe?",
        "Approved",
        "Yes",
        "It is.",
        references,
    )


def written(*questions: AnsweredQuestion) -> bytes:
    target = io.BytesIO()
    write_word(questions, LETTERHEAD, target)
    return target.getvalue()


def notes(data: bytes) -> list[tuple[str | None, str, str]]:
    """Of each note its type, its id and its text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/endnotes.xml"))
    return [
        (note.get(qn("w:type")), note.get(qn("w:id")), "".join(note.itertext(qn("w:t"))))
        for note in root.iter(qn("w:endnote"))
    ]


def test_each_cited_passage_is_one_endnote_with_its_place_and_words():
    data = written(question(SAML, KEYS))
    assert notes(data) == [
        ("separator", "-1", ""),
        ("continuationSeparator", "0", ""),
        (None, "1", "Manual, page 4, Access > Sign-in: “SAML 2.0 is supported.”"),
        (None, "2", "White paper, Keys: “Keys are turned once a year & on request.”"),
    ]
    body = docx.Document(io.BytesIO(data)).element.body
    assert [mark.get(qn("w:id")) for mark in body.iter(qn("w:endnoteReference"))] == ["1", "2"]


def test_a_passage_cited_again_refers_to_the_note_that_is_there():
    data = written(question(SAML), question(KEYS, SAML, identifier="A-2"))
    assert [number for kind, number, _ in notes(data) if kind is None] == ["1", "2"]
    body = docx.Document(io.BytesIO(data)).element.body
    assert [mark.get(qn("w:id")) for mark in body.iter(qn("w:endnoteReference"))] == ["1", "2"]
    fields = [each.text.split() for each in body.iter(qn("w:instrText"))]
    assert fields == [["NOTEREF", "_Source1", "\\f", "\\h"]]
    names = {each.get(qn("w:name")) for each in body.iter(qn("w:bookmarkStart"))}
    assert fields[0][1] in names


def test_the_package_names_part_styles_and_settings():
    document = docx.Document(io.BytesIO(written(question(SAML))))
    part = document.part.part_related_by(RELATIONSHIP_TYPE.ENDNOTES)
    assert (str(part.partname), part.content_type) == ("/word/endnotes.xml", CONTENT_TYPE.WML_ENDNOTES)
    styles = {style.style_id: style for style in document.styles}
    assert styles["EndnoteReference"].font.superscript
    assert styles["EndnoteText"].base_style.name == "Normal"
    settings = document.settings.element
    found = settings.find(qn("w:endnotePr"))
    assert [each.get(qn("w:id")) for each in found.iter(qn("w:endnote"))] == ["-1", "0"]
    assert found.find(qn("w:numFmt")).get(qn("w:val")) == "decimal"
    names = [child.tag for child in settings]
    assert names.index(qn("w:endnotePr")) < names.index(qn("w:compat"))


def test_a_document_without_sources_has_no_endnotes():
    with zipfile.ZipFile(io.BytesIO(written(question()))) as archive:
        assert "word/endnotes.xml" not in archive.namelist()
        assert b"Sources" not in archive.read("word/document.xml")
        assert b"endnotePr" not in archive.read("word/settings.xml")


def test_a_long_passage_is_quoted_up_to_a_whole_word():
    text = notes(written(question(Reference("Manual", 1, "", "word " * 500))))[-1][2]
    assert text.endswith("word …”") and len(text) < 450


def test_libreoffice_shows_the_notes_behind_the_text(tmp_path: Path):
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed: the notes were checked in the package alone")
    source = tmp_path / "answers.docx"
    source.write_bytes(written(question(SAML), question(KEYS, SAML, identifier="A-2")))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        soffice,
        "--headless",
        profile,
        "--convert-to",
        "html:HTML (StarWriter)",
        "--outdir",
        str(tmp_path),
        str(source),
    ]
    done = subprocess.run(
        [*command, "--convert-to", "html:HTML (StarWriter)", str(source)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if "could not be loaded" in done.stderr:
        pytest.skip("LibreOffice has no Writer here: the notes were checked in the package alone")
    html = etree.HTML((tmp_path / "answers.html").read_bytes())
    found = [
        " ".join("".join(note.itertext()).split())
        for note in html.xpath("//*[starts-with(@id, 'sdendnote')]")
    ]
    assert found == [
        "1Manual, page 4, Access > Sign-in: “SAML 2.0 is supported.”",
        "2White paper, Keys: “Keys are turned once a year & on request.”",
    ]
