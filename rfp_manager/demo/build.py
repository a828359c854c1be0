"""Builds the demonstration files from their sources: `python -m rfp_manager.demo.build`.

What `load_demo` loads is committed, so reportlab is needed only by whoever changes a source.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from rfp_manager.demo.blocks import read_blocks
from rfp_manager.demo.packages import steady
from rfp_manager.demo.printed import pdf_bytes
from rfp_manager.demo.questionnaire import questionnaire_bytes
from rfp_manager.demo.word import word_bytes

HERE = Path(__file__).resolve().parent
# Fixed, or every build would differ; without a zone, because the packages keep none.
WRITTEN = datetime(2026, 9, 30, 9, 0, 0)


def built_files() -> dict[Path, bytes]:
    """Every file made from a source, by its path; nothing is written."""
    described = json.loads((HERE / "rfp.json").read_text("utf-8"))
    files: dict[Path, bytes] = {}
    for solution in described["solutions"]:
        for document in solution["documents"]:
            header = f"{described['vendor']['name']}  |  {solution['name']}  |  {document['title']}"
            _build(files, HERE / document["path"], header, described["vendor"]["name"])
    for document in described["rfp"]["information_documents"]:
        header = (
            f"{described['customer']['name']}  |  {described['rfp']['reference']}  |  {document['title']}"
        )
        _build(files, HERE / document["path"], header, described["customer"]["name"])
    labels = json.loads((HERE / "labels.json").read_text("utf-8"))
    workbook = questionnaire_bytes(
        labels, described["customer"]["name"], described["rfp"], logo=HERE / "rfp/logo.png"
    )
    files[HERE / described["rfp"]["workbook"]] = steady(workbook, written=WRITTEN)
    return files


def _build(files: dict[Path, bytes], target: Path, header: str, author: str) -> None:
    source = HERE / "sources" / target.parent.name / f"{target.stem}.md"
    if target.suffix == ".docx":
        blocks = read_blocks(source.read_text("utf-8"))
        package = word_bytes(blocks, running_header=header, author=author, written=WRITTEN)
        files[target] = steady(package, written=WRITTEN)
    elif target.suffix == ".pdf":
        files[target] = pdf_bytes(
            read_blocks(source.read_text("utf-8")), running_header=header, author=author
        )
    # md, txt and html documents are their own source and live in the library as they are.


def main() -> int:
    """Write every built file over the committed one and say what was written."""
    for path, content in built_files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sys.stdout.write(f"{path.relative_to(HERE)}: {len(content):,} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
