"""Finds ruled tables on a PDF page: where drawn lines cross into a grid, the words in its cells are a table."""

import ctypes
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

# Points within which two drawn lines count as touching or as the same line.
_NEAR = 3.0
_MIN_LENGTH = 6.0
# A page with more paths than this holds a drawing, not tables.
_MAX_PATHS = 4_000
_MAX_SEGMENTS = 6_000


@dataclass(frozen=True)
class Grid:
    """Edges of columns from left to right and of rows from top to bottom; y runs downwards."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]

    def contains(self, x: float, y: float) -> bool:
        return self.columns[0] <= x <= self.columns[-1] and self.rows[0] <= y <= self.rows[-1]

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """(row, column) of a point, clamped to the grid."""
        row = min(max(bisect_right(self.rows, y) - 1, 0), len(self.rows) - 2)
        column = min(max(bisect_right(self.columns, x) - 1, 0), len(self.columns) - 2)
        return row, column


@dataclass(frozen=True)
class _Segment:
    """A drawn line: `at` is its constant coordinate, `start` to `end` its extent."""

    horizontal: bool
    at: float
    start: float
    end: float

    def touches(self, other: "_Segment") -> bool:
        if self.horizontal == other.horizontal:
            same_line = abs(self.at - other.at) <= _NEAR
            return same_line and self.start - _NEAR <= other.end and other.start - _NEAR <= self.end
        return (
            self.start - _NEAR <= other.at <= self.end + _NEAR
            and other.start - _NEAR <= self.at <= other.end + _NEAR
        )


def find_grids(page: Any, page_height: float) -> list[Grid]:
    """Grids of at least two rows and two columns, from the top of the page to its bottom."""
    grids = []
    for group in _connected(_drawn_segments(page, page_height)):
        rows = _merged(segment.at for segment in group if segment.horizontal)
        columns = _merged(segment.at for segment in group if not segment.horizontal)
        if len(rows) >= 3 and len(columns) >= 3:
            grids.append(Grid(tuple(columns), tuple(rows)))
    return sorted(grids, key=lambda grid: (grid.rows[0], grid.columns[0]))


def _drawn_segments(page: Any, page_height: float) -> list[_Segment]:
    segments: set[_Segment] = set()
    paths = 0
    for index in range(pdfium_c.FPDFPage_CountObjects(page.raw)):
        shape = pdfium_c.FPDFPage_GetObject(page.raw, index)
        if pdfium_c.FPDFPageObj_GetType(shape) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        paths += 1
        if paths > _MAX_PATHS or len(segments) > _MAX_SEGMENTS:
            return []
        segments.update(_path_segments(shape, page_height))
    return sorted(segments, key=lambda segment: (not segment.horizontal, segment.at, segment.start))


def _path_segments(shape: Any, page_height: float) -> list[_Segment]:
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(shape, ctypes.byref(matrix)):
        return []
    count = pdfium_c.FPDFPath_CountSegments(shape)
    if not 2 <= count <= _MAX_SEGMENTS:
        return []
    found: list[_Segment] = []
    start = last = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(shape, index)
        pdfium_c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            page_height - (matrix.b * x.value + matrix.d * y.value + matrix.f),
        )
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
            found.extend(_straight(last, point))
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            found.extend(_straight(point, start))
        last = point
    return found


def _straight(begin: tuple[float, float], end: tuple[float, float]) -> list[_Segment]:
    """The segment between two points if it is level or upright and long enough to rule a table."""
    width, height = abs(begin[0] - end[0]), abs(begin[1] - end[1])
    if height < 1 and width >= _MIN_LENGTH:
        return [_Segment(True, round(begin[1], 1), *sorted((round(begin[0], 1), round(end[0], 1))))]
    if width < 1 and height >= _MIN_LENGTH:
        return [_Segment(False, round(begin[0], 1), *sorted((round(begin[1], 1), round(end[1], 1))))]
    return []


def _connected(segments: list[_Segment]) -> list[list[_Segment]]:
    """Segments in groups that hang together."""
    groups: list[list[_Segment]] = []
    for segment in segments:
        touching = [group for group in groups if any(segment.touches(member) for member in group)]
        joined = [segment]
        for group in touching:
            joined.extend(group)
            groups.remove(group)
        groups.append(joined)
    return groups


def _merged(positions: Any) -> list[float]:
    """Positions in order, those that lie within a line's width of each other as one."""
    merged: list[float] = []
    for position in sorted(positions):
        if not merged or position - merged[-1] > _NEAR:
            merged.append(position)
    return merged
