"""Filling a large workbook, beside openpyxl's load-and-save of the same file with the same answers; and detecting
its layout, beside python-calamine's bare reading of its cells.

    python benchmarks/fill_workbook.py [--rows 100000] [--answers 10000] [--runs 3]

Each run is a process of its own, so that its peak memory is its own; the runs alternate, and the best of each
counts. Prints one JSON object with the ratios last, and whether detection keeps to its bar; the ratios of processor
time are steadier on a busy machine. No figure makes it fail.
"""

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SHEET = "Questions"
# Detection may take so many times what the fastest reader takes just to read the cells.
DETECTION_BAR = 1.5


def make_workbook(path: Path, rows: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(SHEET)
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    head = book.add_format({"bold": True, "bg_color": "#DDEEFF"})
    titles = ("Id", "Section", "Question", "Weight", "Answer", "Comment", "Evidence", "Score")
    for column, title in enumerate(titles):
        sheet.write(0, column, title, head)
    for row in range(1, rows + 1):
        sheet.write_string(row, 0, f"Q-{row:06d}", wrapped)
        sheet.write_string(row, 1, f"Section {row // 50}", wrapped)
        sheet.write_string(
            row, 2, f"Does the service meet requirement {row} under all of its modes?", wrapped
        )
        sheet.write_number(row, 3, row % 5, wrapped)
        for column in (4, 5, 6):
            sheet.write_blank(row, column, None, wrapped)
        sheet.write_formula(row, 7, f'=IF(E{row + 1}="Yes",D{row + 1},0)', wrapped, 0)
    sheet.data_validation(1, 4, rows, 4, {"validate": "list", "source": ["Yes", "No", "Not applicable"]})
    sheet.freeze_panes(1, 0)
    book.close()


def answers(rows: int, count: int) -> list[tuple[str, str]]:
    step = max(rows * 2 // count, 1)
    cells = []
    for row in range(2, rows + 2, step):
        cells.append((f"E{row}", "Yes"))
        cells.append((f"F{row}", f"Yes: see section {row} of the manual, which describes it & more."))
    return cells[:count]


def fill_in_place(source: Path, out: Path, cells: list[tuple[str, str]]) -> None:
    from rfp_manager.workbooks.writing import CellAnswer, fill_workbook

    report = fill_workbook(source, [CellAnswer(SHEET, cell, value) for cell, value in cells], out)
    if report.filled != len(cells):
        raise SystemExit(f"only {report.filled} of {len(cells)} answers were written")


def load_and_save(source: Path, out: Path, cells: list[tuple[str, str]]) -> None:
    import openpyxl

    book = openpyxl.load_workbook(source)
    for cell, value in cells:
        book[SHEET][cell] = value
    book.save(out)


def detect(source: Path, out: Path, cells: list[tuple[str, str]]) -> None:
    from rfp_manager.workbooks.detection import detect_layout

    layout = detect_layout(source)
    if not layout.question_count:
        raise SystemExit("no question was detected")


def read_cells(source: Path, out: Path, cells: list[tuple[str, str]]) -> None:
    from python_calamine import CalamineWorkbook

    CalamineWorkbook.from_path(str(source)).get_sheet_by_name(SHEET).to_python(skip_empty_area=False)


MODULES = {
    "spelunker": "rfp_manager.workbooks.writing",
    "openpyxl": "openpyxl",
    "detection": "rfp_manager.workbooks.detection",
    "calamine": "python_calamine",
}
TOOLS = {"spelunker": fill_in_place, "openpyxl": load_and_save, "detection": detect, "calamine": read_cells}


def run_child(tool: str, source: Path, out: Path, rows: int, count: int) -> None:
    cells = answers(rows, count)
    # What a process imports once is no part of what it does to a workbook.
    importlib.import_module(MODULES[tool])
    started, processor = time.perf_counter(), time.process_time()
    TOOLS[tool](source, out, cells)
    seconds, cpu = time.perf_counter() - started, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": round(seconds, 3), "cpu": round(cpu, 3), "peak_mb": round(peak, 1)}))


def measure(tool: str, source: Path, folder: Path, rows: int, count: int) -> dict[str, float]:
    arguments = [sys.executable, __file__, "--rows", str(rows), "--answers", str(count)]
    out = folder / f"{tool}.xlsx"
    done = subprocess.run(
        [*arguments, "--child", tool, str(source), str(out)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--child", nargs=3, metavar=("TOOL", "SOURCE", "OUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        tool, source, out = options.child
        run_child(tool, Path(source), Path(out), options.rows, options.answers)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source.xlsx"
        # In a process of its own: a child's peak memory counts from what its parent held when it forked.
        if os.fork() == 0:
            make_workbook(source, options.rows)
            os._exit(0)
        os.wait()
        best: dict[str, dict[str, float]] = {}
        for _ in range(options.runs):
            for tool in TOOLS:
                result = measure(tool, source, folder, options.rows, options.answers)
                print(tool, result, flush=True)
                kept = best.setdefault(tool, result)
                best[tool] = {key: min(kept[key], result[key]) for key in result}
        ours, theirs = best["spelunker"], best["openpyxl"]
        summary = {
            "rows": options.rows,
            "answers": options.answers,
            "file_mb": round(source.stat().st_size / 1024 / 1024, 1),
            **best,
            "times_faster": round(theirs["seconds"] / ours["seconds"], 1),
            "times_faster_cpu": round(theirs["cpu"] / ours["cpu"], 1),
            "share_of_memory": round(ours["peak_mb"] / theirs["peak_mb"], 3),
            "detection_to_reading": round(best["detection"]["seconds"] / best["calamine"]["seconds"], 2),
            "detection_to_reading_cpu": round(best["detection"]["cpu"] / best["calamine"]["cpu"], 2),
            "detection_bar": DETECTION_BAR,
        }
        print(json.dumps(summary))
        held = "keeps to" if summary["detection_to_reading_cpu"] <= DETECTION_BAR else "misses"
        print(
            f"Detection takes {summary['detection_to_reading_cpu']} times the processor time of bare reading "
            f"({summary['detection_to_reading']} by the clock): it {held} the bar of {DETECTION_BAR}."
        )


if __name__ == "__main__":
    main()
