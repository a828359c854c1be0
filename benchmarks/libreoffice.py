"""Workbooks as LibreOffice reads and draws them. Every function needs its `soffice`."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from python_calamine import CalamineWorkbook

_SHEET = re.compile(r'<a name="table\d+"><h1>[^<]*<em>(.*?)</em></h1></a>', re.IGNORECASE | re.DOTALL)
_VOLATILE = re.compile(r'<meta [^>]*>|<title>.*?</title>|\ssrc="[^"]*"', re.IGNORECASE | re.DOTALL)


def find_soffice() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(soffice: str, files: Iterable[Path], target: str, folder: Path) -> None:
    """Convert files in one run. `target` is "xlsx" or "html"."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = (folder.parent / "profile").as_uri()
    names = [str(file) for file in files]
    command = [soffice, "--headless", f"-env:UserInstallation={profile}", "--convert-to", target]
    subprocess.run([*command, "--outdir", str(folder), *names], check=True, capture_output=True, timeout=900)


def read_values(path: Path) -> dict[str, list[list[object]]]:
    """The values of a workbook that LibreOffice has opened and saved, by sheet."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def rendered_sheets(path: Path, sheet_names: list[str]) -> dict[str, str]:
    """The HTML that LibreOffice draws for each sheet, without what changes from run to run."""
    html = path.read_text(encoding="utf-8", errors="replace")
    html = _VOLATILE.sub("", html[html.lower().find("<body") :])
    pieces = _SHEET.split(html)
    if len(pieces) == 1:
        return {sheet_names[0]: html}
    return {_plain(name): body for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def _plain(name: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        name = name.replace(entity, character)
    return name
